//! Request bodies that the application does not read: the server drains them to keep the connection, or so that the
//! client gets its response although it is still sending.

use std::io::Read;
use std::time::Duration;
use std::time::Instant;

use rustzeug::gateway::Limits;
use rustzeug::server::ServerLimits;
use rustzeug::{Error, IntoApplication, Request, Result, handler::streaming};

use super::{Client, End, Served, says_close, status};
use crate::waiting::pass;
use crate::waiting::until;

const DRAIN: usize = 10_000;

/// The headers of a client that offers HTTP/2, which the server ignores.
const OFFER: &str = "Connection: upgrade\r\nUpgrade: h2c";

/// A long page, so that a truncated response is noticed.
fn missing() -> Result<&'static str> {
    let page = format!("{}the end", "x".repeat(200_000));
    Err(Error::not_found().with_message(page))
}

fn plain(request: &Request) -> Result<String> {
    Ok(request.bytes().wait()?.len().to_string())
}

async fn later(request: &Request) -> Result<String> {
    Ok(request.bytes().await?.len().to_string())
}

fn first_bytes(request: &Request) -> Result<String> {
    let mut first = [0; 4];
    request.take_body().into_reader().read_exact(&mut first)?;
    Err(Error::not_found().with_message("the end"))
}

fn post(framing: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n")
}

fn chunked(bytes: usize) -> String {
    let chunks = format!("3e8\r\n{}\r\n", "x".repeat(1000)).repeat(bytes / 1000);
    let last = match bytes % 1000 {
        0 => String::new(),
        rest => format!("{rest:x}\r\n{}\r\n", "x".repeat(rest)),
    };
    format!("{chunks}{last}0\r\n\r\n")
}

#[test]
fn an_early_answer_reaches_a_client_that_sends_everything_before_it_reads() {
    let limits = Limits::default()
        .with_received_body_bytes(1000)
        .with_body_bytes(1000);
    let serve = |kind| match kind {
        0 => Served::with_limits(plain.into_application(), limits.clone()),
        1 => Served::with_limits(later.into_application(), limits.clone()),
        2 => Served::with_limits((async || missing()).into_application(), limits.clone()),
        3 => Served::with_limits(streaming(missing), limits.clone()),
        _ => Served::with_limits(streaming(first_bytes), limits.clone()),
    };
    #[rustfmt::skip]
    let cases = [
        (0, 413, "`received_body_bytes`)\n",   "fn"),
        (1, 413, "`body_bytes`)\n", "async fn that reads"),
        (2, 404, "the end\n",       "async fn that does not read"),
        (3, 404, "the end\n",       "fn that does not read"),
        (4, 404, "the end\n",       "fn that reads a little"),
    ];
    let size = 8 << 20;
    let bodies = [
        post(&format!("Content-Length: {size}")) + &"x".repeat(size),
        post("Transfer-Encoding: chunked") + &chunked(size),
        post(&format!("{OFFER}\r\nContent-Length: {size}")) + &"x".repeat(size),
    ];
    for (kind, want, last, why) in cases {
        let served = serve(kind);
        for request in &bodies {
            let mut client = served.connect();
            assert!(
                client.offer(request.as_bytes()),
                "{why}: the whole body is accepted"
            );
            let (answer, end) = client.ending();
            assert_eq!(status(&answer), want, "{why}");
            assert!(says_close(&answer), "{why}: {answer}");
            assert!(answer.ends_with(last), "{why}: cut short");
            assert_eq!(end, End::Closed, "{why}");
        }
    }
}

#[test]
fn what_is_not_much_is_dropped_and_the_connection_kept() {
    let limits = ServerLimits::default().with_drain_bytes(DRAIN as u64);
    let deaf = async || "deaf";
    #[rustfmt::skip]
    let cases = [
        (DRAIN,     true,  "at the limit"),
        (DRAIN + 1, false, "one past it"),
    ];
    let served = Served::with_limits(deaf.into_application(), limits);
    for (size, kept, why) in cases {
        for (framing, body) in [
            (format!("Content-Length: {size}"), "x".repeat(size)),
            ("Transfer-Encoding: chunked".to_owned(), chunked(size)),
        ] {
            let mut client = served.connect();
            client.send(&(post(&framing) + &body));
            let answer = client.until("deaf");
            assert_eq!(status(&answer), 200, "{framing}: {why}");
            assert_eq!(says_close(&answer), !kept, "{framing}: {why}: {answer}");
            if kept {
                client.send(&post("Content-Length: 0"));
                let next = client.until("deaf");
                assert!(next.starts_with("HTTP/1.1 200 OK\r\n"), "{framing}: {why}");
            } else {
                assert_eq!(client.ending().1, End::Closed, "{framing}: {why}");
            }
        }
    }
}

#[test]
fn a_body_that_comes_after_its_answer_is_no_request() {
    let served = Served::new((async || "deaf").into_application());
    let body = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut client = served.connect();
    client.send(&post(&format!("Content-Length: {}", body.len())));
    assert_eq!(status(&client.until("deaf")), 200, "answered at once");
    client.offer(body.as_bytes());
    client.offer(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let rest = client.rest();
    assert!(
        rest.matches("deaf").count() <= 1,
        "the body is not answered: {rest}"
    );
}

#[test]
fn a_client_that_waits_for_100_and_is_refused_is_not_waited_for() {
    for (framing, want) in [
        ("Content-Length: 1001\r\nExpect: 100-continue", 413),
        (
            "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n3e9\r\n",
            413,
        ),
    ] {
        let limits = Limits::default().with_received_body_bytes(1000);
        let served = Served::with_limits(plain.into_application(), limits);
        let mut client = served.connect();
        client.send(&post(framing));
        client.offer("x".repeat(1001).as_bytes());
        let answer = client.rest();
        let answer = answer.trim_start_matches("HTTP/1.1 100 Continue\r\n\r\n");
        assert_eq!(status(answer), want, "{framing}: {answer}");
        assert!(says_close(answer), "{framing}: {answer}");
    }
}

/// A client that gets its response before it has sent much of its body.
fn answered_early(served: &Served) -> Client {
    let mut client = served.connect();
    client.send(&post("Content-Length: 1000000000000"));
    let (answer, end) = client.ending();
    assert_eq!(status(&answer), 413, "{answer}");
    assert_eq!(end, End::Closed, "half-closed, so that the client can tell");
    client
}

#[test]
fn lingering_goes_on_for_a_while() {
    let served = Served::with_limits(plain.into_application(), Limits::default());
    let mut client = answered_early(&served);
    for _ in 0..10 {
        // A client that goes on sending for a while.
        pass(Duration::from_millis(40));
        assert!(client.offer(&[b'x'; 10_000]), "still dropped, not reset");
    }
}

#[test]
fn lingering_ends_when_too_much_has_come() {
    let limits = ServerLimits::default()
        .with_linger(Duration::from_mins(1))
        .with_linger_bytes(1 << 20);
    let served = Served::with_limits(plain.into_application(), limits);
    let mut client = answered_early(&served);
    let piece = vec![b'x'; 1 << 20];
    let taken = (0..256).take_while(|_| client.offer(&piece));
    assert!(taken.count() < 256, "a megabyte, and what buffers hold");
}

#[test]
fn lingering_ends_when_it_has_lasted_long_enough() {
    let limits = ServerLimits::default()
        .with_linger(Duration::from_millis(400))
        .with_linger_bytes(u64::MAX);
    let served = Served::with_limits(plain.into_application(), limits);
    let start = Instant::now();
    let mut client = answered_early(&served);
    until("it is cut", || !client.offer(b"x"));
    assert!(
        start.elapsed() >= Duration::from_millis(300),
        "but not too early"
    );
}

#[test]
fn a_silent_client_does_not_keep_its_place() {
    let short = Duration::from_millis(300);
    let limits = ServerLimits::default()
        .with_connections(1)
        .with_linger(short)
        .with_keep_alive(short)
        .with_head_timeout(short);
    let limits = (Limits::default().with_body_idle(short), limits);
    #[rustfmt::skip]
    let cases = [
        (post("Content-Length: 1000000"), 404, "refused: the connection lingers"),
        (post("Content-Length: 1000"),    404, "a body to be dropped, which does not come"),
        ("GET / HT".to_owned(),           408, "half a head: the connection lingers"),
    ];
    for (sent, want, why) in cases {
        let served = Served::with_limits(streaming(missing), limits.clone());
        let mut client = served.connect();
        client.send(&sent);
        assert_eq!(status(&client.rest()), want, "{why}");
        // The only connection slot.
        assert_eq!(status(&served.get("/")), 404, "{why}");
        drop(client);
    }
}
