//! The examples, called in process and over a socket.

use rustzeug::chrono::DateTime;
use rustzeug::testing::{Client, TestResponse};
use rustzeug::{Request, Result};

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/platform.rs"]
pub(crate) mod platform;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/testing.rs"]
pub(crate) mod testing;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/time_raw.rs"]
pub(crate) mod time_raw;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/time_webob_style.rs"]
pub(crate) mod time_webob_style;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/time_werkzeug_style.rs"]
pub(crate) mod time_werkzeug_style;

struct Case {
    method: &'static str,
    host: &'static str,
    target: &'static str,
    status: u16,
    text: &'static str,
    why: &'static str,
}

const HOSTS: &str = "Only http://127.0.0.1/ and http://localhost/ are answered";
const METHOD: &str = "Only GET is implemented";

#[rustfmt::skip]
const TIME: [Case; 15] = [
    Case { method: "GET",    host: "127.0.0.1",      target: "/",      status: 200, text: "",     why: "the address" },
    Case { method: "GET",    host: "127.0.0.1:8000", target: "/",      status: 200, text: "",     why: "the port does not matter" },
    Case { method: "GET",    host: "localhost",      target: "/",      status: 200, text: "",     why: "the name" },
    Case { method: "GET",    host: "LocalHost:80",   target: "/",      status: 200, text: "",     why: "host names are case-insensitive" },
    Case { method: "GET",    host: "localhost",      target: "/?a=b",  status: 200, text: "",     why: "the query is not part of the path" },
    Case { method: "GET",    host: "localhost",      target: "/x",     status: 404, text: HOSTS,  why: "another path" },
    Case { method: "GET",    host: "localhost",      target: "//",     status: 404, text: HOSTS,  why: "slashes are not merged" },
    Case { method: "GET",    host: "localhost",      target: "/%2F",   status: 404, text: HOSTS,  why: "an escaped slash is not merged" },
    Case { method: "GET",    host: "example.org",    target: "/",      status: 404, text: HOSTS,  why: "another host" },
    Case { method: "GET",    host: "localhost.evil", target: "/",      status: 404, text: HOSTS,  why: "a host that begins alike" },
    Case { method: "GET",    host: "[::1]:8000",     target: "/",      status: 404, text: HOSTS,  why: "an IPv6 address is another host" },
    Case { method: "POST",   host: "localhost",      target: "/",      status: 501, text: METHOD, why: "another method" },
    Case { method: "DELETE", host: "example.org",    target: "/x",     status: 501, text: METHOD, why: "the method is checked first" },
    Case { method: "get",    host: "localhost",      target: "/",      status: 501, text: METHOD, why: "methods are case-sensitive" },
    Case { method: "GET",    host: "local host",     target: "/",      status: 400, text: "",     why: "no host at all, refused by the server" },
];

#[test]
fn the_three_current_time_programs_answer_the_same_table_in_process_and_over_a_socket() -> Result<()>
{
    check(
        "raw",
        [
            Client::new(time_raw::app()),
            Client::serve(time_raw::app())?,
        ],
    );
    let app = time_webob_style::app;
    check("webob style", [Client::new(app()), Client::serve(app())?]);
    let app = time_werkzeug_style::app;
    check(
        "werkzeug style",
        [Client::new(app()), Client::serve(app())?],
    );
    Ok(())
}

fn check(name: &str, clients: [Client; 2]) {
    for client in clients {
        for case in &TIME {
            let request = Request::blank(case.target)
                .with_method(case.method)
                .with_header("host", case.host);
            let answer = client.send(request).wait().unwrap();
            let answer = answer.expect_header("content-type", "text/plain; charset=utf-8");
            let length = answer.text().len().to_string();
            let answer = answer.expect_header("content-length", &length);
            check_text(case, &answer, &format!("{name}: {}: {answer}", case.why));
        }
    }
}

fn check_text(case: &Case, answer: &TestResponse, what: &str) {
    assert_eq!(answer.status().as_u16(), case.status, "{what}");
    let text = answer.text();
    match case.status {
        200 => assert!(DateTime::parse_from_rfc2822(text).is_ok(), "{what}"),
        400 => {}
        _ => assert_eq!(text, case.text, "{what}"),
    }
}

#[test]
fn the_example_for_platforms_tells_who_is_at_both_ends() -> Result<()> {
    let answer = Client::new(platform::app())
        .get("/")
        .wait()?
        .expect_status(200);
    answer.expect_text("from unknown, at unknown\n");
    Client::serve(platform::app())?
        .get("/")
        .wait()?
        .expect_text_contains("from 127.0.0.1, at 127.0.0.1:");
    Ok(())
}
