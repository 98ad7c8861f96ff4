//! Headers where they are set: headers of the connection are refused there, and nothing of a failed chain is sent.

use std::sync::Mutex;

use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::IntoResponse;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::gateway::Body;
use rustzeug::http;

use crate::common::Log;
use crate::common::serve;

#[test]
fn a_header_of_the_connection_is_refused_where_it_is_set() {
    #[rustfmt::skip]
    let cases = [
        ("connection",        "close",   "RFC 9110 section 7.6.1"),
        ("Connection",        "close",   "in any case"),
        ("keep-alive",        "timeout=5", "a header of HTTP/1.0"),
        ("proxy-connection",  "close",   "a header for old proxies"),
        ("te",                "trailers", "a header of requests"),
        ("trailer",           "x",       "only the server sends trailers"),
        ("transfer-encoding", "chunked", "only the server sets the framing"),
        ("x-tab",             "a\tb",    "a tab, which PEP 3333 refuses"),
    ];
    for (name, value, why) in cases {
        let mut response = Response::text("x");
        let error = response.set_header(name, value).map(drop).unwrap_err();
        let cause = error.source().unwrap().to_string();
        assert_eq!(error.status(), 500, "{why}");
        assert!(
            cause.contains(&format!("`{}`", name.to_lowercase())),
            "{why}: {cause}"
        );
        assert_eq!(response.status(), 200, "{why}: nothing has changed");
        let chains = [
            Response::text("x").with_header(name, value),
            Response::text("x").with_headers([("x-a", "1"), (name, value)]),
            ([(name, value)], "x").into_response(),
        ];
        for chain in chains {
            assert_eq!(chain.status(), 500, "{why}");
            let found = chain.error().unwrap().source().unwrap().to_string();
            assert_eq!(found, cause, "{why}");
        }
    }
}

#[test]
fn an_upgrade_is_named_whatever_the_order_of_the_chain() {
    let log = Log::default();
    let send = |response: Response| {
        let response = Mutex::new(response);
        let app = move || response.lock().unwrap().copy();
        serve(
            &app.into_application(),
            Request::blank("/").with_server(log.server()),
        )
    };
    let before = Response::text("x").with_header("upgrade", "h2c");
    assert_eq!(send(before.with_status(426)).headers()["upgrade"], "h2c");
    let after = Response::text("x").with_status(426);
    assert_eq!(
        send(after.with_header("upgrade", "h2c")).headers()["upgrade"],
        "h2c"
    );
    // Whether the header is allowed is checked when the status is final.
    let other = send(Response::text("x").with_header("upgrade", "h2c"));
    assert_eq!(other.status(), 500);
    assert!(log.text().contains("`upgrade`"), "{}", log.text());
}

#[test]
fn nothing_of_a_failed_chain_is_sent() {
    let local = |to: &str| Response::redirect_local(&Request::blank("/"), to);
    #[rustfmt::skip]
    let cases = [
        (Response::text("x").with_header("x-b", "\n"),        500, "a bad value"),
        (Response::text("x").with_status(0),                  500, "a bad status"),
        (Response::text("x").with_cookie(("a b", "1")),       500, "a bad cookie"),
        (Response::redirect("//evil.org"),                    500, "a redirect that only looks local"),
        (Response::redirect_external("/a\nb"),                500, "a redirect with a line break"),
        (local("https://evil.org/"),                          400, "a redirect that came with the request"),
    ];
    for (failed, status, why) in cases {
        let mut failed = failed
            .with_cookie(("session", "secret"))
            .with_header("x-secret", "1")
            .with_headers([("x-secrets", "2")])
            .with_status(201);
        failed.set_header("x-late", "3").unwrap();
        let copy: http::Response<Body> = failed.copy().unwrap().into();
        assert!(copy.headers().is_empty(), "{why}: {:?}", copy.headers());
        let failed = Mutex::new(failed);
        let app = move || failed.lock().unwrap().copy();
        let log = Log::default();
        let sent = serve(
            &app.into_application(),
            Request::blank("/").with_server(log.server()),
        );
        assert_eq!(sent.status(), status, "{why}");
        for name in [
            "set-cookie",
            "x-secret",
            "x-secrets",
            "x-late",
            "location",
            "x-a",
        ] {
            assert!(!sent.headers().contains_key(name), "{why}: {name}");
        }
    }
}

#[test]
fn what_is_set_on_an_error_that_is_meant_is_sent() {
    // A 401 that ends a session is not a failed chain.
    let app = || {
        Response::from(Error::unauthorized("Basic"))
            .with_deleted_cookie("session")
            .with_header("x-a", "1")
    };
    let sent = serve(&app.into_application(), Request::blank("/"));
    assert_eq!(sent.status(), 401);
    assert!(sent.headers().contains_key("set-cookie"));
    assert_eq!(sent.headers()["x-a"], "1");
}

#[test]
fn an_async_writer_is_a_response_like_a_writer() {
    let mut asynchronous = Response::async_writer(async |mut out| out.write("x").await);
    let mut blocking = Response::writer(|out| Ok(std::io::Write::write_all(out, b"x")?));
    assert_eq!(asynchronous.headers(), blocking.headers());
    assert_eq!(
        asynchronous.headers()["content-type"],
        "application/octet-stream"
    );
    assert_eq!(
        asynchronous.read_text().wait().unwrap(),
        blocking.read_text().wait().unwrap()
    );
}
