//! Slow HTTP/2 clients: slow to request, to send, or to receive.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustzeug::gateway::{Body, Limits};
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Response, Result};

use super::fields::{block, fields};
use super::frames::{ALL, DATA, END_STREAM, Frame, GOAWAY, HEADERS, NO_WINDOW, PING, RESET};
use super::frames::{PREFACE, Peer, SETTINGS, frame, window};
use super::{Served, wait_for_none_open};
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::until;

const CANCEL: u32 = 8;

const SHORT: Duration = Duration::from_millis(300);

/// All timeouts are short.
pub(super) fn short() -> (Limits, ServerLimits) {
    let limits = ServerLimits::default()
        .with_head_timeout(SHORT)
        .with_keep_alive(SHORT)
        .with_write_idle(SHORT)
        .with_linger(SHORT);
    (Limits::default().with_body_rate_grace(SHORT), limits)
}

/// An infinite body that counts the bytes that it has yielded.
fn endless(given: &Arc<AtomicUsize>, chunk: usize) -> Body {
    let given = Arc::clone(given);
    let chunk = vec![b'x'; chunk];
    Body::iterator(std::iter::repeat_with(move || {
        given.fetch_add(chunk.len(), Ordering::SeqCst);
        chunk.clone()
    }))
}

#[test]
fn a_body_that_is_not_taken_is_not_fetched_and_is_broken_off() {
    let nothing = |_: &mut Peer, _| {};
    let ask = |peer: &mut Peer, number| peer.ask(2 * number + 1, &fields("GET", "/"));
    let ping = |peer: &mut Peer, _| {
        peer.send(&frame(PING, 0, 0, &[0; 8]));
    };
    let beside: [fn(&mut Peer, u32); 3] = [nothing, ask, ping];
    let [nothing, ask, ping] = beside;
    #[rustfmt::skip]
    let cases = [
        (&NO_WINDOW[..], 4_096,   nothing, "not a byte may be sent"),
        (&NO_WINDOW[..], 4_096,   ask,     "not a byte may be sent, and other streams go on"),
        (&[],            4_096,   nothing, "a window that is used up"),
        (&[],            1 << 20, nothing, "large chunks"),
        (&[],            4_096,   ask,     "other streams go on"),
        (&[],            4_096,   ping,    "the connection is alive"),
    ];
    thread::scope(|scope| {
        for (settings, chunk, beside, why) in cases {
            scope.spawn(move || {
                let given = Arc::new(AtomicUsize::new(0));
                let count = Arc::clone(&given);
                let handler = move |request: &Request| match request.path() {
                    "/endless" => Response::bytes("").with_body(endless(&count, chunk)),
                    _ => Response::text("fine"),
                };
                let limits = ServerLimits::default().with_write_idle(SHORT);
                let served = Served::with_limits(handler.into_application(), limits);
                let mut peer = Peer::with_settings(served.address, settings);
                peer.send(&window(0, 1 << 20));
                peer.ask(1, &fields("GET", "/endless"));
                let start = Instant::now();
                // Longer than a body may be held up, by a client that does other things.
                for number in 1..8 {
                    pass(SHORT / 4);
                    beside(&mut peer, number);
                }
                // The window of a stream or of the connection, and what a job makes: up to 256 KiB and a chunk.
                let most = if settings.is_empty() {
                    65_535 + (256 << 10) + chunk
                } else {
                    0
                };
                assert_eq!(peer.answer(1).reset, Some(CANCEL), "{why}");
                assert!(start.elapsed() >= SHORT * 3 / 4, "{why}: too early");
                // The body is dropped: left are this reference, and that of the handler.
                until(why, || Arc::strong_count(&given) == 2);
                let given = given.load(Ordering::SeqCst);
                assert!(given <= most, "{why}: {given} bytes");
                peer.send(&window(0, 1 << 20));
                peer.send(&frame(SETTINGS, 0, 0, &[0, 4, 0, 1, 0, 0]));
                peer.ask(99, &fields("GET", "/"));
                assert_eq!(peer.answer(99).text, "fine", "{why}: the others go on");
            });
        }
    });
}

#[test]
fn a_body_that_is_taken_slowly_arrives() {
    const SIZE: usize = 150_000;
    // Each timeout is shorter than the whole transfer.
    let (limits, own) = short();
    let limits = (limits, own.with_write_idle(Duration::from_secs(1)));
    let served = Served::with_limits((|| "x".repeat(SIZE)).into_application(), limits);
    let mut peer = Peer::new(served.address);
    peer.ask(1, &fields("GET", "/"));
    let mut left = SIZE;
    while left > 0 {
        let piece = peer.next(DATA).payload.len();
        left -= piece;
        // A slow client.
        pass(Duration::from_millis(60));
        let bytes = u32::try_from(piece).unwrap().max(1);
        peer.send(&[window(1, bytes), window(0, bytes)].concat());
    }
}

#[test]
fn a_body_that_stops_coming_is_408_on_its_stream() {
    async fn read(request: &Request) -> Result<String> {
        request.text().await
    }
    let limits = Limits::default().with_body_idle(SHORT);
    for (kind, served) in [
        (
            "fn",
            Served::with_limits(
                (|request: &Request| request.text().wait()).into_application(),
                limits.clone(),
            ),
        ),
        (
            "async fn",
            Served::with_limits(read.into_application(), limits.clone()),
        ),
    ] {
        let mut peer = Peer::new(served.address);
        peer.begin(1, &fields("POST", "/"));
        peer.send(&frame(DATA, 0, 1, b"half"));
        peer.ask(3, &fields("GET", "/"));
        assert_eq!(peer.answer(3).status, 200, "{kind}: the others go on");
        assert_eq!(peer.answer(1).status, 408, "{kind}");
    }
}

#[test]
fn each_silence_has_its_clock() {
    let hour = Duration::from_hours(1);
    let settings = [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat();
    let with = |more: &[u8]| [&settings, more].concat();
    let head = block(&fields("GET", "/"));
    #[rustfmt::skip]
    let cases = [
        (PREFACE[..10].to_vec(),                        SHORT, hour, "half a preface"),
        (with(&[]),                                     SHORT, hour, "no head yet"),
        (with(&frame(HEADERS, END_STREAM, 1, &head)),   SHORT, hour, "half a head"),
        (with(&frame(HEADERS, ALL, 1, &head)),          hour, SHORT, "no other request"),
    ];
    thread::scope(|scope| {
        for (sent, head_timeout, keep_alive, why) in cases {
            scope.spawn(move || {
                let (limits, own) = short();
                let own = own.with_keep_alive(keep_alive);
                let limits = (limits, own.with_head_timeout(head_timeout));
                let served = Served::with_limits((|| "fine").into_application(), limits);
                let start = Instant::now();
                let mut peer = Peer::silent(served.address);
                peer.send(&sent);
                while peer.frame().is_some() {}
                wait_for_none_open(&served, why);
                assert!(start.elapsed() >= SHORT * 3 / 4, "{why}: too early");
            });
        }
    });
}

#[test]
fn a_connection_without_requests_is_closed_whatever_is_sent_on_it() {
    let served = Served::with_limits((|| "fine").into_application(), short());
    for (asks, why) in [(true, "after a request"), (false, "without a request")] {
        let start = Instant::now();
        let mut peer = Peer::new(served.address);
        if asks {
            peer.ask(1, &fields("GET", "/"));
            assert_eq!(peer.answer(1).status, 200);
        }
        let mut seen: Vec<Frame> = Vec::new();
        while peer.send(&frame(PING, 0, 0, &[0; 8])) {
            let Some(frame) = peer.frame() else { break };
            seen.push(frame);
            // As often as not, for longer than the limits.
            pass(Duration::from_millis(10));
            assert!(start.elapsed() < PATIENCE, "{why}: open");
        }
        assert!(start.elapsed() >= SHORT * 3 / 4, "{why}: too early");
        let told = seen.iter().find(|frame| frame.kind == GOAWAY);
        assert_eq!(told.map(Frame::error), Some(0), "{why}: no error");
    }
    wait_for_none_open(&served, "both");
}

#[test]
fn a_request_that_crosses_the_farewell_is_answered() {
    let handler = async |request: &Request| {
        let text = request.text().await?;
        Ok::<_, rustzeug::Error>(text)
    };
    let linger = Duration::from_millis(800);
    let (limits, own) = short();
    let limits = (limits.with_body_rate(0), own.with_linger(linger));
    let served = Served::with_limits(handler.into_application(), limits);
    let mut peer = Peer::new(served.address);
    assert_eq!(peer.next(GOAWAY).error(), 0);
    // The client does not answer the ping with which the server waits for requests in flight.
    peer.begin(1, &fields("POST", "/"));
    // Longer than the server lingers for those who have asked for nothing.
    pass(linger * 3 / 2);
    peer.send(&frame(DATA, END_STREAM, 1, b"late"));
    assert_eq!(peer.answer(1).text, "late");
    while peer.frame().is_some() {}
    wait_for_none_open(&served, "then it is closed");
}

#[test]
fn a_body_of_one_large_piece_is_held_to_the_same() {
    const SIZE: usize = 1 << 20;
    let limits = ServerLimits::default().with_write_idle(SHORT);
    let served = Served::with_limits((|| "x".repeat(SIZE)).into_application(), limits);
    let mut peer = Peer::new(served.address);
    peer.ask(1, &fields("GET", "/"));
    let answer = peer.answer(1);
    assert_eq!(answer.reset, Some(CANCEL), "{} bytes", answer.text.len());
}

#[test]
fn a_client_that_takes_little_at_a_time_is_not_one_that_takes_nothing() {
    const SIZE: usize = 150_000;
    let limits = ServerLimits::default().with_write_idle(SHORT * 2);
    let served = Served::with_limits((|| "x".repeat(SIZE)).into_application(), limits);
    let mut peer = Peer::new(served.address);
    peer.send(&window(0, 1 << 20));
    peer.ask(1, &fields("GET", "/"));
    for _ in 0..SIZE / 4_000 {
        // A slow client.
        pass(SHORT / 6);
        peer.send(&window(1, 4_000));
    }
    let answer = peer.answer(1);
    assert_eq!((answer.reset, answer.text.len()), (None, SIZE));
}

#[test]
fn a_client_that_takes_next_to_nothing_is_one_that_takes_nothing() {
    let limits = ServerLimits::default().with_write_idle(SHORT);
    let handler = |request: &Request| match request.path() {
        "/" => "x".repeat(150_000),
        _ => "fine".to_owned(),
    };
    let served = Served::with_limits(handler.into_application(), limits);
    let mut peer = Peer::with_settings(served.address, &NO_WINDOW);
    peer.ask(1, &fields("GET", "/"));
    let start = Instant::now();
    // One byte now and then: far below `write_rate`, but never pausing as long as `write_idle`.
    let reset = loop {
        peer.send(&[&window(1, 1)[..], &frame(PING, 0, 0, &[0; 8])].concat());
        let mut frames = std::iter::from_fn(|| peer.frame());
        let told = frames.find(|frame| frame.kind == PING || frame.kind == RESET);
        match told.expect("the connection is open") {
            Frame { kind: RESET, .. } => break start.elapsed(),
            _ => assert!(start.elapsed() < PATIENCE, "not reset"),
        }
        pass(SHORT / 6);
    };
    assert!(reset >= SHORT * 3 / 4, "too early");
    peer.ask(3, &fields("GET", "/fine"));
    peer.send(&window(3, 100));
    assert_eq!(peer.answer(3).text, "fine", "the others go on");
}

#[test]
fn the_end_does_not_wait_for_who_has_no_request_in_flight() {
    for (asks, why) in [(true, "after a request"), (false, "without a request")] {
        let limits = ServerLimits::default()
            .with_closing_notice(SHORT)
            .with_linger(SHORT)
            .with_grace_period(Duration::from_hours(1));
        let mut served = Served::with_limits((|| "fine").into_application(), limits);
        let mut peer = Peer::new(served.address);
        if asks {
            peer.ask(1, &fields("GET", "/"));
            assert_eq!(peer.answer(1).status, 200);
        }
        let start = Instant::now();
        // The client does not answer the ping with which the server waits for requests in flight.
        served.end();
        let took = start.elapsed();
        assert!(took < PATIENCE, "{why}: {took:?}");
    }
}
