//! The timeouts for a request body: the longest pause, and the lowest average rate.

use std::io::Read;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use rustzeug::bytes::Bytes;
use rustzeug::gateway::Limits;
use rustzeug::{IntoApplication, Request, Result, handler::streaming};

use super::{Client, End, Served, says_close, status};
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::pass_async;

const PAUSE: Duration = Duration::from_millis(400);

/// The statuses of the errors that the handler got while it read.
type Seen = Arc<Mutex<Vec<u16>>>;

fn told(read: &Result<Bytes>) -> u16 {
    read.as_ref().map_or_else(|e| e.status().as_u16(), |_| 200)
}

/// The same handler for each way of receiving a body: before the call, or during it.
fn each(limits: &Limits) -> [(&'static str, Served, Seen); 3] {
    let seen = [Seen::default(), Seen::default(), Seen::default()];
    let [note, note_async, note_streaming] = seen.clone();
    let plain = move |request: &Request| -> Result<String> {
        note.lock().unwrap().push(200);
        Ok(format!("{} bytes", request.bytes().wait()?.len()))
    };
    let later = move |request: Request| {
        let note = Arc::clone(&note_async);
        async move {
            let read = request.bytes().await;
            note.lock().unwrap().push(told(&read));
            Ok::<_, rustzeug::Error>(format!("{} bytes", read?.len()))
        }
    };
    // On a thread without a runtime.
    let streamed = move |request: &Request| -> Result<String> {
        let read = request.bytes().wait();
        note_streaming.lock().unwrap().push(told(&read));
        Ok(format!("{} bytes", read?.len()))
    };
    let [seen, seen_async, seen_streaming] = seen;
    [
        (
            "fn",
            Served::with_limits(plain.into_application(), limits.clone()),
            seen,
        ),
        (
            "async fn",
            Served::with_limits(later.into_application(), limits.clone()),
            seen_async,
        ),
        (
            "streaming fn",
            Served::with_limits(streaming(streamed), limits.clone()),
            seen_streaming,
        ),
    ]
}

fn post(rest: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: localhost\r\n{rest}")
}

/// Sends one byte of a body now and then until the server gives up, or all is sent.
fn drip(client: &mut Client, bytes: usize) -> String {
    let pace = Some(Duration::from_millis(40));
    client.0.set_read_timeout(pace).unwrap();
    let mut answer = String::new();
    for _ in 0..bytes {
        client.offer(b"x");
        let (text, end) = client.ending();
        answer += &text;
        if end != End::Open {
            return answer;
        }
    }
    if answer.is_empty() {
        let patience = Some(PATIENCE);
        client.0.set_read_timeout(patience).unwrap();
        answer = client.until(" bytes");
    }
    answer
}

#[test]
fn a_body_that_pauses_for_too_long_is_408() {
    #[rustfmt::skip]
    let cases = [
        ("Content-Length: 10\r\n\r\nhalf",               "half of the body"),
        ("Content-Length: 10\r\n\r\n",                          "no byte of the body"),
        ("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf",  "half a chunk"),
        ("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n", "all but the last line"),
        ("Content-Length: 10\r\nExpect: 100-continue\r\n\r\n",   "requested with 100, and not sent"),
    ];
    let limits = Limits::default().with_body_idle(PAUSE);
    for (kind, served, seen) in &each(&limits) {
        thread::scope(|scope| {
            for (rest, why) in cases {
                scope.spawn(move || {
                    let mut client = served.connect();
                    client.send(&post(rest));
                    let (answer, end) = client.ending();
                    let answer = answer.trim_start_matches("HTTP/1.1 100 Continue\r\n\r\n");
                    assert_eq!(status(answer), 408, "{kind}: {why}: {answer}");
                    assert!(says_close(answer), "{kind}: {why}: {answer}");
                    assert!(answer.contains("`body_idle`"), "{kind}: {why}: {answer}");
                    assert_eq!(end, End::Closed, "{kind}: {why}");
                });
            }
        });
        let want = if *kind == "fn" { 0 } else { cases.len() };
        let seen = seen.lock().unwrap();
        assert_eq!(
            *seen,
            vec![408; want],
            "{kind}: not entered, or told by the read"
        );
    }
}

#[test]
fn a_body_that_comes_too_slowly_is_408() {
    let limits = Limits::default()
        .with_body_rate(2_000)
        .with_body_rate_grace(PAUSE);
    for (kind, served, seen) in &each(&limits) {
        let mut client = served.connect();
        client.send(&post("Content-Length: 300\r\n\r\n"));
        let answer = drip(&mut client, 300);
        assert_eq!(
            status(&answer),
            408,
            "{kind}: never idle, but slow: {answer}"
        );
        assert!(says_close(&answer), "{kind}: {answer}");
        assert!(answer.contains("`body_rate`"), "{kind}: {answer}");
        let want: &[u16] = if *kind == "fn" { &[] } else { &[408] };
        assert_eq!(*seen.lock().unwrap(), want, "{kind}");
    }
}

#[test]
fn a_good_start_is_used_up_by_a_body_that_trickles_on() {
    let limits = Limits::default()
        .with_body_idle(PAUSE * 2)
        .with_body_rate(1_000)
        .with_body_rate_grace(PAUSE);
    for (kind, served, _) in &each(&limits) {
        let mut client = served.connect();
        client.send(&post("Content-Length: 30000\r\n\r\n"));
        // The number of bytes required in twenty seconds.
        client.send(&"x".repeat(20_000));
        let answer = drip(&mut client, 300);
        assert_eq!(status(&answer), 408, "{kind}: {answer}");
        assert!(answer.contains("`body_rate`"), "{kind}: {answer}");
    }
}

#[test]
fn a_body_that_keeps_to_the_limits_is_read() {
    let default = Limits::default();
    #[rustfmt::skip]
    let cases = [
        (default.clone().with_body_idle(Duration::from_secs(3)), 0, "pauses below the limit"),
        (default.clone().with_body_rate(1_000_000), 0, "any rate at the beginning"),
        (default.clone().with_body_rate(1_000).with_body_rate_grace(PAUSE / 2), 20_000,
            "a good start counts: the rate is an average"),
        (default.with_body_rate(0).with_body_rate_grace(Duration::ZERO), 0, "no rate is asked for"),
    ];
    thread::scope(|scope| {
        for (limits, at_once, why) in cases {
            for (kind, served, _) in each(&limits) {
                scope.spawn(move || {
                    let mut client = served.connect();
                    let length = at_once + 15;
                    client.send(&post(&format!("Content-Length: {length}\r\n\r\n")));
                    client.send(&"x".repeat(at_once));
                    let answer = drip(&mut client, 15);
                    assert!(
                        answer.ends_with(&format!("{length} bytes")),
                        "{kind}: {why}: {answer}"
                    );
                });
            }
        }
    });
}

/// Reads a byte, does other work for a long time, and reads the rest.
fn busy(request: &Request) -> Result<String> {
    pass(PAUSE * 2);
    let (mut first, mut rest) = ([0], String::new());
    let mut body = request.take_body().into_reader();
    body.read_exact(&mut first)?;
    pass(PAUSE * 2);
    body.read_to_string(&mut rest)?;
    Ok(format!("{} bytes", 1 + rest.len()))
}

async fn busy_async(request: &Request) -> Result<String> {
    pass_async(PAUSE * 2).await;
    let mut body = request.take_body();
    let mut length = body.chunk().await?.map_or(0, |chunk| chunk.len());
    pass_async(PAUSE * 2).await;
    while let Some(chunk) = body.chunk().await? {
        length += chunk.len();
    }
    Ok(format!("{length} bytes"))
}

#[test]
fn only_waiting_for_the_body_is_timed() {
    let limits = Limits::default()
        .with_body_idle(PAUSE)
        .with_body_rate(1_000_000)
        .with_body_rate_grace(PAUSE);
    let plain = Served::with_limits(streaming(busy), limits.clone());
    let later = Served::with_limits(busy_async.into_application(), limits);
    thread::scope(|scope| {
        for (kind, served) in [("streaming fn", &plain), ("async fn", &later)] {
            scope.spawn(move || {
                let mut client = served.connect();
                client.send(&post("Content-Length: 8\r\n\r\nfour"));
                // Longer than the allowed pause, and long before the rest is read.
                pass(PAUSE + PAUSE / 2);
                client.send("four");
                let answer = client.until(" bytes");
                assert!(answer.ends_with("8 bytes"), "{kind}: {answer}");
            });
        }
    });
}

#[test]
fn a_handler_that_answers_in_spite_of_the_error_is_heard_and_the_connection_ends() {
    let stubborn = async |request: &Request| match request.bytes().await {
        Ok(_) => "all of it",
        Err(_) => "some of it",
    };
    let limits = Limits::default().with_body_idle(PAUSE);
    let served = Served::with_limits(stubborn.into_application(), limits);
    let mut client = served.connect();
    client.send(&post("Content-Length: 10\r\n\r\nhalf"));
    let (answer, end) = client.ending();
    assert_eq!(status(&answer), 200, "{answer}");
    assert!(answer.ends_with("some of it"), "{answer}");
    assert!(
        says_close(&answer),
        "the start of the next request is unknown"
    );
    assert_eq!(end, End::Closed);
}
