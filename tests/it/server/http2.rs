//! HTTP/2 with prior knowledge, on the same port: what a connection may hold.
//!
//! Frames are written and read by hand (RFC 9113 §4.1), header fields without the dynamic
//! table (RFC 7541 §6.2.2), so that a test can send what no library would.

use std::io::Read;
use std::net::Shutdown;

use rustzeug::gateway::Limits;
use rustzeug::{IntoApplication, Request, Result};

use super::{Client, Served, status};

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RESET: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
const GOAWAY: u8 = 7;

pub(super) const END_STREAM: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 11;

pub(super) const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// `:method: GET`, `:scheme: http`, `:path: /` by their numbers, and the authority `a`.
pub(super) const GET: &[u8] = &[0x82, 0x86, 0x84, 0x41, 1, b'a'];
pub(super) const POST: &[u8] = &[0x83, 0x86, 0x84, 0x41, 1, b'a'];

/// What RFC 9113 §6.5.2 counts for `GET`: names, values and 32 bytes for each.
const GET_BYTES: usize = 7 + 3 + 7 + 4 + 5 + 1 + 10 + 1 + 4 * 32;

#[derive(Debug)]
pub(super) struct Frame {
    kind: u8,
    pub(super) stream: u32,
    payload: Vec<u8>,
}

pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload].concat()
}

fn reset(stream: u32) -> Vec<u8> {
    frame(RESET, 0, stream, &CANCEL.to_be_bytes())
}

/// A field `x` with a value of this length, as a literal that is never indexed.
fn field(length: usize) -> Vec<u8> {
    let mut block = vec![0x10, 1, b'x', 127];
    let mut left = length - 127;
    while left >= 128 {
        block.push(u8::try_from(left % 128).unwrap() | 128);
        left /= 128;
    }
    block.push(u8::try_from(left).unwrap());
    [block, vec![b'v'; length]].concat()
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes[..4].try_into().unwrap())
}

impl Client {
    fn frame(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).ok()?;
        let mut payload = vec![0; word(&[0, head[0], head[1], head[2]]) as usize];
        self.0.read_exact(&mut payload).ok()?;
        Some(Frame {
            kind: head[3],
            stream: word(&head[5..]),
            payload,
        })
    }

    /// The next frame of a kind; others are passed over.
    pub(super) fn next(&mut self, kind: u8) -> Frame {
        std::iter::from_fn(|| self.frame())
            .find(|frame| frame.kind == kind)
            .unwrap_or_else(|| panic!("closed before a frame of kind {kind} came"))
    }

    /// The status of the next response, and its stream.
    pub(super) fn status(&mut self) -> (u32, u16) {
        let frame = self.next(HEADERS);
        // RFC 7541 appendix A, and appendix B for what is not in it.
        let status = match frame.payload[..] {
            [0x88, ..] => 200,
            [0x8c, ..] => 400,
            [_, 0x83, 0x68, 0x0f, 0x7f, ..] => 408,
            [_, 0x83, 0x69, 0x90, 0xff, ..] => 431,
            ref other => panic!("which status is {other:x?}?"),
        };
        (frame.stream, status)
    }
}

async fn length(request: &Request) -> Result<String> {
    Ok(request.bytes().await?.len().to_string())
}

pub(super) fn serve(limits: Limits) -> Served {
    Served::with_limits(length.into_application(), limits)
}

/// A client whose settings the server has seen, and the settings of the server.
pub(super) fn connected(served: &Served) -> (Client, Vec<(u16, u32)>) {
    let mut client = served.connect();
    client.send(PREFACE);
    client.offer(&frame(SETTINGS, 0, 0, &[]));
    let settings = client.next(SETTINGS);
    client.offer(&frame(SETTINGS, ACK, 0, &[]));
    let pairs = settings.payload.chunks(6);
    let pairs = pairs.map(|pair| (u16::from_be_bytes([pair[0], pair[1]]), word(&pair[2..])));
    (client, pairs.collect())
}

#[test]
fn both_protocols_are_spoken_on_one_port() {
    let served = serve(Limits::default());
    assert_eq!(status(&served.get("/")), 200);
    let (mut client, _) = connected(&served);
    client.offer(&frame(HEADERS, END_HEADERS, 1, POST));
    client.offer(&frame(DATA, END_STREAM, 1, b"four"));
    assert_eq!(client.status(), (1, 200));
    assert_eq!(client.next(DATA).payload, b"4");
    client.offer(&frame(HEADERS, END_HEADERS | END_STREAM, 3, GET));
    assert_eq!(client.status(), (3, 200), "another one on the connection");
}

#[test]
fn streams_beyond_the_limit_are_refused_and_the_others_go_on() {
    let served = serve(Limits::default().with_http2_streams(5));
    let (mut client, settings) = connected(&served);
    assert!(settings.contains(&(3, 5)), "{settings:?} tell the limit");
    for stream in 0..6 {
        client.offer(&frame(HEADERS, END_HEADERS, 2 * stream + 1, POST));
    }
    let refused = client.next(RESET);
    assert_eq!(
        (refused.stream, word(&refused.payload)),
        (11, REFUSED_STREAM)
    );
    for stream in 0..5 {
        client.offer(&frame(DATA, END_STREAM, 2 * stream + 1, b"four"));
        assert_eq!(client.status(), (2 * stream + 1, 200), "at the limit");
    }
}

#[test]
fn a_head_has_its_limit() {
    let limit = 6_000;
    let served = serve(Limits::default().with_http2_head_bytes(6_000));
    let (mut client, _) = connected(&served);
    // Last a field `x`, which counts 33 bytes more than its value.
    for (stream, bytes, want) in [(1, limit, 200), (3, limit + 1, 431), (5, 1_000, 200)] {
        let block = [GET, &field(bytes - GET_BYTES - 33)].concat();
        client.offer(&frame(HEADERS, END_HEADERS | END_STREAM, stream, &block));
        assert_eq!(client.status(), (stream, want), "{bytes} bytes of {limit}");
    }
}

#[test]
fn a_client_that_takes_back_what_it_asked_is_sent_away() {
    let served = serve(Limits::default().with_http2_resets(5));
    for (count, why) in [(5_u32, "at the limit"), (500, "far past it")] {
        let (mut client, _) = connected(&served);
        let pairs = (0..count).flat_map(|number| {
            let asked = frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, GET);
            [asked, reset(2 * number + 1)].concat()
        });
        let mut all: Vec<u8> = pairs.collect();
        let last = 2 * count + 1;
        all.extend(frame(HEADERS, END_HEADERS | END_STREAM, last, GET));
        client.offer(&all);
        if count == 5 {
            let answered = std::iter::repeat_with(|| client.status());
            assert!(
                answered.take(6).any(|answer| answer == (last, 200)),
                "{why}"
            );
        } else {
            let told = word(&client.next(GOAWAY).payload[4..]);
            assert_eq!(told, ENHANCE_YOUR_CALM, "{why}");
            assert_eq!(status(&served.get("/")), 200, "others are not concerned");
        }
    }
}

#[test]
fn the_end_is_announced_and_what_was_begun_is_answered() {
    let mut served = serve(Limits::default());
    let (mut client, _) = connected(&served);
    client.offer(&frame(HEADERS, END_HEADERS, 1, POST));
    client.offer(&frame(PING, 0, 0, &[0; 8]));
    client.next(PING);
    served.stopper.stop();
    client.next(GOAWAY);
    client.offer(&frame(DATA, END_STREAM, 1, b"four"));
    assert_eq!(client.status(), (1, 200));
    let _ = client.0.shutdown(Shutdown::Write);
    served.end();
}
