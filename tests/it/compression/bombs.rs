//! Small bodies that become long ones.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::Wake;

use rustzeug::Request;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::gateway::Body;
use rustzeug::gateway::Limits;
use rustzeug::middleware::decode_requests;
use rustzeug::wrap;

use super::coded;
use super::names;
use super::text;
use crate::common::answer;

fn post(name: &str, body: impl Into<Body>) -> Request {
    Request::blank("/")
        .with_method("POST")
        .with_header("content-encoding", name.to_owned())
        .with_body(body)
}

/// Counts the bytes of a stream, which has no limit on its length.
async fn count(request: &Request) -> Result<String> {
    let (mut body, mut count) = (request.take_body(), 0);
    while let Some(chunk) = body.chunk().await? {
        count += chunk.len();
    }
    Ok(count.to_string())
}

fn zeros(length: usize) -> Body {
    Body::reader(std::io::Read::take(std::io::repeat(0), length as u64))
}

#[test]
fn a_bomb_of_each_coding_is_refused_early() {
    let app = wrap(count, decode_requests);
    for name in names() {
        let bomb = coded(name, zeros(16 << 20));
        assert!(bomb.len() < 200 << 10, "{name}: {}", bomb.len());
        let (status, told) = answer(&app, post(name, bomb));
        let want =
            "the decoded body is more than 100 times as long as the body (limit `decoded_ratio`)\n";
        assert_eq!((status, &*told), (413, want), "{name}");
    }
}

#[test]
fn the_ratio_holds_beyond_a_first_mebibyte() {
    let ask = |limits: Limits, name: &str, body: Vec<u8>| {
        let inner = Router::new()
            .post("/", wrap(count, decode_requests))
            .with_limits(limits);
        answer(&inner, post(name, body))
    };
    for name in names() {
        let body = coded(name, zeros(1 << 20));
        let usual = Limits::default;
        assert_eq!(
            ask(usual(), name, body.clone()).0,
            200,
            "{name}: at decoded_ratio_bytes"
        );
        let one_more = coded(name, zeros((1 << 20) + 1));
        assert_eq!(
            ask(usual(), name, one_more.clone()).0,
            413,
            "{name}: one past it"
        );
        let wide = usual().with_decoded_ratio_bytes((1 << 20) + 1);
        assert_eq!(
            ask(wide, name, one_more.clone()).0,
            200,
            "{name}: at the one that is set"
        );

        let length = one_more.len() as u64;
        let ratio = ((1 << 20) + 1_u64).div_ceil(length);
        // Before the last bytes of the body are read the ratio may be a little higher than at its end.
        assert_eq!(
            ask(
                usual().with_decoded_ratio(2 * ratio),
                name,
                one_more.clone()
            )
            .0,
            200,
            "{name}: {ratio}"
        );
        assert_eq!(
            ask(usual().with_decoded_ratio(ratio - 1), name, one_more).0,
            413,
            "{name}: {ratio}"
        );
    }
}

#[test]
fn content_that_compresses_well_is_not_a_bomb() {
    let app = wrap(count, decode_requests);
    for name in names() {
        let body = coded(name, text(3 << 20));
        assert_eq!(
            answer(&app, post(name, body)),
            (200, (3 << 20).to_string()),
            "{name}"
        );
    }
}

#[test]
fn many_empty_members_are_read_in_linear_time() {
    let app = wrap(count, decode_requests);
    let empty = coded("gzip", Body::iterator(Vec::<&str>::new()));
    assert!(empty.len() <= 20);
    let (few, many) = (empty.repeat(1000), empty.repeat(100_000));
    assert_eq!(answer(&app, post("gzip", few)), (200, "0".to_owned()));
    assert_eq!(answer(&app, post("gzip", many)), (200, "0".to_owned()));
}

/// Counts how often a task is woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn decoding_gives_way_to_other_tasks() {
    for (body, turns, why) in [
        (coded("gzip", text(1 << 20)), 10, "a turn for each 64 KiB"),
        (
            coded("gzip", Body::iterator(Vec::<&str>::new())).repeat(10_000),
            100,
            "a turn for each 64 members",
        ),
    ] {
        let app = wrap(count, decode_requests);
        let environ = post("gzip", body).into_environ();
        let mut call = Box::pin(rustzeug::gateway::call(&app, environ));
        let woken = Arc::new(Woken::default());
        let waker = Arc::clone(&woken).into();
        let mut context = Context::from_waker(&waker);
        let mut polls = 0;
        loop {
            polls += 1;
            match Pin::new(&mut call).poll(&mut context) {
                Poll::Ready(response) => {
                    assert_eq!(response.status(), 200);
                    break;
                }
                Poll::Pending => {
                    assert_eq!(woken.0.load(Ordering::Relaxed), polls, "it wakes itself");
                }
            }
        }
        assert!(polls > turns, "{why}: {polls}");
    }
}
