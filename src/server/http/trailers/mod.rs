//! Marks HTTP/2 trailers as they arrive, so that h2 refuses pseudo-fields in them.
//!
//! RFC 9113 §8.1: trailers have no pseudo-fields. h2 silently drops pseudo-fields at the beginning of trailers, but
//! refuses one after another field, as in all field blocks. So another field is inserted in front. It is not visible,
//! because trailers are dropped.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;

use crate::server::http::preface::PREFACE;

/// Bytes of the head of a frame (RFC 9113 §4.1): length, kind, flags, stream.
const HEAD: usize = 9;
/// The longest payload that the server accepts.
const MOST: usize = 16 << 10;

const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;
const PRIORITY: u8 = 32;

/// `accept-encoding: gzip, deflate`, the 16th field of the static table of HPACK (RFC 7541 appendix A). So it has no
/// effect on the dynamic table.
const MARK: u8 = 0x80 | 16;

/// A connection whose frames are inspected as they are read.
#[derive(Debug)]
pub(super) struct Marked<S> {
    stream: S,
    /// The number of bytes that pass before the next frame begins.
    left: usize,
    /// The newest stream of the client. A `HEADERS` frame of an older stream is trailers.
    newest: u32,
    /// The beginning of a frame that cannot pass yet: a part of a head, or a part of trailers.
    held: Vec<u8>,
    /// The bytes to be read before all others.
    ready: Vec<u8>,
}

/// The kind of the frame at the beginning of some bytes.
enum Front {
    /// Less than the head of a frame.
    Part,
    /// Trailers, of this many bytes including the head.
    Trailers(usize),
    /// Another frame.
    Other(usize),
}

impl<S> Marked<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            left: PREFACE.len(),
            newest: 0,
            held: Vec::new(),
            ready: Vec::new(),
        }
    }

    fn front(&mut self, bytes: &[u8]) -> Front {
        let Some(&[high, middle, low, kind, _, a, b, c, d]) = bytes.first_chunk::<HEAD>() else {
            return Front::Part;
        };
        let length = u32::from_be_bytes([0, high, middle, low]) as usize;
        let id = u32::from_be_bytes([a, b, c, d]) & (u32::MAX >> 1);
        if kind != HEADERS {
            return Front::Other(HEAD + length);
        }
        // A longer frame is refused, and nothing after it is read.
        if id <= self.newest && length <= MOST {
            return Front::Trailers(HEAD + length);
        }
        self.newest = self.newest.max(id);
        Front::Other(HEAD + length)
    }

    /// The number of these bytes that may pass unchanged.
    fn pass(&mut self, bytes: &[u8]) -> usize {
        let mut passed = self.left.min(bytes.len());
        self.left -= passed;
        while passed < bytes.len() {
            let Front::Other(length) = self.front(&bytes[passed..]) else {
                break;
            };
            let here = length.min(bytes.len() - passed);
            self.left = length - here;
            passed += here;
        }
        passed
    }

    /// Releases the held bytes that can pass.
    fn release(&mut self) {
        let held = std::mem::take(&mut self.held);
        let mut done = 0;
        loop {
            let passed = self.pass(&held[done..]);
            self.ready.extend_from_slice(&held[done..done + passed]);
            done += passed;
            match self.front(&held[done..]) {
                Front::Trailers(length) if length <= held.len() - done => {
                    mark(&held[done..done + length], &mut self.ready);
                    done += length;
                }
                _ => break,
            }
        }
        self.held = held;
        self.held.drain(..done);
    }
}

/// Writes trailers with the mark in front: as two frames, because one might be too long.
fn mark(frame: &[u8], out: &mut Vec<u8>) {
    let (head, payload) = frame.split_at(HEAD);
    let (flags, stream) = (head[4], &head[5..]);
    let Some(block) = block(flags, payload) else {
        // Padding that is longer than its frame: passed unchanged, and refused by h2.
        out.extend_from_slice(frame);
        return;
    };
    let (updates, fields) = block.split_at(updates(block));
    let first = [updates, &[MARK]].concat();
    for (kind, flags, payload) in [
        (HEADERS, flags & END_STREAM, &first[..]),
        (CONTINUATION, flags & END_HEADERS, fields),
    ] {
        let length = u32::try_from(payload.len()).unwrap_or_default();
        out.extend_from_slice(&length.to_be_bytes()[1..]);
        out.extend_from_slice(&[kind, flags]);
        out.extend_from_slice(stream);
        out.extend_from_slice(payload);
    }
}

/// The fields of a `HEADERS` frame without padding and priority (RFC 9113 §6.2).
fn block(flags: u8, mut payload: &[u8]) -> Option<&[u8]> {
    if flags & PADDED != 0 {
        let (padding, rest) = payload.split_first()?;
        payload = &rest[..rest.len().checked_sub(usize::from(*padding))?];
    }
    match flags & PRIORITY {
        0 => Some(payload),
        _ => payload.get(5..),
    }
}

/// The number of leading bytes that set the size of the table, which may only stand there (RFC 7541 §4.2, §6.3): `001`,
/// then an integer of several bytes.
fn updates(block: &[u8]) -> usize {
    let mut length = 0;
    while let [first, rest @ ..] = &block[length..]
        && first >> 5 == 1
    {
        let more = match first & 31 {
            31 => rest.iter().position(|byte| byte >> 7 == 0),
            _ => Some(0),
        };
        match (first & 31, more) {
            (31, Some(more)) => length += more + 2,
            (31, None) => break,
            _ => length += 1,
        }
    }
    length
}

impl<S: AsyncRead + Unpin> AsyncRead for Marked<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if !this.ready.is_empty() {
                let count = this.ready.len().min(buffer.remaining());
                buffer.put_slice(&this.ready[..count]);
                this.ready.drain(..count);
                return Poll::Ready(Ok(()));
            }
            let filled = buffer.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
            let came = &buffer.filled()[filled..];
            if came.is_empty() {
                // The end, which may be in the middle of a frame.
                this.ready = std::mem::take(&mut this.held);
                if this.ready.is_empty() {
                    return Poll::Ready(Ok(()));
                }
                continue;
            }
            let passed = if this.held.is_empty() {
                this.pass(came)
            } else {
                0
            };
            if passed < came.len() {
                this.held.extend_from_slice(&came[passed..]);
                buffer.set_filled(filled + passed);
                this.release();
            }
            if passed > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Marked<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
