//! Malicious HTTP/2 clients, and other clients at the same time.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustzeug::gateway::Limits;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request};

use super::fields::{block, fields};
use super::frames::{ALL, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, SETTINGS};
use super::frames::{NO_WINDOW, Peer, WINDOW, frame, reset, window};
use super::http2_slow::short;
use super::stalled::Stalled;
use super::{Served, status, wait_for_none_open};
use crate::waiting::PATIENCE;

const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

#[test]
fn streams_beyond_the_limit_are_refused_and_the_others_go_on() {
    let served = Served::with_limits(
        (|request: &Request| request.text().wait()).into_application(),
        ServerLimits::default().with_http2_streams(5),
    );
    let mut peer = Peer::new(served.address);
    for number in 0..6 {
        peer.begin(2 * number + 1, &fields("POST", "/"));
    }
    assert_eq!(
        peer.answer(11).reset,
        Some(REFUSED_STREAM),
        "one past the limit"
    );
    for number in 0..5 {
        let stream = 2 * number + 1;
        peer.send(&frame(DATA, END_STREAM, stream, b"text"));
        assert_eq!(peer.answer(stream).text, "text", "at the limit");
    }
}

#[test]
fn a_head_beyond_its_limits_is_refused() {
    let served = Served::with_limits(
        (|| "fine").into_application(),
        (
            Limits::default().with_header_fields(20),
            ServerLimits::default().with_http2_head_bytes(8_000),
        ),
    );
    let with = |count: usize, bytes: usize| {
        let value = "v".repeat(bytes);
        let more = vec![("x", &*value); count];
        block(&[&fields("GET", "/")[..], &more].concat())
    };
    // RFC 9113 §6.5.2 counts the names and values and 32 bytes for each field; `x` is one of the fields.
    let asked = fields("GET", "/");
    let counted = asked
        .iter()
        .map(|(name, value)| name.len() + value.len() + 32);
    let left = 8_000 - counted.sum::<usize>() - 33;
    #[rustfmt::skip]
    let cases = [
        (with(1, left),     200, "a head at the limit"),
        (with(1, left + 1), 431, "http2_head_bytes"),
        (with(19, 10),      200, "fields at the limit, with `:authority` as `Host`"),
        (with(20, 10),      431, "header_fields"),
        (with(1, 10),       200, "the connection goes on"),
    ];
    let mut peer = Peer::new(served.address);
    for (number, (block, want, why)) in (0..).zip(cases) {
        let stream = 2 * number + 1;
        peer.send(&frame(HEADERS, ALL, stream, &block));
        assert_eq!(peer.answer(stream).status, want, "{why}");
    }
}

#[test]
fn what_is_sent_without_end_is_brought_to_an_end() {
    const UNKNOWN: u8 = 0x42;
    const PRIORITY: u8 = 2;
    let stall = block(&fields("POST", "/stall"));
    let begin = frame(HEADERS, END_HEADERS, 1, &stall);
    let half = frame(HEADERS, 0, 1, &stall);
    let read = frame(HEADERS, END_HEADERS, 1, &block(&fields("POST", "/read")));
    let piece = vec![0; 16_384];
    let field = block(&[("x", &"x".repeat(16_000))]);
    #[rustfmt::skip]
    let floods = [
        (half.clone(),  frame(CONTINUATION, 0, 1, &[]),     "a head in no pieces"),
        (half.clone(),  frame(CONTINUATION, 0, 1, &block(&[("x", "")])), "a head in small pieces"),
        (half,          frame(CONTINUATION, 0, 1, &field),  "a head without end"),
        (begin.clone(), frame(DATA, 0, 1, &[]),             "a body in no pieces"),
        (begin.clone(), frame(DATA, 0, 1, &[0]),            "a body in small pieces"),
        (begin,         frame(DATA, 0, 1, &piece),          "more body than the window"),
        (read.clone(),  frame(DATA, 0, 1, &[]),             "a body in no pieces, which is read"),
        (read,          window(1, 1 << 30),                 "a window that grows too large"),
        (Vec::new(),    frame(PING, 0, 0, &[0; 8]),         "pings whose answers are not read"),
        (Vec::new(),    frame(SETTINGS, 0, 0, &[]),         "settings whose answers are not read"),
        (Vec::new(),    frame(SETTINGS, 0, 0, &NO_WINDOW),  "settings that change something"),
        (Vec::new(),    frame(UNKNOWN, 0, 0, &[0; 64]),     "frames that must be ignored"),
        (Vec::new(),    frame(PRIORITY, 0, 1, &[0, 0, 0, 3, 0]), "frames that are obsolete"),
        (Vec::new(),    frame(WINDOW, 0, 0, &[0, 0, 0, 1]), "a window that grows slowly"),
        (Vec::new(),    reset(1),                           "resets of nothing"),
    ];
    thread::scope(|scope| {
        for (first, again, why) in floods {
            scope.spawn(move || {
                let (served, stalled) = Stalled::serve(short());
                let mut peer = Peer::new(served.address);
                peer.send(&first);
                let many = again.repeat(65_536 / again.len());
                let start = Instant::now();
                while peer.send(&many) {
                    assert!(start.elapsed() < PATIENCE, "{why}");
                }
                assert_eq!(
                    status(&served.get("/")),
                    200,
                    "{why}: other connections are served"
                );
                drop(stalled);
                wait_for_none_open(&served, why);
            });
        }
    });
}

#[test]
fn a_client_that_takes_back_what_it_asked_is_sent_away() {
    let (served, stalled) = Stalled::serve(ServerLimits::default().with_http2_resets(5));
    let ask = block(&fields("GET", "/stall"));
    let pairs = |count| {
        let pairs = (0..count).flat_map(|number| {
            let stream = 2 * number + 1;
            [frame(HEADERS, ALL, stream, &ask), reset(stream)].concat()
        });
        pairs.collect::<Vec<_>>()
    };
    let mut peer = Peer::new(served.address);
    peer.send(&pairs(5));
    peer.ask(11, &fields("GET", "/"));
    assert_eq!(peer.answer(11).text, "fine", "at the limit");
    let mut peer = Peer::new(served.address);
    peer.send(&pairs(2_000));
    assert_eq!(peer.farewell(), Some(ENHANCE_YOUR_CALM));
    assert!(stalled.entered() <= 200, "{} entered", stalled.entered());
    assert_eq!(
        status(&served.get("/")),
        200,
        "other connections are not affected"
    );
}

#[test]
fn handlers_of_streams_that_were_reset_have_a_bound() {
    let (served, stalled) = Stalled::serve(ServerLimits::default().with_http2_streams(5));
    let mut peer = Peer::new(served.address);
    // Slowly enough that the protocol library's limit of resets does not apply.
    let cut = (0..1_000).position(|number| {
        let stream = 2 * number + 1;
        peer.ask(stream, &fields("GET", "/stall"));
        peer.send(&frame(PING, 0, 0, &[0; 8]));
        let answered = std::iter::from_fn(|| peer.frame()).any(|frame| frame.kind == PING);
        !answered || !peer.send(&reset(stream))
    });
    assert!(cut.is_some(), "the connection is closed");
    // Twice the limit, and what arrived before the server noticed.
    assert!(stalled.entered() <= 200, "{} entered", stalled.entered());
    assert_eq!(
        status(&served.get("/")),
        200,
        "other connections are not affected"
    );
}

#[test]
fn many_bad_connections_leave_nothing_behind() {
    let (served, _) = Stalled::serve(ServerLimits::default().with_linger(Duration::ZERO));
    let ask = block(&fields("GET", "/"));
    #[rustfmt::skip]
    let bad = [
        Vec::new(),
        vec![0xff; 100],
        frame(HEADERS, ALL, 2, &ask),
        frame(HEADERS, ALL, 1, &[0xff; 10]),
        frame(DATA, 0, 1, b"no head"),
        frame(SETTINGS, 0, 1, &[]),
        frame(PING, 0, 0, &[0; 7]),
        frame(WINDOW, 0, 0, &[0; 4]),
        frame(CONTINUATION, END_HEADERS, 1, &ask),
        [frame(HEADERS, ALL, 3, &ask), frame(HEADERS, ALL, 1, &ask)].concat(),
        [frame(HEADERS, 0, 1, &ask), frame(PING, 0, 0, &[0; 8])].concat(),
        frame(0x42, 0xff, 7, &vec![0; 20_000]),
    ];
    for number in 0..240 {
        let mut peer = Peer::new(served.address);
        peer.send(&bad[number % bad.len()]);
        if number % 2 == 0 {
            let _ = peer.stream.shutdown(std::net::Shutdown::Write);
            while peer.frame().is_some() {}
        }
    }
    wait_for_none_open(&served, "all");
    assert_eq!(status(&served.get("/")), 200);
}
