//! Responses: faults, conversions, bodies.
#![allow(clippy::type_complexity, reason = "tables say what is in them")]

use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::IntoResponse;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::bytes::Bytes;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;
use rustzeug::http;

use crate::common::Log;
use crate::common::answer;
use crate::common::block_on;
use crate::common::serve;

/// Status, content type and text.
pub(crate) fn told(mut response: Response) -> (u16, String, String) {
    let text = response.read_text().wait().unwrap();
    let content_type = response.headers().get("content-type");
    let content_type = content_type.map_or("", |value| value.to_str().unwrap());
    (response.status().as_u16(), content_type.to_owned(), text)
}

#[test]
fn a_fault_of_with_becomes_a_logged_500_that_shows_nothing() {
    let text = || Response::text("secret");
    #[rustfmt::skip]
    let cases: [(fn() -> Response, &str, &str); 12] = [
        (|| Response::text("secret").with_header("x", "a\r\nset-cookie: b"), "header value",  "CR LF"),
        (|| Response::text("secret").with_header("x", "a\nb"),               "header value",  "a bare LF"),
        (|| Response::text("secret").with_header("x", "a\0"),                "header value",  "NUL"),
        (|| Response::text("secret").with_header("bad name", "x"),           "header name",   "a space in the name"),
        (|| Response::text("secret").with_header("x\r\ny", "x"),             "header name",   "CR LF in the name"),
        (|| Response::text("secret").with_headers([("ok", "1"), ("x", "\r")]), "`x`",         "one bad pair of several"),
        (|| Response::text("secret").with_status(0),                         "200 to 599",    "status 0"),
        (|| Response::text("secret").with_status(99),                        "200 to 599",    "status 99"),
        (|| Response::text("secret").with_status(101),                       "200 to 599",    "an interim status"),
        (|| Response::text("secret").with_status(600),                       "200 to 599",    "status 600"),
        (|| Response::text("secret").with_status(1000),                      "200 to 599",    "no status at all"),
        (|| Response::text("secret").with_status(0).with_header("x", "\n"),  "200 to 599",    "the first of two errors"),
    ];
    for (make, want, why) in cases {
        let log = Log::default();
        assert_eq!(make().status(), 500, "{why}: seen before it is rendered");
        let request = Request::blank("/p").with_server(log.server());
        let (status, text) = answer(&make.into_application(), request);
        assert_eq!((status, &*text), (500, "Internal Server Error\n"), "{why}");
        let log = log.text();
        assert!(
            log.contains(want) && log.lines().count() == 1,
            "{why}: {log}"
        );
    }
    assert_eq!(text().with_status(200).status(), 200, "at the lower end");
    assert_eq!(text().with_status(599).status(), 599, "at the upper end");
}

#[test]
fn what_is_set_on_an_error_is_sent_with_its_page() {
    let app = || Response::from(Error::not_found()).with_header("x-trace", "7");
    let response = serve(&app.into_application(), Request::blank("/"));
    assert_eq!(
        (
            response.status().as_u16(),
            response.headers().get("x-trace").is_some()
        ),
        (404, true)
    );
    let response = Response::from(Error::not_found()).with_status(410);
    assert_eq!(response.status(), 410, "the status of `with_status`");
    assert_eq!(
        (410, None::<&str>).into_response().status(),
        410,
        "the same in a tuple"
    );
}

#[test]
fn with_header_replaces_and_with_appended_header_adds() {
    for name in ["content-type", "location", "vary", "link", "x"] {
        let set = Response::text("x")
            .with_appended_header(name, "a")
            .with_header(name, "b");
        let all: Vec<_> = set.headers().get_all(name).iter().collect();
        assert_eq!(all, ["b"], "{name}: in place of all lines");
        let mut appended = set.with_appended_header(name, "c");
        let all: Vec<_> = appended.headers().get_all(name).iter().collect();
        assert_eq!(all, ["b", "c"], "{name}: in a chain");
        appended.append_header(name, "d").unwrap();
        let all: Vec<_> = appended.headers().get_all(name).iter().collect();
        assert_eq!(all, ["b", "c", "d"], "{name}: in a statement");
        appended.set_header(name, "e").unwrap();
        assert_eq!(appended.headers().get_all(name).iter().count(), 1, "{name}");
    }
    let mut response = Response::text("x");
    for (name, value, why) in [
        ("connection", "close", "only the server sets it"),
        ("bad name", "x", "no token"),
        ("x", "a\r\nb: c", "header injection"),
    ] {
        assert!(response.append_header(name, value).is_err(), "{why}");
        let appended = Response::text("x").with_appended_header(name, value);
        assert_eq!(appended.status(), 500, "{why}");
    }
    assert_eq!(response.headers().len(), 1, "the content type alone");
    let response = Response::text("x")
        .with_header("x", "old")
        .with_header("y", "old")
        .with_headers([("x", "1"), ("z", "1"), ("x", "2")]);
    let all: Vec<_> = response.headers().get_all("x").iter().collect();
    assert_eq!(
        all,
        ["1", "2"],
        "`with_headers` replaces lines, and keeps its own pairs separate"
    );
    assert_eq!(
        response.headers()["y"],
        "old",
        "`with_headers` keeps other headers"
    );
}

#[test]
fn start_is_what_a_raw_application_ends_in() {
    struct Raw(fn() -> Response);
    impl Application for Raw {
        async fn call(&self, _: Environ, start_response: StartResponse) -> rustzeug::Result<Reply> {
            (self.0)().start(start_response)
        }
    }
    #[rustfmt::skip]
    let cases: [(fn() -> Response, Result<u16, u16>, &str); 6] = [
        (|| Response::text("x").with_status(201),            Ok(201),  "a response"),
        (|| Error::gone().into(),                            Err(410), "an error is returned as an `Err`"),
        (|| Response::text("x").with_status(0),              Err(500), "a fault is returned as an `Err`"),
        (|| Response::text("x").with_header("te", "x"),      Err(500), "a header of the connection"),
        (|| Response::text("x").with_header("x", "a\tb"),    Err(500), "a control character that `http` accepts"),
        (|| http::Response::builder().status(101).body(Body::empty()).unwrap().into(), Err(500), "an interim status"),
    ];
    for (make, want, why) in cases {
        let got =
            block_on(Raw(make).call(Request::blank("/").into_environ(), StartResponse::new()));
        let got = got
            .map(|reply| reply.status().as_u16())
            .map_err(|error| error.status().as_u16());
        assert_eq!(got, want, "{why}");
    }
}

#[test]
fn http_types_and_bytes_are_taken_and_given_whole() {
    let response = http::Response::builder()
        .status(418)
        .header("x", "1")
        .header("x", "2")
        .extension(7_u32);
    let mut response = Response::from(response.body(Body::iterator(["a", "b"])).unwrap());
    assert_eq!(
        (response.status().as_u16(), response.extensions().get()),
        (418, Some(&7_u32))
    );
    assert_eq!(
        response.to_bytes().wait().unwrap(),
        "HTTP/1.1 418 I'm a teapot\r\nx: 1\r\nx: 2\r\ncontent-length: 2\r\n\r\nab"
    );
    let back = http::Response::from(response);
    assert_eq!(
        (
            back.status().as_u16(),
            back.headers().get_all("x").iter().count()
        ),
        (418, 2)
    );
    assert_eq!(back.extensions().get(), Some(&7_u32));
    assert_eq!(
        http::Response::from(Response::from(Error::gone())).status(),
        410,
        "an error has its status"
    );

    #[rustfmt::skip]
    let cases: [(&str, Result<&str, &str>, &str); 9] = [
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab",   Ok("ab"),       "with a length"),
        ("HTTP/1.0 200 \r\n\r\nall the rest",                Ok("all the rest"), "without a length and a reason"),
        ("HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n", Ok(""),    "the length in a 304 is that of another response"),
        ("HTTP/1.1 204 No Content\r\n\r\nx",                 Err("line 3"),  "a body where none is allowed"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab",   Err("line 4"),  "trailing bytes"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", Err("line 2"), "chunked"),
        ("HTTP/1.1 2 OK\r\n\r\n",                            Err("line 1"),  "an invalid status"),
        ("HTTP/1.1 200 O\rK\r\n\r\n",                        Err("line 1"),  "CR in the reason"),
        ("200 OK\r\n\r\n",                                   Err("line 1"),  "no version"),
    ];
    for (message, want, why) in cases {
        match (Response::from_bytes(message.as_bytes()), want) {
            (Ok(response), Ok(body)) => assert_eq!(told(response).2, body, "{why}"),
            (Err(error), Err(line)) => {
                assert_eq!(error.status(), 502, "{why}");
                assert!(
                    error.message().starts_with(line),
                    "{why}: {}",
                    error.message()
                );
            }
            (got, _) => panic!("{why}: {got:?}"),
        }
    }
}

#[test]
fn a_result_is_as_wide_as_a_response() {
    assert_eq!(
        size_of::<rustzeug::Result<Response>>(),
        size_of::<Response>()
    );
}

#[test]
fn bodies_are_moved_from_the_constructor_to_the_server() {
    type Make = fn(Bytes) -> Response;
    #[rustfmt::skip]
    let cases: [(Make, &str); 6] = [
        (|bytes| Response::bytes(bytes),                             "bytes"),
        (|bytes| Response::text(bytes).with_status(201),             "text with another status"),
        (|bytes| (201, [("x", "1")], bytes).into_response(),         "a tuple"),
        (|bytes| Ok::<_, Error>(Some(bytes)).into_response(),        "nested"),
        (|bytes| Response::empty(200).with_body(bytes),                   "with_body"),
        (|bytes| Response::bytes(bytes).map_body(|body| body),       "map_body"),
    ];
    for (make, why) in cases {
        let bytes = Bytes::from(vec![b'x'; 1000]);
        let shared = bytes.clone();
        let app = (move || make(shared.clone())).into_application();
        let sent = serve(&app, Request::blank("/"));
        let sent = sent
            .body()
            .as_bytes()
            .unwrap_or_else(|| panic!("{why}: no longer in memory"));
        assert_eq!(sent.as_ptr(), bytes.as_ptr(), "{why}");
    }
}

#[test]
fn a_body_in_memory_stays_in_memory_through_http_types() {
    let response = Response::from(http::Response::from(Response::text("x")));
    assert!(response.body().as_bytes().is_some());
}
