//! Trailers of HTTP/2: allowed fields, and forbidden pseudo-fields.

use std::sync::mpsc;
use std::sync::mpsc::Receiver;

use http::HeaderName;
use rustzeug::{IntoApplication, Request};

use super::Served;
use super::fields::{Fields, block, fields};
use super::frames::{ALL, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, Peer};
use super::frames::{GOAWAY, RESET, SETTINGS, frame};
use crate::waiting::PATIENCE;

const PROTOCOL_ERROR: u32 = 1;
const PADDED: u8 = 8;
const PRIORITY: u8 = 32;

/// A server, and the results of its handler's reads: the bytes, or the status of an error.
fn served() -> (Served, Receiver<Result<Vec<u8>, u16>>) {
    let (tell, told) = mpsc::channel();
    let handler = move |request: Request| {
        let tell = tell.clone();
        async move {
            let read = request.bytes().await;
            let read = read.map(|bytes| bytes.to_vec());
            tell.send(read.map_err(|error| error.status().as_u16()))
                .unwrap();
            let fields: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
            fields.join(" ")
        }
    };
    (Served::new(handler.into_application()), told)
}

fn trailers(fields: Fields<'_>) -> Vec<u8> {
    frame(HEADERS, ALL, 1, &block(fields))
}

/// The result for a request with these frames after its body: `Ok` if it was read completely.
fn outcome(begin: &[u8], sent: &[u8]) -> Result<String, Option<u32>> {
    let (served, told) = served();
    let mut peer = Peer::silent(served.address);
    // The header table has its default size.
    peer.send(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat());
    peer.send(begin);
    peer.send(&[&frame(DATA, 0, 1, b"body")[..], sent].concat());
    let read = told.recv_timeout(PATIENCE);
    match read.expect("the handler was called") {
        Ok(bytes) => {
            assert_eq!(bytes, b"body");
            Ok(peer.answer(1).text)
        }
        Err(status) => {
            assert_eq!(status, 400);
            let over = std::iter::from_fn(|| peer.frame())
                .find(|frame| [RESET, GOAWAY].contains(&frame.kind));
            Err(over.map(|frame| frame.error()))
        }
    }
}

fn head() -> Vec<u8> {
    frame(HEADERS, END_HEADERS, 1, &block(&fields("POST", "/")))
}

#[test]
fn trailers_are_fields_that_nobody_sees() {
    let long = "x".repeat(16_384 - 6);
    let fits = block(&[("x", &long)]);
    assert_eq!(fits.len(), 16_384, "a frame at its maximum length");
    let in_pieces = |block: &[u8]| {
        let (first, rest) = block.split_at(1);
        let (second, third) = rest.split_at(2);
        [
            frame(HEADERS, END_STREAM, 1, first),
            frame(CONTINUATION, 0, 1, second),
            frame(CONTINUATION, END_HEADERS, 1, third),
        ]
        .concat()
    };
    #[rustfmt::skip]
    let cases = [
        (frame(DATA, END_STREAM, 1, &[]),              "none"),
        (trailers(&[]),                                "an empty block"),
        (trailers(&[("x", "y")]),                      "a field"),
        (trailers(&[("host", "evil"), ("cookie", "a=b")]), "fields that have a meaning in a head"),
        (trailers(&[("te", "trailers")]),              "the only field about the connection that is allowed"),
        (frame(HEADERS, ALL, 1, &fits),                "a frame at its maximum length"),
        (frame(HEADERS, ALL | PADDED, 1, &[&[3][..], &block(&[("x", "y")]), b"pad"].concat()), "with padding"),
        (frame(HEADERS, ALL | PRIORITY, 1, &[&[0, 0, 0, 3, 0][..], &block(&[("x", "y")])].concat()), "with a priority"),
        (frame(HEADERS, ALL, 1, &[&[0x20][..], &block(&[("x", "y")])].concat()), "RFC 7541 §4.2: an update of the table size comes first"),
        (frame(HEADERS, ALL, 1, &[&[0x20, 0x3f, 0x81, 0x1f][..], &block(&[("x", "y")])].concat()), "twice"),
        (in_pieces(&block(&[("x", "y")])),             "in pieces"),
    ];
    for (sent, why) in cases {
        assert_eq!(outcome(&head(), &sent), Ok("host".to_owned()), "{why}");
    }
}

#[test]
fn what_belongs_into_a_head_is_refused() {
    // A literal that is added to the table (RFC 7541 §6.2.1): its index is 62 from then on.
    let with_entry = |name: &str, value: &str| {
        let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        let entry = [&[0x40][..], &text(name), &text(value)].concat();
        let head = fields("POST", "/");
        let others: Vec<_> = head
            .iter()
            .copied()
            .filter(|(other, _)| *other != name)
            .collect();
        frame(
            HEADERS,
            END_HEADERS,
            1,
            &[&entry[..], &block(&others)].concat(),
        )
    };
    let raw = |block: &[u8]| frame(HEADERS, ALL, 1, block);
    let path = block(&[(":path", "/")]);
    #[rustfmt::skip]
    let cases = [
        (head(), trailers(&[(":path", "/admin")]),     "RFC 9113 §8.1: a pseudo field"),
        (head(), trailers(&[(":method", "GET")]),      "each of them"),
        (head(), trailers(&[(":scheme", "http")]),     "each of them"),
        (head(), trailers(&[(":authority", "b")]),     "each of them"),
        (head(), trailers(&[(":status", "200")]),      "the pseudo field of responses"),
        (head(), trailers(&[(":protocol", "a")]),      "the pseudo field of RFC 8441"),
        (head(), trailers(&[("x", "y"), (":path", "/")]), "behind another field"),
        (head(), trailers(&fields("GET", "/admin")),   "a whole head"),
        (head(), raw(&[0x82]),                         "from the static table"),
        (head(), raw(&[0x04, 1, b'/']),                "its name from the static table"),
        (head(), raw(&[0x20, 0x82]),                   "after an update of the table size"),
        (with_entry(":path", "/"), raw(&[0xbe]),  "from the dynamic table"),
        (with_entry(":path", "/"), raw(&[0x7e, 1, b'/']), "its name from the dynamic table"),
        (head(), frame(HEADERS, ALL | PADDED, 1, &[&[1][..], &path, b"p"].concat()), "with padding"),
        (head(), frame(HEADERS, ALL | PRIORITY, 1, &[&[0, 0, 0, 3, 0][..], &path].concat()), "with a priority"),
        (head(), [frame(HEADERS, END_STREAM, 1, &[]), frame(CONTINUATION, END_HEADERS, 1, &path)].concat(), "in a second frame"),
        (head(), [frame(HEADERS, END_STREAM, 1, &[0x3f]), frame(CONTINUATION, END_HEADERS, 1, &[&[0x81, 0x1f][..], &path].concat())].concat(), "after a table size in two frames"),
        (head(), trailers(&[("connection", "close")]), "§8.2.2: a field about the connection"),
        (head(), trailers(&[("transfer-encoding", "chunked")]), "another field about the connection"),
        (head(), trailers(&[("te", "gzip")]),          "`te` with another value than `trailers`"),
        (head(), trailers(&[("X", "y")]),              "§8.2.1: a capital"),
        (head(), frame(HEADERS, END_HEADERS, 1, &block(&[("x", "y")])), "§8.1: trailers without the end of the stream"),
    ];
    for (head, sent, why) in cases {
        assert_eq!(outcome(&head, &sent), Err(Some(PROTOCOL_ERROR)), "{why}");
    }
}

#[test]
fn other_streams_go_on() {
    let (served, told) = served();
    let mut peer = Peer::new(served.address);
    peer.begin(1, &fields("POST", "/"));
    peer.begin(3, &fields("POST", "/"));
    // Byte by byte, with the frames of both streams interleaved.
    let sent = [
        frame(DATA, 0, 1, b"one"),
        frame(DATA, 0, 3, b"three"),
        trailers(&[(":path", "/")]),
        frame(HEADERS, ALL, 3, &block(&[("x", "y")])),
    ];
    for byte in sent.concat() {
        peer.send(&[byte]);
    }
    assert_eq!(peer.answer(3).text, "host");
    let mut read = [told.recv().unwrap(), told.recv().unwrap()];
    read.sort();
    assert_eq!(read, [Ok(b"three".to_vec()), Err(400)]);
}
