//! The clocks of HTTP/2: on connections, on bodies, on clients that take nothing.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use bytes::Bytes;
use rustzeug::gateway::{Body, Limits};
use rustzeug::{IntoApplication, Request, Response};

use super::http2::{DATA, END_HEADERS, END_STREAM, HEADERS, PING, RESET, SETTINGS};
use super::http2::{GET, POST, PREFACE, connected, frame, serve};
use super::{End, Served};

#[test]
fn a_connection_on_which_nothing_happens_is_closed() {
    let short = Duration::from_millis(400);
    let long = Duration::from_mins(1);
    let settings = [PREFACE.as_bytes(), &frame(SETTINGS, 0, 0, &[])].concat();
    let half = [&settings[..], &frame(HEADERS, END_STREAM, 1, GET)].concat();
    let asked = frame(HEADERS, END_HEADERS | END_STREAM, 1, GET);
    let get = [&settings[..], &asked].concat();
    #[rustfmt::skip]
    let cases = [
        (PREFACE.as_bytes()[..10].to_vec(), short, long, "half a preface: a head"),
        (settings,                          short, long, "nothing but a preface: no head yet"),
        (half,                              short, long, "half a head"),
        (get,                               long, short, "no other request: idle"),
    ];
    thread::scope(|scope| {
        for (sent, head_timeout, keep_alive, why) in cases {
            scope.spawn(move || {
                let limits = Limits::default()
                    .with_keep_alive(keep_alive)
                    .with_linger(short);
                let served = serve(limits.with_head_timeout(head_timeout));
                let start = Instant::now();
                let mut client = served.connect();
                client.offer(&sent);
                let (_, end) = client.ending();
                assert_ne!(end, End::Open, "{why}");
                assert!(start.elapsed() >= short * 3 / 4, "{why}: too early");
            });
        }
    });
}

#[test]
fn pings_do_not_keep_an_idle_connection() {
    let limits = Limits::default().with_keep_alive(Duration::from_millis(400));
    // A client that does not answer the server's own ping is not waited for long.
    let served = serve(limits.with_linger(Duration::from_millis(400)));
    let (mut client, _) = connected(&served);
    client.offer(&frame(HEADERS, END_HEADERS | END_STREAM, 1, GET));
    assert_eq!(client.status(), (1, 200));
    let pause = Some(Duration::from_millis(50));
    client.0.set_read_timeout(pause).unwrap();
    let closed = (0..160).any(|_| {
        client.offer(&frame(PING, 0, 0, &[0; 8]));
        client.ending().1 != End::Open
    });
    assert!(closed, "they are no requests");
}

#[test]
fn a_body_that_does_not_come_is_408_on_its_stream() {
    let short = Duration::from_millis(400);
    let served = serve(Limits::default().with_body_idle(short));
    let (mut client, _) = connected(&served);
    client.offer(&frame(HEADERS, END_HEADERS, 1, POST));
    client.offer(&frame(DATA, 0, 1, b"half"));
    client.offer(&frame(HEADERS, END_HEADERS | END_STREAM, 3, GET));
    assert_eq!(client.status(), (3, 200), "the other one is not concerned");
    assert_eq!(client.status(), (1, 408));
}

/// An endless body that tells when it is given up.
struct Endless(Arc<AtomicBool>);

impl Iterator for Endless {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        Some(Bytes::from_static(&[b'x'; 4096]))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn a_stream_that_takes_nothing_is_given_up_whatever_else_goes_on() {
    let ping = frame(PING, 0, 0, &[0; 8]);
    #[rustfmt::skip]
    let cases = [
        (Vec::new(),   false, 65_535, "nothing else happens"),
        (ping,         false, 65_535, "the connection is alive"),
        (Vec::new(),   true,  65_535, "other streams are answered"),
        (Vec::new(),   true,  0,      "not one byte is taken"),
    ];
    thread::scope(|scope| {
        for (beside, ask, window, why) in cases {
            scope.spawn(move || {
                let given_up = Arc::new(AtomicBool::new(false));
                let flag = Arc::clone(&given_up);
                let handler = move |request: &Request| match request.method().as_str() {
                    "POST" => {
                        let body = Body::iterator(Endless(Arc::clone(&flag)));
                        Response::bytes("").with_body(body)
                    }
                    _ => Response::empty(204),
                };
                let limits = Limits::default().with_write_idle(Duration::from_millis(400));
                let served = Served::with_limits(handler.into_application(), limits);
                let (mut client, _) = connected(&served);
                // SETTINGS_INITIAL_WINDOW_SIZE, 65,535 by default; it is never moved.
                let setting = [&[0, 4][..], &u32::to_be_bytes(window)].concat();
                client.offer(&frame(SETTINGS, 0, 0, &setting));
                client.offer(&frame(HEADERS, END_HEADERS | END_STREAM, 1, POST));
                for number in 1..=160 {
                    thread::sleep(Duration::from_millis(50));
                    client.offer(&beside);
                    if ask {
                        let stream = 2 * number + 1;
                        client.offer(&frame(HEADERS, END_HEADERS | END_STREAM, stream, GET));
                    }
                    if given_up.load(Ordering::SeqCst) {
                        let ended = client.next(RESET).stream;
                        assert_eq!(ended, 1, "{why}: the stream ends, not the connection");
                        return;
                    }
                }
                panic!("{why}: the body is still held");
            });
        }
    });
}
