//! Conditional requests, answered: what a client gets, and what is done with the rest.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustzeug::gateway::{Blocking, Job, Lint, ServerInfo, Workers};
use rustzeug::headers::{CacheControl, ETag, HttpDate};
use rustzeug::http::HeaderName;
use rustzeug::middleware::{conditional, content_etags};
use rustzeug::testing::Client;
use rustzeug::{Error, Request, Response, Result, Router, wrap};

use crate::common;

const CONTENT: &str = "0123456789";

#[test]
fn a_304_keeps_what_a_cache_needs_and_has_no_body() {
    let whole = || {
        Response::text(CONTENT)
            .with_etag("v1")
            .with_last_modified(HttpDate::from_unix_seconds(0))
            .with_cache_control(CacheControl::new().with_max_age(Duration::from_secs(1)))
            .with_expires(HttpDate::from_unix_seconds(0))
            .with_date(HttpDate::from_unix_seconds(0))
            .with_headers([
                ("vary", "accept"),
                ("content-location", "/a"),
                ("content-language", "en"),
                ("content-encoding", "identity"),
                ("content-length", "10"),
                ("content-disposition", "attachment"),
                ("content-security-policy", "default-src 'none'"),
                ("set-cookie", "a=b"),
                ("access-control-allow-origin", "*"),
                ("x-own", "1"),
            ])
    };
    let request = Request::blank("/").with_if_none_match("v1");
    let mut response = whole().conditional(&request);
    assert_eq!(response.status(), 304);
    let mut names: Vec<_> = response.headers().keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    let kept = [
        "access-control-allow-origin",
        "cache-control",
        "content-location",
        "date",
        "etag",
        "expires",
        "set-cookie",
        "vary",
        "x-own",
    ];
    assert_eq!(names, kept);
    assert_eq!(response.read_text().wait().unwrap(), "");

    // Without a tag the date is what the cache has.
    let then = HttpDate::from_unix_seconds(0);
    let request = Request::blank("/").with_if_modified_since(then);
    let response = Response::text("x")
        .with_last_modified(then)
        .conditional(&request);
    assert_eq!(
        (response.status().as_u16(), response.last_modified()),
        (304, Some(then))
    );
}

#[test]
fn an_error_in_place_of_a_response_can_be_read_by_other_sites() {
    let whole = |_: &Request| {
        Response::text(CONTENT)
            .with_etag("v1")
            .with_cache_control(CacheControl::new().with_max_age(Duration::from_secs(1)))
            .with_appended_header("set-cookie", "a=b")
            .with_appended_header("set-cookie", "c=d")
            .with_headers([
                ("vary", "origin"),
                ("content-language", "en"),
                ("access-control-allow-origin", "https://example.org"),
                ("access-control-allow-credentials", "true"),
            ])
    };
    let app = wrap(whole, conditional);
    for (name, value, status) in [("if-match", "\"v0\"", 412), ("range", "bytes=10-", 416)] {
        let request = Request::blank("/").with_header(name, value);
        let response = request.send(&app).wait().unwrap();
        assert_eq!(response.status(), status);
        let headers = response.headers();
        let lines = |name| headers.get_all(name).iter().collect::<Vec<_>>();
        assert_eq!(lines("vary"), ["origin", "accept"], "{status}");
        assert_eq!(lines("set-cookie"), ["a=b", "c=d"], "{status}");
        assert_eq!(
            lines("access-control-allow-origin"),
            ["https://example.org"]
        );
        assert_eq!(lines("access-control-allow-credentials"), ["true"]);
        for gone in ["etag", "cache-control", "content-language"] {
            assert!(!headers.contains_key(gone), "{status}: {gone}");
        }
    }
}

#[test]
fn only_a_success_is_changed() {
    let known = || {
        Request::blank("/")
            .with_if_none_match("v1")
            .with_if_match("v0")
    };
    for status in [301, 404, 500] {
        let response = Response::text("x").with_etag("v1").with_status(status);
        assert_eq!(response.conditional(&known()).status(), status);
    }
    let error = Response::from(Error::not_found()).conditional(&known());
    assert_eq!(error.status(), 404);
    // What the method asks for is done by now: that it fails now would be a lie.
    for method in ["PUT", "POST", "DELETE", "PATCH", "OPTIONS"] {
        let response = Response::text("x").with_etag("v1");
        let response = response.conditional(&known().with_method(method));
        assert_eq!(response.status(), 200, "{method}");
    }
}

#[test]
fn every_response_of_an_application_is_conditional() -> Result<()> {
    let app = Router::new()
        .get("/tagged", || Response::text("tagged").with_etag("v1"))
        .get("/plain", || "plain")
        .get("/stream", || Response::iterator(["a", "b"]))
        .post("/plain", || "posted")
        .get("/none", || Err::<(), _>(Error::not_found()))
        .wrap(content_etags)
        .wrap(conditional);
    let client = Client::new(app);
    for path in ["/tagged", "/plain"] {
        let first = client.get(path).wait()?.expect_status(200);
        let etag = first.etag().unwrap();
        let again = client
            .get(path)
            .with(|request| request.with_if_none_match(&etag));
        let again = again.wait()?.expect_status(304).expect_empty();
        assert_eq!(again.etag(), Some(etag.clone()), "{path}");
        let head = client
            .head(path)
            .with(|request| request.with_if_none_match(&etag));
        head.wait()?.expect_status(304);
        let other = client.get(path).with(|request| request.with_if_match("v0"));
        other.wait()?.expect_status(412);
        let part = client.get(path).with_header("range", "bytes=1-2").wait()?;
        let part = part.expect_status(206);
        assert_eq!(part.text(), &first.text()[1..=2], "{path}");
    }
    client
        .get("/stream")
        .wait()?
        .expect_text("ab")
        .expect_no_header("etag");
    client
        .post("/plain")
        .wait()?
        .expect_text("posted")
        .expect_no_header("etag");
    let known = client
        .get("/none")
        .with_header("if-none-match", "*")
        .wait()?;
    known.expect_status(404).expect_no_header("etag");
    Ok(())
}

#[test]
fn a_head_without_a_body_has_no_tag_of_content() -> Result<()> {
    let app = wrap(
        || Response::empty(200).with_content_length(5),
        content_etags,
    );
    let client = Client::new(app);
    let response = client.head("/").wait()?.expect_status(200);
    response.expect_no_header("etag"); // that of a GET is not known
    Ok(())
}

/// A reader that counts the drops: 1 on a worker, 100 elsewhere.
struct Told(Arc<AtomicU64>);

impl Read for Told {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        panic!("nothing of it is sent");
    }
}

impl Seek for Told {
    fn seek(&mut self, _: SeekFrom) -> std::io::Result<u64> {
        Ok(9)
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let is_worker = std::thread::current().name() == Some("worker of the test");
        self.0
            .fetch_add(if is_worker { 1 } else { 100 }, Ordering::Relaxed);
    }
}

/// A worker with a name, which is waited for.
struct Named;

impl Workers for Named {
    fn submit(&self, job: Arc<dyn Job>) -> bool {
        let thread = std::thread::Builder::new().name("worker of the test".to_owned());
        thread.spawn(move || job.run()).unwrap().join().unwrap();
        true
    }

    fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
        self.submit(job)
    }
}

#[test]
fn a_body_that_is_left_out_is_dropped_on_a_worker() {
    for (name, value, status) in [
        ("if-none-match", "\"v1\"", 304),
        ("if-match", "\"v0\"", 412),
    ] {
        let dropped = Arc::new(AtomicU64::new(0));
        let server = ServerInfo::default().with_blocking(Blocking::on(Arc::new(Named)));
        let request = Request::blank("/")
            .with_server(server)
            .with_header(name, value);
        let whole = Response::seekable(Told(Arc::clone(&dropped))).unwrap();
        let response = whole.with_etag("v1").conditional(&request);
        assert_eq!(response.status(), status);
        assert_eq!(dropped.load(Ordering::Relaxed), 1, "{name}");
    }
}

#[test]
fn answers_keep_the_rules_of_the_gateway() {
    let app = Lint::new(wrap(
        || Response::text(CONTENT).with_etag("v1"),
        conditional,
    ));
    for (name, value, status) in [
        ("if-none-match", "\"v1\"", 304),
        ("if-match", "\"v0\"", 412),
        ("range", "bytes=0-1", 206),
        ("range", "bytes=0-1,4-5", 206),
        ("range", "bytes=90-", 416),
    ] {
        let request = Request::blank("/")
            .with_header("host", "localhost")
            .with_header(name, value);
        let (got, text) = common::answer(&app, request);
        assert_eq!(got, status, "{name}: {value}: {text}");
    }
}

const PIECES: [&str; 20] = [
    "\"",
    "\"v1\"",
    "W/",
    "*",
    ",",
    " ",
    "bytes=",
    "0",
    "-",
    "9",
    "x",
    "=",
    "\t",
    "\u{e9}",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "GMT",
    "99999999999999999999",
    "\\",
    ";",
    "0-1,4-5",
];

const NAMES: [&str; 7] = [
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "if-range",
    "range",
    "cache-control",
];

#[test]
fn what_a_client_sends_is_never_a_fault_of_the_server() {
    arbtest::arbtest(|u| {
        let mut request = Request::blank("/");
        for _ in 0..u.int_in_range(0..=6)? {
            let mut value = String::new();
            for _ in 0..u.int_in_range(0..=8)? {
                value.push_str(u.choose(&PIECES)?);
            }
            request = request.with_appended_header(*u.choose(&NAMES)?, value);
        }
        let then = HttpDate::from_unix_seconds(784_111_777);
        let whole = Response::text(CONTENT)
            .with_etag("v1")
            .with_last_modified(then);
        let mut response = whole.conditional(&request);
        let status = response.status().as_u16();
        assert!([200, 206, 304, 412, 416].contains(&status), "{status}");
        if status < 400 {
            response.read_text().wait().unwrap();
        }
        let tags = (
            request.if_match(),
            request.if_none_match(),
            request.if_range(),
        );
        let dates = (request.if_modified_since(), request.if_unmodified_since());
        let _ = (tags, dates, request.range(), request.cache_control());
        if let Err(error) = request.check_preconditions(&ETag::from("v1")) {
            assert_eq!(error.status(), 412);
        }
        Ok(())
    });
}

#[test]
fn no_setter_can_split_a_header() {
    for nasty in [
        "a\r\nx: y",
        "\n",
        "a\0b",
        "\u{7f}",
        "\t",
        "\"\r\n\"",
        "\u{e9}\u{2028}",
    ] {
        let response = Response::text("x")
            .with_etag(nasty)
            .with_header("last-modified", nasty.trim())
            .with_age(Duration::MAX)
            .with_expires(HttpDate::MAX);
        for (name, value) in response.headers() {
            assert!(
                !value.as_bytes().iter().any(u8::is_ascii_control),
                "{name} {nasty:?}"
            );
        }
        let request = Request::blank("/")
            .with_if_match(nasty)
            .with_if_none_match(nasty);
        for (name, value) in request.headers() {
            assert!(
                !value.as_bytes().iter().any(u8::is_ascii_control),
                "{name} {nasty:?}"
            );
        }
        assert!(CacheControl::new().with("a", nasty).is_err() || !nasty.contains(char::is_control));
    }
}
