//! The health path: the server itself answers it, until it stops and while it stops.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use rustzeug::gateway::{Application, Limits, Lint};
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Next, Request, Router, Server, wrap};

use super::AllLimits;
use super::fields::{CONTENT_LENGTH, fields};
use super::frames::Peer;
use super::stalled::Stalled;
use super::{End, Served, says_close, status, wait_for_none_open, wait_until_refused};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\n\r\n";
const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const BAD: &str = "draining\n";

/// A server whose application says what it received.
fn served(limits: impl Into<AllLimits>) -> Served {
    let told = async |request: &Request| format!("{} of the application's", request.path());
    served_by(told.into_application(), limits)
}

fn served_by(application: impl Application, limits: impl Into<AllLimits>) -> Served {
    let server = limits.into().of(Server::bind("127.0.0.1:0").unwrap());
    let server = server.with_health_path("/healthz");
    Served::by(server, Lint::new(application))
}

#[test]
fn the_server_answers_for_its_health_and_for_nothing_else() {
    let long = "x".repeat(200);
    let limits = Limits::default()
        .with_target_bytes(100)
        .with_field_bytes(100)
        .with_header_fields(5);
    let served = served(limits);
    let app = |path: &str| format!("{path} of the application's");
    let ok = || "ok\n".to_owned();
    let not_met = "the only expectation supported here is 100-continue\n".to_owned();
    #[rustfmt::skip]
    let cases = [
        ("GET /healthz HTTP/1.1\r\n".to_owned(),                200, ok(), "no Host"),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\n".to_owned(),     200, ok(), "a Host"),
        ("GET /healthz HTTP/1.1\r\nHost:\r\n".to_owned(),       200, ok(), "an empty Host"),
        ("GET /healthz HTTP/1.0\r\n".to_owned(),                200, ok(), "an old version"),
        ("GET /healthz?a=b HTTP/1.1\r\n".to_owned(),            200, ok(), "a query changes nothing"),
        ("GET http://b/healthz HTTP/1.1\r\n".to_owned(),        200, ok(), "a whole URL"),
        ("HEAD /healthz HTTP/1.1\r\n".to_owned(),               200, String::new(), "HEAD has no body"),
        ("POST /healthz HTTP/1.1\r\nHost: a\r\n".to_owned(),    200, app("/healthz"), "another method"),
        ("OPTIONS /healthz HTTP/1.1\r\nHost: a\r\n".to_owned(), 200, app("/healthz"), "another method"),
        ("GET /healthz/ HTTP/1.1\r\nHost: a\r\n".to_owned(),    200, app("/healthz/"), "another path"),
        ("GET /health HTTP/1.1\r\nHost: a\r\n".to_owned(),      200, app("/health"), "another path"),
        ("GET /Healthz HTTP/1.1\r\nHost: a\r\n".to_owned(),     200, app("/Healthz"), "paths have a case"),
        ("GET / HTTP/1.1\r\nHost: a\r\n".to_owned(),            200, app("/"), "another path"),
        ("GET / HTTP/1.1\r\n".to_owned(),                       400, "the Host header is missing\n".to_owned(), "others need a Host"),
        ("GET /healthz HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n".to_owned(), 200, ok(), "an expectation that would be met"),
        ("GET /healthz HTTP/1.1\r\nExpect: 200-ok\r\n".to_owned(), 417, not_met, "an expectation that is not"),
        (format!("GET /?{long} HTTP/1.1\r\nHost: a\r\n"),       414, "the request target is longer than 100 bytes (limit `target_bytes`)\n".to_owned(), "other paths have the same limit"),
        (format!("GET /healthz?{long} HTTP/1.1\r\n"),           414, "the request target is longer than 100 bytes (limit `target_bytes`)\n".to_owned(), "the health path has the limit `target_bytes`"),
        (format!("GET /healthz HTTP/1.1\r\nX: {long}\r\n"),     431, "the header field `x` is longer than 100 bytes (limit `field_bytes`)\n".to_owned(), "the health path has the limit `field_bytes`"),
    ];
    for (head, want, text, why) in cases {
        let mut client = served.connect();
        client.send(&format!("{head}Connection: close\r\n\r\n"));
        let (answer, end) = client.ending();
        assert_eq!(status(&answer), want, "{why}: {head}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, text, "{why}: {head}");
        assert_eq!(end, End::Closed, "{why}: {head}");
    }
}

#[test]
fn it_is_refused_what_any_request_is_refused() {
    let served = served(Limits::default());
    #[rustfmt::skip]
    let cases = [
        ("GET {} HTTP/1.1\r\nHost: /\r\n",                                400, "an invalid Host"),
        ("GET {} HTTP/1.1\r\nHost: a\r\nHost: a\r\n",                     400, "two of them"),
        ("GET {} HTTP/1.1\r\nHost:\r\nHost: a\r\n",                       400, "an empty one before another"),
        ("GET {}?a HTTP/1.1\r\nHost: a b\r\n",                            400, "an invalid Host"),
        ("GET https://a{} HTTP/1.1\r\nHost: a\r\n",                       421, "another scheme"),
        ("GET http://a@b{} HTTP/1.1\r\nHost: a\r\n",                      400, "an invalid authority"),
        ("GET {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n", 400, "a coding that is not decoded"),
        ("GET {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400, "chunked twice"),
        ("HEAD {} HTTP/1.1\r\nHost: a b\r\n",                             400, "HEAD too"),
        ("GET {} HTTP/1.1\r\nHost: a\r\nExpect: a\r\n",                   417, "an expectation that is not met"),
    ];
    for (head, want, why) in cases {
        let mut answers = Vec::new();
        for path in ["/", "/healthz"] {
            let mut client = served.connect();
            let head = head.replace("{}", path);
            client.send(&format!("{head}\r\n0\r\n\r\n{HEALTH}"));
            let (answer, end) = client.ending();
            assert_eq!(status(&answer), want, "{why}: {head}");
            assert!(says_close(&answer), "{why}: {answer}");
            assert_eq!(end, End::Closed, "{why}: {head}");
            let (_, body) = answer.split_once("\r\n\r\n").unwrap();
            assert_eq!(body.is_empty(), head.starts_with("HEAD"), "{why}: {answer}");
            answers.push(body.to_owned());
        }
        assert_eq!(answers[0], answers[1], "{why}");
    }
}

#[test]
fn mounted_in_the_application_it_has_what_middleware_adds() {
    let quiet = Server::bind("127.0.0.1:0").unwrap();
    let limits = ServerLimits::default().with_lame_duck(Duration::from_hours(1));
    let quiet = quiet.with_server_limits(limits);
    let router = Router::new()
        .get("/healthz", quiet.health())
        .get("/", || "home");
    let own = async |request: Request, next: Next| {
        let response = next.run(request).await;
        response.with_header("x-own", "added")
    };
    let served = Served::by(quiet, Lint::new(wrap(router, own)));
    let ask = |method: &str| {
        let mut client = served.connect();
        client.send(&format!(
            "{method} /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        ));
        client.rest()
    };
    for (method, body) in [("GET", "ok\n"), ("HEAD", "")] {
        let answer = ask(method);
        assert_eq!(status(&answer), 200, "{method}: {answer}");
        assert!(answer.contains("\r\nx-own: added\r\n"), "{answer}");
        assert!(
            answer.contains("\r\ncache-control: no-store\r\n"),
            "{answer}"
        );
        assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{answer}");
    }
    let mut client = served.connect();
    client.send(HEALTH);
    assert_eq!(status(&client.head()), 400, "as a route, it needs a `Host`");
    served.stopper.stop();
    let answer = ask("GET");
    assert_eq!(status(&answer), 503, "a lame duck: {answer}");
    assert!(answer.contains("\r\nx-own: added\r\n"), "{answer}");
    assert!(answer.ends_with(BAD), "{answer}");
}

#[test]
fn what_it_says_is_plain_text_that_nobody_keeps() {
    let served = served(Limits::default());
    for method in ["GET", "HEAD"] {
        let mut client = served.connect();
        client.send(&HEALTH.replace("GET", method));
        let head = client.head();
        for field in [
            "content-type: text/plain; charset=utf-8",
            "content-length: 3",
            "cache-control: no-store",
        ] {
            assert!(head.contains(&format!("\r\n{field}\r\n")), "{head}");
        }
        assert!(!says_close(&head), "{head}");
    }
}

#[test]
fn in_http_2_it_is_the_same() {
    let served = served(Limits::default());
    let no_authority = [
        (":method", "GET"),
        (":scheme", "http"),
        (":path", "/healthz"),
    ];
    #[rustfmt::skip]
    let cases = [
        (&fields("GET", "/healthz")[..],  "ok\n", Some(3), "by its path"),
        (&no_authority,                   "ok\n", Some(3), "no host is named"),
        (&fields("HEAD", "/healthz"),     "",     Some(3), "HEAD has no body"),
        (&fields("POST", "/healthz"),     "/healthz of the application's", Some(29), "another method"),
        (&fields("GET", "/"),             "/ of the application's", Some(22), "another path"),
    ];
    let mut peer = Peer::new(served.address);
    for (number, (asked, text, length, why)) in (0..).zip(cases) {
        let stream = 2 * number + 1;
        peer.ask(stream, asked);
        let answer = peer.answer(stream);
        assert_eq!((answer.status, &*answer.text), (200, text), "{why}");
        let told = answer
            .fields
            .iter()
            .find(|(name, _)| *name == CONTENT_LENGTH);
        assert_eq!(told.and_then(|(_, told)| *told), length, "{why}");
    }
}

#[test]
fn a_busy_application_is_a_healthy_one() {
    let release = Arc::new(Barrier::new(2));
    let inside = Arc::clone(&release);
    let handler = move || {
        inside.wait();
        inside.wait();
        "finished"
    };
    let limits = ServerLimits::default().with_workers(1).with_queued_jobs(1);
    let served = served_by(handler.into_application(), limits);
    let mut busy = served.connect();
    busy.send(GET);
    release.wait();
    let mut client = served.connect();
    client.send(HEALTH);
    assert!(client.until("ok\n").ends_with("ok\n"));
    release.wait();
    assert!(busy.until("finished").ends_with("finished"));
}

#[test]
fn a_connection_is_kept_or_closed_after_it_as_after_others() {
    let served = served(ServerLimits::default().with_linger(Duration::from_hours(1)));
    #[rustfmt::skip]
    let cases = [
        ("/",        "application's", "an ordinary request"),
        ("/healthz", "ok\n",          "a request for the health path"),
    ];
    for (path, text, why) in cases {
        let mut kept = served.connect();
        let ask = format!("GET {path} HTTP/1.1\r\nHost: a\r\n");
        for _ in 0..2 {
            kept.send(&format!("{ask}Content-Length: 4\r\n\r\nfour"));
            let head = kept.head();
            assert_eq!(status(&head), 200, "{why}: its body is dropped");
            assert!(!says_close(&head), "{why}: {head}");
            kept.until(text);
        }
        kept.send(&format!("{ask}Connection: close\r\n\r\n"));
        assert_eq!(kept.ending().1, End::Closed, "{why}");
        wait_for_none_open(&served, why);
        let mut unread = served.connect();
        unread.send(&format!("{ask}Content-Length: 9999999\r\n\r\nfour"));
        let head = unread.head();
        assert_eq!(status(&head), 200, "{why}: the body is not waited for");
        assert!(says_close(&head), "{why}: {head}");
        drop(unread);
        wait_for_none_open(&served, why);
    }
}

#[test]
fn a_lame_duck_serves_and_says_that_its_health_is_bad() {
    let served = served(ServerLimits::default().with_lame_duck(Duration::from_hours(1)));
    let mut used = served.connect();
    used.send(HEALTH);
    assert!(used.until("ok\n").starts_with("HTTP/1.1 200 OK\r\n"));
    let mut peer = Peer::new(served.address);
    peer.ask(1, &fields("GET", "/healthz"));
    assert_eq!(peer.answer(1).status, 200);
    served.stopper.stop();

    for (client, why) in [
        (used, "an open connection"),
        (served.connect(), "a new one"),
    ] {
        let mut client = client;
        client.send(HEALTH);
        let answer = client.until(BAD);
        assert_eq!(status(&answer), 503, "{why}: {answer}");
        assert!(
            answer.ends_with(BAD) && !says_close(&answer),
            "{why}: {answer}"
        );
        client.send(&HEALTH.replace("GET", "HEAD"));
        let head = client.head();
        assert_eq!(status(&head), 503, "{why}: {head}");
        client.send(GET);
        let head = client.head();
        assert_eq!(status(&head), 200, "{why}: others are served");
        assert!(!says_close(&head), "{why}: as before: {head}");
    }
    for (peer, why) in [
        (peer, "an open connection"),
        (Peer::new(served.address), "a new connection"),
    ] {
        let mut peer = peer;
        peer.ask(3, &fields("GET", "/healthz"));
        let answer = peer.answer(3);
        assert_eq!((answer.status, &*answer.text), (503, BAD), "{why}");
        peer.ask(5, &fields("GET", "/"));
        assert_eq!(peer.answer(5).status, 200, "{why}");
    }
    served
        .log
        .wait_for("Stopping in 3600s: the health check fails from now on\n");
}

#[test]
fn its_health_is_bad_to_the_end() {
    let limits = ServerLimits::default()
        .with_lame_duck(Duration::from_millis(300))
        .with_closing_notice(Duration::from_secs(20));
    let mut served = served(limits);
    let mut client = served.connect();
    client.send(HEALTH);
    assert!(client.until("ok\n").ends_with("ok\n"));
    served.stopper.stop();
    // After the lame duck.
    wait_until_refused(served.address);
    client.send(HEALTH);
    let (answer, end) = client.ending();
    assert_eq!(status(&answer), 503, "{answer}");
    assert!(answer.ends_with(BAD) && says_close(&answer), "{answer}");
    assert_eq!(end, End::Closed);
    served.end();
}

#[test]
fn without_a_health_path_there_is_none() {
    let (served, _) = Stalled::serve(Limits::default());
    assert!(served.get("/healthz").ends_with("fine"));
    let mut client = served.connect();
    client.send(HEALTH);
    assert_eq!(
        status(&client.head()),
        400,
        "it needs a Host like any other"
    );
}
