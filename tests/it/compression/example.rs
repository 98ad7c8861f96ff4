//! The example, called as the header of its file says.

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::gateway::Lint;

use super::coded;
use super::coding;
use super::read;
use crate::common::Log;
use crate::common::answer;
use crate::common::serve;

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../../examples/compression.rs"]
pub(crate) mod compression;

#[test]
fn the_example_does_what_its_header_says() {
    let log = Log::default();
    let app = Lint::new(compression::app());
    let ask = |path: &str, accepts: &str| {
        let request = Request::blank(path).with_server(log.server());
        Response::from(serve(
            &app,
            request.with_header("accept-encoding", accepts.to_owned()),
        ))
    };
    let page = ask("/", "deflate, gzip, br");
    assert_eq!(coding(&page), "br");
    assert!(read(page).ends_with("<li>One more item\n</ul>\n"));
    let count = ask("/count", "gzip");
    assert_eq!(coding(&count), "gzip");
    assert_eq!(read(count), "1\n2\n3\n4\n5\n");
    let secret = ask("/secret", "gzip");
    assert_eq!(coding(&secret), "-");
    assert!(secret.body().length().is_some_and(|length| length > 1024));

    let post = |coding: &str, body: Vec<u8>| {
        let request = Request::blank("/length")
            .with_method("POST")
            .with_header("content-encoding", coding.to_owned());
        answer(&app, request.with_body(body))
    };
    assert_eq!(
        post("gzip", coded("gzip", "hello\n")),
        (200, "6 bytes\n".to_owned())
    );
    assert_eq!(post("gzip", b"hello\n".to_vec()).0, 400);
    assert_eq!(post("compress", b"hello\n".to_vec()).0, 415);
    assert_eq!(log.text(), "", "nothing to complain of");
}
