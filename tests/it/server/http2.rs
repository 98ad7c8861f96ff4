//! HTTP/2 with prior knowledge, on the port of HTTP/1: how a connection begins and ends.

use std::io::Write;
use std::time::Duration;

use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Result};

use super::fields::fields;
use super::frames::{ACK, DATA, END_STREAM, GOAWAY, PING, PREFACE, Peer, SETTINGS, frame, window};
use super::{End, Served, says_close, status};
use crate::waiting::pass;

async fn length(request: &Request) -> Result<String> {
    Ok(request.bytes().await?.len().to_string())
}

#[test]
fn both_protocols_are_spoken_on_one_port() {
    let served = Served::new(length.into_application());
    for _ in 0..2 {
        assert_eq!(status(&served.get("/")), 200);
        let mut peer = Peer::new(served.address);
        peer.begin(1, &fields("POST", "/"));
        peer.send(&frame(DATA, END_STREAM, 1, b"four"));
        assert_eq!(peer.answer(1).text, "4");
        peer.ask(3, &fields("GET", "/"));
        assert_eq!(peer.answer(3).text, "0", "another one on the connection");
    }
}

#[test]
fn the_preface_may_come_in_pieces() {
    let served = Served::new((|| "fine").into_application());
    let all = [PREFACE, &frame(SETTINGS, 0, 0, &[0, 1, 0, 0, 0, 0])].concat();
    for pieces in [1, 5, 14, 16, 18, 23, 24, 30] {
        let mut peer = Peer::silent(served.address);
        for piece in all.chunks(pieces) {
            assert!(peer.send(piece), "pieces of {pieces}");
            // Or several would be read as one.
            pass(Duration::from_millis(2));
        }
        peer.ask(1, &fields("GET", "/"));
        assert_eq!(peer.answer(1).text, "fine", "pieces of {pieces}");
    }
}

#[test]
fn what_only_looks_like_a_preface_is_refused() {
    let limits = ServerLimits::default().with_head_timeout(Duration::from_millis(300));
    let served = Served::with_limits((|| "fine").into_application(), limits);
    #[rustfmt::skip]
    let cases = [
        (&b"PRI * HTTP/1.1\r\nHost: a\r\n\r\n"[..], "400", "another version"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\rX",        "400", "another last byte"),
        (b"PRI * HTTP/2.0\r\n\r\nXXXXXXXXXX",       "400", "another second half"),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",      "400", "another method"),
        (b"PRI * HTTP/2.0\r\n\r\nSM",               "408", "the rest does not come"),
        (b"PRI",                                    "408", "the rest does not come"),
    ];
    for (sent, want, why) in cases {
        let mut client = served.connect();
        client.0.write_all(sent).unwrap();
        let answer = client.rest();
        assert_eq!(answer.get(9..12), Some(want), "{why}: {answer}");
    }
    let mut peer = Peer::silent(served.address);
    peer.send(&[PREFACE, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"].concat());
    assert!(peer.farewell().is_some(), "no frames: said, and closed");
}

#[test]
fn the_preface_is_how_a_connection_begins() {
    let served = Served::new(length.into_application());
    let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let preface = [PREFACE, &frame(SETTINGS, 0, 0, &[0, 1, 0, 0, 0, 0])].concat();
    for (together, why) in [(true, "right behind a request"), (false, "after an answer")] {
        let mut client = served.connect();
        if together {
            client
                .0
                .write_all(&[get.as_bytes(), &preface].concat())
                .unwrap();
            assert_eq!(status(&client.head()), 200, "{why}");
            client.until("0");
        } else {
            client.send(get);
            assert_eq!(status(&client.head()), 200, "{why}");
            client.until("0");
            client.0.write_all(&preface).unwrap();
        }
        let (answer, end) = client.ending();
        assert_eq!(status(&answer), 400, "{why}: {answer}");
        assert!(says_close(&answer), "{why}: {answer}");
        assert!(
            answer.ends_with("HTTP/2 cannot follow an HTTP/1 request\n"),
            "{answer}"
        );
        assert_eq!(end, End::Closed, "{why}");
    }
}

#[test]
fn the_settings_tell_what_a_client_may_do() {
    let limits = ServerLimits::default()
        .with_http2_streams(5)
        .with_http2_head_bytes(6_000);
    let served = Served::with_limits(length.into_application(), limits);
    let mut peer = Peer::silent(served.address);
    peer.send(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat());
    let told = peer.next(SETTINGS);
    assert_eq!(told.flags & ACK, 0);
    let settings: Vec<_> = told.payload.chunks(6).collect();
    assert!(settings.contains(&&[0, 3, 0, 0, 0, 5][..]), "{settings:?}");
    // One more than is allowed, because the limit of the protocol is exclusive.
    let head = [0, 6, 0, 0, 0x17, 0x71];
    assert!(settings.contains(&&head[..]), "{settings:?}");
}

#[test]
fn the_end_is_announced_and_what_was_begun_is_answered() {
    let limits = ServerLimits::default().with_linger(Duration::from_millis(300));
    let mut served = Served::with_limits(length.into_application(), limits);
    let mut idle = Peer::new(served.address);
    idle.ask(1, &fields("GET", "/"));
    assert_eq!(idle.answer(1).text, "0");
    let mut busy = Peer::new(served.address);
    busy.begin(1, &fields("POST", "/"));
    busy.send(&frame(PING, 0, 0, &[0; 8]));
    busy.next(PING);
    served.stopper.stop();
    assert_eq!(busy.next(GOAWAY).error(), 0, "no error");
    busy.send(&frame(DATA, END_STREAM, 1, b"four"));
    assert_eq!(busy.answer(1).text, "4");
    assert_eq!(idle.farewell(), Some(0), "every connection gets a notice");
    drop(busy);
    served.end();
}

#[test]
fn what_is_taken_slowly_is_waited_for_at_the_end() {
    const SIZE: usize = 150_000;
    let mut served = Served::with_limits(
        (|| "x".repeat(SIZE)).into_application(),
        ServerLimits::default().with_closing_notice(Duration::from_millis(700)),
    );
    let mut peer = Peer::new(served.address);
    peer.ask(1, &fields("GET", "/"));
    let mut left = SIZE - peer.next(DATA).payload.len();
    served.stopper.stop();
    // This takes longer than the whole notice.
    while left > 0 {
        pass(Duration::from_millis(100));
        peer.send(&[window(1, 10_000), window(0, 10_000)].concat());
        left -= peer.next(DATA).payload.len();
    }
    served.end();
}
