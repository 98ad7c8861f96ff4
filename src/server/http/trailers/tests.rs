//! Tests that trailers are marked, and that nothing else is changed.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use arbtest::arbitrary::Unstructured;
use arbtest::arbtest;
use tokio::io::AsyncRead;
use tokio::io::ReadBuf;

use super::*;

/// A connection that yields its bytes in pieces, and is pending before each of them.
struct Pieces(Vec<Vec<u8>>, bool);

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.1 = !self.1;
        if self.1 {
            return Poll::Pending;
        }
        if let Some(piece) = self.0.first_mut() {
            let count = piece.len().min(buffer.remaining());
            buffer.put_slice(&piece[..count]);
            piece.drain(..count);
            if piece.is_empty() {
                self.0.remove(0);
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Everything that is read from `pieces`, with a buffer of this many bytes.
fn read(pieces: Vec<Vec<u8>>, room: usize) -> Vec<u8> {
    let mut marked = Marked::new(Pieces(pieces, false));
    let mut context = Context::from_waker(Waker::noop());
    let (mut all, mut place) = (Vec::new(), vec![0; room]);
    loop {
        let mut buffer = ReadBuf::new(&mut place);
        match Pin::new(&mut marked).poll_read(&mut context, &mut buffer) {
            Poll::Pending => {}
            Poll::Ready(outcome) => {
                outcome.unwrap();
                if buffer.filled().is_empty() {
                    return all;
                }
                all.extend_from_slice(buffer.filled());
            }
        }
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload].concat()
}

fn after_preface(frames: &[u8]) -> Vec<u8> {
    [PREFACE, frames].concat()
}

#[test]
fn trailers_get_a_field_in_front() {
    const ALL: u8 = END_STREAM | END_HEADERS;
    struct Case {
        sent: Vec<u8>,
        want: [(u8, &'static [u8]); 2],
        why: &'static str,
    }
    let trailers = |flags, payload: &[u8]| frame(HEADERS, flags, 1, payload);
    #[rustfmt::skip]
    let cases = [
        Case { sent: trailers(ALL, b"\x84"),                want: [(END_STREAM, b"\x90"), (END_HEADERS, b"\x84")],   why: "a field" },
        Case { sent: trailers(ALL, b""),                    want: [(END_STREAM, b"\x90"), (END_HEADERS, b"")],       why: "none" },
        Case { sent: trailers(END_STREAM, b"\x84"),         want: [(END_STREAM, b"\x90"), (0, b"\x84")],             why: "more is to come" },
        Case { sent: trailers(END_HEADERS, b"\x84"),        want: [(0, b"\x90"), (END_HEADERS, b"\x84")],            why: "not the end, which h2 refuses" },
        Case { sent: trailers(ALL, b"\x20\x84"),            want: [(END_STREAM, b"\x20\x90"), (END_HEADERS, b"\x84")], why: "the size of the table is said first" },
        Case { sent: trailers(ALL, b"\x20\x3f\x81\x01\x84"), want: [(END_STREAM, b"\x20\x3f\x81\x01\x90"), (END_HEADERS, b"\x84")], why: "twice" },
        Case { sent: trailers(ALL, b"\x20"),                want: [(END_STREAM, b"\x20\x90"), (END_HEADERS, b"")],   why: "and nothing else" },
        Case { sent: trailers(ALL, b"\x3f\x81"),            want: [(END_STREAM, b"\x90"), (END_HEADERS, b"\x3f\x81")], why: "a size that is broken off" },
        Case { sent: trailers(ALL, b"\x3f"),                want: [(END_STREAM, b"\x90"), (END_HEADERS, b"\x3f")],   why: "a size that is broken off" },
        Case { sent: trailers(ALL | PADDED, b"\x02\x84ab"), want: [(END_STREAM, b"\x90"), (END_HEADERS, b"\x84")],   why: "padding goes" },
        Case { sent: trailers(ALL | PRIORITY, b"\0\0\0\x03\0\x84"), want: [(END_STREAM, b"\x90"), (END_HEADERS, b"\x84")], why: "priority goes" },
        Case { sent: trailers(ALL | PADDED | PRIORITY, b"\x01\0\0\0\x03\0\x84p"), want: [(END_STREAM, b"\x90"), (END_HEADERS, b"\x84")], why: "both" },
    ];
    let head = frame(HEADERS, END_HEADERS, 1, b"\x82\x87");
    for Case { sent, want, why } in cases {
        let [(flags, first), (more, rest)] = want;
        let marked = [
            frame(HEADERS, flags, 1, first),
            frame(CONTINUATION, more, 1, rest),
        ];
        let all = read(vec![after_preface(&[&head[..], &sent].concat())], 1000);
        let want = after_preface(&[&head[..], &marked.concat()].concat());
        assert_eq!(all, want, "{why}");
    }
}

#[test]
fn nothing_else_is_touched() {
    let long = vec![b'x'; MOST + 1];
    #[rustfmt::skip]
    let cases = [
        (vec![],                                          "nothing"),
        (frame(HEADERS, 5, 1, b"\x82"),                   "a head"),
        ([frame(HEADERS, 5, 1, b"\x82"), frame(HEADERS, 5, 3, b"\x82")].concat(), "two heads"),
        (frame(HEADERS, 5, 1 | 1 << 31, b"\x82"),         "a bit that means nothing"),
        (frame(0, 0, 1, &long),                           "data, however much"),
        ([frame(HEADERS, 5, 3, b""), frame(HEADERS, 5, 1, &long)].concat(), "a frame that is too long"),
        ([frame(HEADERS, 5, 1, b""), frame(HEADERS, 13, 1, b"\x05abc")].concat(), "padding longer than its frame"),
        ([frame(HEADERS, 5, 1, b""), frame(HEADERS, 13, 1, b"")].concat(), "no padding at all"),
        ([frame(HEADERS, 5, 1, b""), frame(HEADERS, 37, 1, b"abcd")].concat(), "half a priority"),
        ([frame(HEADERS, 5, 1, b""), b"\0\0\x09\x01".to_vec()].concat(), "half the head of a frame at the end"),
        ([frame(HEADERS, 5, 1, b""), b"\0\0\x09\x01\x05\0\0\0\x01abc".to_vec()].concat(), "half a frame at the end"),
    ];
    for (sent, why) in cases {
        let sent = after_preface(&sent);
        assert_eq!(read(vec![sent.clone()], 64), sent, "{why}");
    }
}

fn any_frame(u: &mut Unstructured<'_>) -> arbtest::arbitrary::Result<Vec<u8>> {
    let kind = u.int_in_range(0..=CONTINUATION)?;
    let kind = if u.ratio(1, 2)? { HEADERS } else { kind };
    let stream = u.int_in_range(0..=4)?;
    let length = u.int_in_range(0..=40)?;
    Ok(frame(kind, u.arbitrary()?, stream, u.bytes(length)?))
}

#[test]
fn it_does_not_matter_how_the_bytes_come() {
    arbtest(|u| {
        let mut sent = PREFACE.to_vec();
        for _ in 0..u.int_in_range(0..=8)? {
            sent.extend(any_frame(u)?);
        }
        sent.truncate(u.int_in_range(0..=sent.len())?);
        let whole = read(vec![sent.clone()], 4096);
        let mut pieces = Vec::new();
        let mut rest = &sent[..];
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(u.int_in_range(1..=rest.len())?);
            pieces.push(piece.to_vec());
            rest = more;
        }
        assert_eq!(read(pieces, u.int_in_range(1..=30)?), whole);
        Ok(())
    });
}
