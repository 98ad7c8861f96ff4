//! The windows of HTTP/2: how much a client may send before it is read, and how much of a body is produced before the
//! client takes it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use rustzeug::gateway::Body;
use rustzeug::server::ServerLimits;
use rustzeug::{Error, IntoApplication, Request, Response};

use super::Served;
use super::fields::fields;
use super::frames::{ACK, DATA, END_STREAM, GOAWAY, HEADERS, NO_WINDOW, PING, PREFACE};
use super::frames::{Peer, RESET, SETTINGS, WINDOW, frame, window};
use super::stalled::Stalled;
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::settled;
use crate::waiting::until;

const FLOW_CONTROL_ERROR: u32 = 3;

/// The maximum window of a stream.
const WIDE: [u8; 6] = [0, 4, 0x7f, 0xff, 0xff, 0xff];

/// The size of the chunks that an application yields.
const CHUNK: usize = 4_096;

#[test]
fn uploads_that_nobody_reads_do_not_stop_another() {
    const STREAMS: u32 = 20;
    for unread in [1, STREAMS - 1] {
        let limits = ServerLimits::default().with_http2_streams(STREAMS);
        let (served, stalled) = Stalled::serve(limits);
        let mut peer = Peer::new(served.address);
        for number in 0..unread {
            peer.begin(2 * number + 1, &fields("POST", "/stall"));
            peer.send_data(2 * number + 1, peer.stream_window);
        }
        peer.begin(2 * unread + 1, &fields("POST", "/read"));
        peer.send_body(2 * unread + 1, 300_000);
        let answer = peer.answer(2 * unread + 1);
        assert_eq!(answer.text, "fine", "beside {unread}");
        drop(stalled);
    }
}

#[test]
fn a_window_is_what_may_be_sent_unread() {
    const BYTES: u32 = 70_000;
    let limits = ServerLimits::default()
        .with_http2_streams(5)
        .with_http2_unread_bytes(BYTES);
    let (served, stalled) = Stalled::serve(limits);
    for (bytes, why) in [(BYTES, "at the limit"), (BYTES + 1, "one past it")] {
        let mut peer = Peer::silent(served.address);
        peer.send(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat());
        let told = peer.next(SETTINGS);
        let settings: Vec<_> = told.payload.chunks(6).collect();
        let of_stream = [&[0, 4][..], &BYTES.to_be_bytes()].concat();
        assert!(settings.contains(&&of_stream[..]), "{settings:?}");
        let more = peer.next(WINDOW);
        assert_eq!((more.stream, more.error()), (0, 5 * BYTES - 65_535));
        peer.send(&frame(SETTINGS, ACK, 0, &[]));
        peer.begin(1, &fields("POST", "/stall"));
        peer.send_data(1, bytes as usize);
        let mut ask = || {
            peer.send(&frame(PING, 0, 0, &[0; 8]));
            let mut frames = std::iter::from_fn(|| peer.frame());
            frames.find(|frame| [RESET, GOAWAY, PING].contains(&frame.kind))
        };
        if bytes == BYTES {
            let told = [ask(), ask()].map(|told| told.map(|frame| frame.kind));
            assert_eq!(told, [Some(PING); 2], "{why}");
        } else {
            let told: Vec<_> = std::iter::from_fn(ask).take(10_000).collect();
            let reset = told.iter().find(|frame| frame.kind == RESET).unwrap();
            assert_eq!(reset.error(), FLOW_CONTROL_ERROR, "{why}");
            assert!(told.len() < 10_000, "{why}: then the connection is closed");
        }
    }
    drop(stalled);
}

/// Bodies that count the bytes that they have yielded: `/fn` in jobs, `/async` in place.
fn counting(given: &Arc<AtomicUsize>) -> impl Fn(&Request) -> Response + use<> {
    let given = Arc::clone(given);
    move |request| {
        let mut chunks = Chunks(Arc::clone(&given));
        let body = match request.path() {
            "/async" => Body::stream(chunks),
            _ => Body::iterator(std::iter::repeat_with(move || chunks.next())),
        };
        Response::bytes("").with_body(body)
    }
}

struct Chunks(Arc<AtomicUsize>);

impl Chunks {
    fn next(&mut self) -> Vec<u8> {
        self.0.fetch_add(CHUNK, Ordering::SeqCst);
        vec![b'x'; CHUNK]
    }
}

impl futures_core::Stream for Chunks {
    type Item = Result<Vec<u8>, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Vec<u8>, Error>>> {
        Poll::Ready(Some(Ok(self.next())))
    }
}

/// Gives the server time to produce more than it should.
fn tempt(peer: &mut Peer) {
    for _ in 0..5 {
        pass(Duration::from_millis(20));
        peer.send(&frame(PING, 0, 0, &[0; 8]));
        peer.next(PING);
    }
}

#[test]
fn nothing_is_made_that_the_client_does_not_allow() {
    for path in ["/fn", "/async"] {
        let given = Arc::new(AtomicUsize::new(0));
        let served = Served::new(counting(&given).into_application());
        let made = || given.load(Ordering::SeqCst);
        // A job makes up to this much, and the second number for a client that is quick. It ends early on a busy lane.
        let (ahead, most) = match path {
            "/fn" => (64 << 10, 256 << 10),
            _ => (CHUNK, CHUNK),
        };

        let mut peer = Peer::with_settings(served.address, &NO_WINDOW);
        peer.ask(1, &fields("GET", path));
        peer.next(HEADERS);
        tempt(&mut peer);
        assert_eq!(made(), 0, "{path}: no window of the stream");
        peer.send(&window(1, 1));
        assert_eq!(peer.next(DATA).payload.len(), 1, "{path}");
        tempt(&mut peer);
        let first = made();
        assert!(
            (1..=ahead).contains(&first),
            "{path}: {first} bytes, of which one was sent"
        );
        for stream in [0, 1] {
            peer.send(&window(stream, u32::try_from(ahead).unwrap()));
        }
        until("the next ones are made", || made() > ahead);
        tempt(&mut peer);
        let next = made();
        assert!(next <= ahead + most, "{path}: {next}, the next ones too");
        drop(peer);

        let mut peer = Peer::with_settings(served.address, &WIDE);
        peer.ask(1, &fields("GET", path));
        let mut taken = 0;
        while taken < 65_535 {
            taken += peer.next(DATA).payload.len();
        }
        tempt(&mut peer);
        let before = made();
        peer.ask(3, &fields("GET", path));
        peer.next(HEADERS);
        tempt(&mut peer);
        assert_eq!(made(), before, "{path}: no window of the connection");
    }
}

#[test]
fn small_items_are_made_a_little_ahead_and_no_more() {
    // A job produces this many bytes, and one more item.
    const MOST: usize = (64 << 10) + 100;
    let given = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&given);
    let handler = move || {
        let count = Arc::clone(&count);
        Response::iterator(std::iter::repeat_with(move || {
            count.fetch_add(100, Ordering::SeqCst);
            [b'x'; 100].to_vec()
        }))
    };
    let served = Served::new(handler.into_application());
    let made = || given.load(Ordering::SeqCst);
    let mut peer = Peer::with_settings(served.address, &NO_WINDOW);
    peer.ask(1, &fields("GET", "/"));
    peer.next(HEADERS);
    tempt(&mut peer);
    assert_eq!(made(), 0, "no window of the stream");
    peer.send(&window(1, 1));
    assert_eq!(peer.next(DATA).payload.len(), 1);
    tempt(&mut peer);
    assert!((100..=MOST).contains(&made()), "{} bytes", made());
}

#[test]
fn a_stream_whose_client_does_not_read_has_little_ready() {
    // The buffered bytes of a stream, and a chunk in flight, or the chunks of a job for a client that was quick.
    for (path, most) in [("/fn", (320 << 10) + CHUNK), ("/async", (64 << 10) + CHUNK)] {
        let given = Arc::new(AtomicUsize::new(0));
        let served = Served::new(counting(&given).into_application());
        let mut peer = Peer::with_settings(served.address, &WIDE);
        peer.send(&window(0, (1 << 31) - 1 - 65_535));
        peer.ask(1, &fields("GET", path));
        // Until the kernel accepts no more.
        let look = || {
            let sent = usize::try_from(served.monitor.counters().sent).unwrap();
            (given.load(Ordering::SeqCst), sent)
        };
        let (given, sent) = settled(look, |(_, sent)| *sent > 100_000);
        assert!(given < sent + most, "{path}: {given} given, {sent} sent");
    }
}

#[test]
fn what_is_claimed_and_not_used_goes_to_the_others() {
    // As many pending bodies as can claim the whole window.
    let handler = async |request: Request| match request.path() {
        "/wait" => Response::bytes("").with_body(Body::stream(Never)),
        _ => Response::text("x".repeat(60_000)),
    };
    let served = Served::new(handler.into_application());
    let mut peer = Peer::with_settings(served.address, &WIDE);
    for number in 0..50 {
        peer.ask(2 * number + 1, &fields("GET", "/wait"));
        peer.next(HEADERS);
    }
    peer.ask(101, &fields("GET", "/"));
    assert_eq!(peer.answer(101).text.len(), 60_000);
}

struct Never;

impl futures_core::Stream for Never {
    type Item = Result<Vec<u8>, Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}

#[test]
fn an_upload_that_is_taken_back_is_no_whole_one() {
    use std::sync::mpsc;
    for (error, why) in [(0, "NO_ERROR"), (8, "CANCEL"), (2, "INTERNAL_ERROR")] {
        let (tell, told) = mpsc::channel();
        let handler = move |request: Request| {
            let tell = tell.clone();
            async move {
                let read = request.bytes().await;
                tell.send(read.map_err(|error| error.status().as_u16()))
                    .unwrap();
                "read"
            }
        };
        let served = Served::new(handler.into_application());
        let mut peer = Peer::new(served.address);
        peer.begin(1, &fields("POST", "/"));
        peer.send(&frame(DATA, 0, 1, b"half of it"));
        peer.send(&frame(RESET, 0, 1, &u32::to_be_bytes(error)));
        let read = told.recv_timeout(PATIENCE).unwrap();
        assert_eq!(read, Err(400), "{why}");
        peer.begin(3, &fields("POST", "/"));
        peer.send(&frame(DATA, END_STREAM, 3, b"whole"));
        let read = told.recv_timeout(PATIENCE).unwrap();
        assert_eq!(
            read.as_deref(),
            Ok(&b"whole"[..]),
            "{why}: the others go on"
        );
    }
}
