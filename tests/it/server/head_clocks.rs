//! The timeouts for a request head and for an idle connection: clearly before and after each.
//!
//! Times are measured from before the server can have started its timer, so a busy machine only makes them longer.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request};

use super::{Client, End, Served, says_close, status};
use crate::waiting::pass;
use crate::waiting::pass_async;

const SHORT: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_mins(1);

/// A timer is checked only now and then, but it never expires earlier than this.
const AT_LEAST: Duration = Duration::from_millis(300);

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn served(head_timeout: Duration, keep_alive: Duration) -> Served {
    let limits = ServerLimits::default()
        .with_head_timeout(head_timeout)
        .with_keep_alive(keep_alive);
    Served::with_limits((|| "fine").into_application(), limits)
}

/// A client that has received one response.
fn kept(served: &Served) -> Client {
    let mut client = served.connect();
    client.send(GET);
    assert_eq!(status(&client.until("fine")), 200);
    client
}

/// Everything that arrives until the connection is closed, which must happen neither at once nor never.
fn closed_later(client: &mut Client, start: Instant, why: &str) -> String {
    let (answer, end) = client.ending();
    assert_eq!(end, End::Closed, "{why}: {answer}");
    assert!(start.elapsed() >= AT_LEAST, "{why}: too early");
    answer
}

#[test]
fn a_head_that_does_not_come_in_time_is_408_if_it_was_begun() {
    #[rustfmt::skip]
    let cases = [
        ("",                                                  None,      "without a request there is no response"),
        ("G",                                                 Some(408), "one byte"),
        ("GET / HTTP/1.1\r\nHost: loc",                       Some(408), "half a field"),
        ("GET / HTTP/1.1\r\nHost: localhost\r\n",             Some(408), "all but the empty line"),
        ("POST / HTTP/1.1\r\nContent-Length: 4\r\nfour",      Some(408), "bytes that look like a body are not one yet"),
    ];
    let served = served(SHORT, LONG);
    thread::scope(|scope| {
        for (sent, want, why) in cases {
            let served = &served;
            scope.spawn(move || {
                let start = Instant::now();
                let mut client = served.connect();
                client.send(sent);
                let answer = closed_later(&mut client, start, why);
                let got = (!answer.is_empty()).then(|| status(&answer));
                assert_eq!(got, want, "{sent:?}: {why}");
                assert!(
                    answer.is_empty() || says_close(&answer),
                    "{sent:?}: {answer}"
                );
            });
        }
    });
}

#[test]
fn a_head_is_timed_as_a_whole_not_by_the_byte() {
    let served = served(SHORT, LONG);
    let mut client = served.connect();
    client
        .0
        .set_read_timeout(Some(Duration::from_millis(40)))
        .unwrap();
    let start = Instant::now();
    let mut answer = String::new();
    // This takes four seconds if nothing interrupts it.
    for byte in format!("GET /{} HTTP/1.1\r\n", "x".repeat(80)).bytes() {
        client.offer(&[byte]);
        let (text, end) = client.ending();
        answer += &text;
        if end != End::Open {
            break;
        }
    }
    assert_eq!(
        status(&answer),
        408,
        "a byte now and then is not enough: {answer}"
    );
    assert!(start.elapsed() >= AT_LEAST);
}

#[test]
fn a_head_in_pieces_is_answered_while_there_is_time() {
    let served = served(Duration::from_secs(3), LONG);
    let mut client = served.connect();
    for piece in ["GET / HT", "TP/1.1\r\nHos", "t: localhost\r\n", "\r\n"] {
        // A slow client.
        pass(Duration::from_millis(60));
        client.send(piece);
    }
    assert_eq!(status(&client.until("fine")), 200);
}

#[test]
fn an_idle_connection_is_closed_without_a_word() {
    for (head_timeout, why) in [
        (LONG, "no other limit applies"),
        (Duration::from_millis(50), "another limit is shorter"),
    ] {
        let served = served(head_timeout, SHORT);
        let start = Instant::now();
        let mut client = kept(&served);
        assert_eq!(closed_later(&mut client, start, why), "", "{why}");
    }
}

#[test]
fn an_idle_connection_has_not_the_clock_of_a_head() {
    let short_head = served(SHORT, LONG);
    let mut client = kept(&short_head);
    // Longer than the other limit, here and below.
    pass(SHORT * 2);
    client.send(GET);
    assert_eq!(
        status(&client.until("fine")),
        200,
        "idle for longer than a head may take"
    );
    pass(SHORT * 2);
    let start = Instant::now();
    client.send("GET / HT");
    let answer = closed_later(&mut client, start, "counted from the first byte");
    assert_eq!(status(&answer), 408, "also on a kept connection");
}

#[test]
fn a_head_has_not_the_clock_of_an_idle_connection() {
    let short_idle = served(LONG, SHORT);
    let mut client = short_idle.connect();
    pass(SHORT * 2);
    client.send("GET / HT");
    pass(SHORT * 2);
    client.send(&GET[8..]);
    assert_eq!(
        status(&client.until("fine")),
        200,
        "a new connection, and a head that was begun, are not idle"
    );
}

#[test]
fn a_piece_of_the_next_head_that_came_with_a_request_is_timed_as_a_head() {
    const POST: &str = "POST / HTTP/1.1\r\nHost: localhost\r\n";
    let body = |framing: &str, body: &str| format!("{POST}{framing}\r\n\r\n{body}");
    let (four, chunked) = ("Content-Length: 4", "Transfer-Encoding: chunked");
    #[rustfmt::skip]
    let cases = [
        (GET.to_owned(),                           "after a request without a body"),
        (format!("{GET}{GET}"),                    "after two requests"),
        (body(four, "four"),                       "after a body of a known length"),
        (body(chunked, "4\r\nfour\r\n0\r\n\r\n"), "after a body in chunks"),
    ];
    let (read, unread) = (
        |request: &Request| request.text().wait().map(|_| "fine"),
        async || "fine",
    );
    let limits = || ServerLimits::default().with_head_timeout(SHORT);
    let limits = || limits().with_keep_alive(LONG);
    for (kind, served) in [
        (
            "read",
            Served::with_limits(read.into_application(), limits()),
        ),
        (
            "not read",
            Served::with_limits(unread.into_application(), limits()),
        ),
    ] {
        thread::scope(|scope| {
            for (sent, why) in &cases {
                let served = &served;
                scope.spawn(move || {
                    let start = Instant::now();
                    let mut client = served.connect();
                    client.send(&format!("{sent}GET / HT"));
                    for _ in sent.matches("HTTP/1.1") {
                        assert_eq!(status(&client.until("fine")), 200, "{kind}, {why}");
                    }
                    let answer = closed_later(&mut client, start, why);
                    assert_eq!(status(&answer), 408, "{kind}, {why}");
                });
                scope.spawn(move || {
                    let mut client = served.connect();
                    client.send(sent);
                    for _ in sent.matches("HTTP/1.1") {
                        client.until("fine");
                    }
                    // Longer than a head may take.
                    pass(SHORT * 3);
                    client.send(GET);
                    let answer = client.until("fine");
                    assert_eq!(status(&answer), 200, "{kind}, {why}: nothing but idle");
                });
            }
        });
    }
}

#[test]
fn neither_clock_runs_while_a_request_is_in_flight() {
    let slow = || {
        // Longer than either limit.
        pass(SHORT * 2);
        "fine"
    };
    let slow_async = async || {
        pass_async(SHORT * 2).await;
        "fine"
    };
    let limits = ServerLimits::default()
        .with_head_timeout(SHORT / 2)
        .with_keep_alive(SHORT / 2);
    for (kind, served) in [
        (
            "fn",
            Served::with_limits(slow.into_application(), limits.clone()),
        ),
        (
            "async fn",
            Served::with_limits(slow_async.into_application(), limits.clone()),
        ),
    ] {
        let mut client = served.connect();
        client.send(GET);
        assert_eq!(status(&client.until("fine")), 200, "{kind}");
    }
}
