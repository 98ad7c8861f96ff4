//! Which errors are logged, and how a line of the log looks.

use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::Next;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::gateway::BoxApplication;
use rustzeug::handler::streaming;
use rustzeug::http::HeaderValue;
use rustzeug::middleware::render_errors;
use rustzeug::render::Format;
use rustzeug::wrap;

use crate::common::Log;
use crate::common::answer;
use crate::failing::Raw;
use crate::failing::fail;
use crate::failing::pass;

#[test]
fn every_5xx_is_reported_once_and_no_4xx_is() {
    fn leave(_: &Error, _: Format) -> Option<Response> {
        None
    }
    #[rustfmt::skip]
    let applications = [
        ("plain",            BoxApplication::new(fail.into_application())),
        ("async",            BoxApplication::new((async |r: &Request| fail(r)).into_application())),
        ("owned",            BoxApplication::new((|r: Request| fail(&r)).into_application())),
        ("streaming",        BoxApplication::new(streaming(fail))),
        ("wrapped",          BoxApplication::new(wrap(fail, pass))),
        ("wrapped twice",    BoxApplication::new(wrap(wrap(fail, pass), pass))),
        ("rendered",         BoxApplication::new(render_errors(fail, leave))),
        ("all of these",     BoxApplication::new(wrap(render_errors(wrap(streaming(fail), pass), leave), pass))),
        ("raw",              BoxApplication::new(Raw)),
        ("raw, wrapped",     BoxApplication::new(wrap(Raw, pass))),
        ("raw, rendered",    BoxApplication::new(render_errors(Raw, leave))),
    ];
    let cases = [
        ("/", 0),
        ("/404", 0),
        ("/409", 0),
        ("/500", 1),
        ("/panic", 1),
    ];
    for (kind, application) in applications {
        for (path, want) in cases {
            let log = Log::default();
            let request = Request::blank(path).with_server(log.server());
            answer(&application, request);
            assert_eq!(
                log.text().lines().count(),
                want,
                "{kind}, {path}: {}",
                log.text()
            );
        }
    }
}

#[test]
fn a_line_of_the_log_says_where_and_is_one_line() {
    fn echo(request: &Request) -> Result<()> {
        let query = String::from_utf8_lossy(&rustzeug::url::decode_path(request.query_string()))
            .into_owned();
        Err(Error::new(500, query.clone()).with_source(query))
    }
    #[rustfmt::skip]
    let cases = [
        ("/p?a",                          "an ordinary query"),
        ("/p?a%0D%0AGET%20/:%20500",      "CR LF, and a forged line"),
        ("/p?a%1B%5B2J",                  "an escape sequence of terminals"),
        ("/p?a%00%7F%08",                 "other control characters"),
        ("/p?a%C2%85%C2%9B",              "control characters beyond ASCII"),
        ("/%0A%1B?a",                     "in the path, which stays encoded"),
        ("/\n\u{1b}?a",                   "raw control characters are encoded before"),
    ];
    for (target, why) in cases {
        let log = Log::default();
        answer(
            &echo.into_application(),
            Request::blank(target).with_server(log.server()),
        );
        let text = log.text();
        let line = text.strip_suffix('\n').unwrap();
        assert!(!line.contains(char::is_control), "{why}: {line:?}");
        let path = target
            .split('?')
            .next()
            .unwrap()
            .replace('\n', "%0A")
            .replace('\u{1b}', "%1B");
        assert!(
            line.starts_with(&format!("GET {path}: 500 Internal Server Error: a")),
            "{why}: {line:?}"
        );
    }
}

#[test]
fn an_error_that_nobody_rendered_is_reported_with_its_place_too() {
    let log = Log::default();
    answer(
        &BoxApplication::new(Raw),
        Request::blank("/500").with_server(log.server()),
    );
    let told = "GET /500: 500 Internal Server Error: no table (at tests/it/failing.rs:";
    assert!(log.text().starts_with(told), "{}", log.text());
}

#[test]
fn a_value_that_bypassed_the_checks_is_caught_at_the_end() {
    async fn tamper(request: Request, next: Next) -> Response {
        let mut response = next.run(request).await;
        response
            .headers_mut()
            .insert("transfer-encoding", HeaderValue::from_static("chunked"));
        response
    }
    let log = Log::default();
    let app = wrap(|| "x", tamper);
    assert_eq!(
        answer(&app, Request::blank("/").with_server(log.server())),
        (500, "Internal Server Error\n".into())
    );
    assert!(
        log.text()
            .contains("`transfer-encoding` belongs to the connection"),
        "{}",
        log.text()
    );
}
