//! Connections that switch from HTTP to another protocol: when they do, and when not.

use std::net::Shutdown;

use rustzeug::gateway::{Environ, Reply, StartResponse, Upgraded};
use rustzeug::http::HeaderValue;
use rustzeug::server::ServerLimits;
use rustzeug::{Error, IntoApplication, Next, Request, Response, Result, wrap};

use super::fields::fields;
use super::frames::Peer;
use super::{Client, End, Served, status};

pub(super) const OFFER: &str =
    "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

const PLAIN: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// Sends back everything that arrives, until the other side ends.
pub(super) async fn echo(mut stream: Upgraded) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
    let _ = stream.shutdown().await;
}

pub(super) async fn raw(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    let Some(upgrade) = environ.upgrade("echo") else {
        return Err(Error::upgrade_required(HeaderValue::from_static("echo")));
    };
    start_response.switch(upgrade, [("x-app", "raw")], echo)
}

/// The same for a handler with a request and a response.
fn switch(request: &Request) -> Result<Response> {
    let environ = request.environ();
    let Some(upgrade) = environ.upgrade("echo") else {
        return Err(Error::upgrade_required(HeaderValue::from_static("echo")));
    };
    let reply = StartResponse::of(environ).switch(upgrade, [("x-app", "raw")], echo)?;
    Ok(Response::from(reply))
}

async fn switch_async(request: &Request) -> Result<Response> {
    switch(request)
}

async fn pass(request: Request, next: Next) -> Response {
    next.run(request).await.with_header("x-wrapped", "yes")
}

/// Asserts that everything sent on the connection comes back.
pub(super) fn assert_echoes(client: &mut Client, why: &str) {
    for text in ["one", "GET / HTTP/1.1\r\n\r\n"] {
        client.send(text);
        assert_eq!(client.until(text), text, "{why}");
    }
}

#[test]
fn a_connection_goes_on_in_the_protocol_that_was_agreed_on() {
    for (served, wrapped, why) in [
        (Served::new(raw.into_application()), false, "raw"),
        (Served::new(switch.into_application()), false, "fn"),
        (Served::new(switch_async.into_application()), false, "async"),
        (Served::new(wrap(raw, pass)), true, "wrapped"),
        (Served::new(wrap(switch, pass)), true, "wrapped fn"),
    ] {
        let mut client = served.connect();
        client.send(OFFER);
        let head = client.head();
        let mut lines: Vec<_> = head.trim_end().split("\r\n").collect();
        lines.retain(|line| !line.starts_with("date: "));
        lines[1..].sort_unstable();
        let mut want = vec![
            "http/1.1 101 switching protocols",
            "connection: upgrade",
            "upgrade: echo",
            "x-app: raw",
        ];
        want.extend(wrapped.then_some("x-wrapped: yes"));
        assert_eq!(lines, want, "{why}");
        assert_echoes(&mut client, why);
        client.0.shutdown(Shutdown::Write).unwrap();
        assert_eq!(client.rest(), "", "{why}: the end");
    }
}

#[test]
fn what_came_with_the_offer_is_for_the_new_protocol() {
    let served = Served::new(raw.into_application());
    for early in ["x", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", &"x".repeat(5_000)] {
        let mut client = served.connect();
        client.send(&format!("{OFFER}{early}"));
        assert_eq!(status(&client.head()), 101);
        assert_eq!(client.until(early), early);
        assert_echoes(&mut client, early);
    }
}

#[test]
fn what_is_not_taken_up_is_an_ordinary_request() {
    async fn asks(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let offered = environ.upgrade("echo").is_some();
        let started = start_response.start(200, [("content-type", "text/plain")])?;
        Ok(started.body(format!("offered: {offered}\n")))
    }
    let served = Served::new(asks.into_application());
    let head = |version: &str, fields: &str| {
        format!("GET / {version}\r\nHost: a\r\nConnection: keep-alive\r\n{fields}\r\n")
    };
    #[rustfmt::skip]
    let cases = [
        (head("HTTP/1.1", "Connection: upgrade\r\nUpgrade: echo\r\n"),       true,  "as it should be"),
        (head("HTTP/1.1", "Connection: x,  UPGRADE\r\nUpgrade: h2c, Echo\r\n"), true, "lists, in any case"),
        (head("HTTP/1.1", "Connection: upgrade\r\nUpgrade: h2c\r\nUpgrade: echo\r\n"), true, "two lines"),
        (head("HTTP/1.1", "Upgrade: echo\r\n"),                              false, "a proxy passed on `Upgrade` only"),
        (head("HTTP/1.1", "Connection: upgrade\r\n"),                        false, "without a protocol"),
        (head("HTTP/1.1", "Connection: upgrade\r\nUpgrade: echo2\r\n"),      false, "another protocol"),
        (head("HTTP/1.1", "Connection: upgrade\r\nUpgrade: x-echo, ec ho\r\n"), false, "other protocols"),
        (head("HTTP/1.0", "Connection: upgrade\r\nUpgrade: echo\r\n"),       false, "HTTP/1.0 has no upgrades"),
    ];
    for (sent, want, why) in cases {
        let mut client = served.connect();
        // The next request follows.
        client.send(&format!("{sent}{PLAIN}"));
        let answers = client.rest();
        let offered = format!("offered: {want}\n");
        assert!(answers.contains(&offered), "{sent}: {why}: {answers}");
        assert!(
            answers.ends_with("offered: false\n"),
            "{sent}: {why}: {answers}"
        );
        assert_eq!(answers.matches(" 200 OK").count(), 2, "{why}: {answers}");
    }
}

#[test]
fn over_http_2_there_is_no_upgrade() {
    let served = Served::new(raw.into_application());
    let mut peer = Peer::new(served.address);
    peer.ask(1, &fields("GET", "/"));
    assert_eq!(peer.answer(1).status, 426);
}

#[test]
fn a_reply_that_is_no_longer_a_switch_switches_nothing() {
    async fn forbid(request: Request, next: Next) -> Response {
        let response = next.run(request).await;
        match response.status().as_u16() {
            101 => response.with_status(403),
            _ => response,
        }
    }
    async fn replace(request: Request, next: Next) -> Response {
        let response = next.run(request).await;
        match response.status().as_u16() {
            101 => Response::text("replaced"),
            _ => response,
        }
    }
    for (served, want, why) in [
        (Served::new(wrap(raw, forbid)), 403, "another status"),
        (Served::new(wrap(raw, replace)), 200, "another response"),
    ] {
        let mut client = served.connect();
        client.send(OFFER);
        let head = client.head();
        assert_eq!(status(&head), want, "{why}");
        assert!(!head.contains("upgrade"), "{why}: {head}");
        client.send(PLAIN);
        let rest = client.rest();
        assert!(
            rest.contains("HTTP/1.1 426 "),
            "{why}: an ordinary request: {rest}"
        );
        assert!(!rest.contains("GET /"), "{why}: nothing is echoed: {rest}");
    }
}

#[test]
fn no_byte_of_a_request_is_for_the_new_protocol() {
    async fn reads(request: &Request) -> Result<Response> {
        request.bytes().await?;
        switch(request)
    }
    let limits = ServerLimits::default().with_drain_bytes(10);
    let serve = |reading| {
        if reading {
            return Served::with_limits(reads.into_application(), limits.clone());
        }
        Served::with_limits(switch_async.into_application(), limits.clone())
    };
    let chunked = "Transfer-Encoding: chunked\r\n\r\n";
    #[rustfmt::skip]
    let cases = [
        (true,  "Content-Length: 4\r\n\r\nbody".to_owned(),           101, "read"),
        (true,  format!("{chunked}4\r\nbody\r\n0\r\n\r\n"),           101, "read"),
        (false, "Content-Length: 4\r\n\r\nbody".to_owned(),           101, "dropped"),
        (false, format!("{chunked}4\r\nbody\r\n0\r\n\r\n"),           101, "dropped"),
        (false, "Content-Length: 11\r\n\r\nmuch more bo".to_owned(),  413, "a body that is too long to be dropped"),
        (false, format!("{chunked}b\r\nmuch more b\r\n0\r\n\r\n"),    413, "a body that is too long to be dropped"),
        (false, "Content-Length: 10\r\n\r\nhalf".to_owned(),          413, "the rest of the body does not come"),
        (false, "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n".to_owned(), 413, "the body was not requested"),
    ];
    for (reading, rest, want, why) in cases {
        let served = serve(reading);
        let mut client = served.connect();
        let head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n";
        client.send(&format!("{head}{rest}"));
        let answer = client.head();
        assert_eq!(status(&answer), want, "{rest}: {why}: {answer}");
        if want == 101 {
            assert_echoes(&mut client, why);
        } else {
            assert!(answer.contains("connection: close"), "{why}: {answer}");
            let rest = client.rest();
            let echoed = rest.contains("much") || rest.contains("half");
            assert!(!echoed, "{why}: {rest}");
        }
    }
}

#[test]
fn a_connection_that_ends_after_a_426_says_both() {
    let served = Served::with_limits(
        raw.into_application(),
        ServerLimits::default().with_drain_bytes(10),
    );
    let mut client = served.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhalf");
    let head = client.head();
    assert_eq!(status(&head), 426);
    assert!(
        head.contains("\r\nconnection: upgrade, close\r\n"),
        "{head}"
    );
    assert_eq!(client.ending().1, End::Closed);
}
