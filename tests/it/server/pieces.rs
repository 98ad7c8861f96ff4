//! Bodies of all kinds that hold a value of the application, to test its destructor.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use http_body::Frame;
use rustzeug::Result;
use rustzeug::bytes::Bytes;
use rustzeug::gateway::Body;

/// The kinds of body.
pub(super) const KINDS: [&str; 7] = [
    "stream",
    "frames",
    "reader",
    "iterator",
    "writer",
    "async_writer",
    "chain",
];

/// The kind that a path names.
pub(super) fn kind_in(path: &str) -> Option<&'static str> {
    KINDS.into_iter().find(|kind| path[1..] == **kind)
}

/// Chunks, with a value next to them.
struct Pieces<D> {
    left: usize,
    beside: D,
}

impl<D> Iterator for Pieces<D> {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let _ = &self.beside;
        self.left = self.left.checked_sub(1)?;
        Some(Bytes::from_static(&[b'x'; 10_000]))
    }
}

impl<D: Unpin> Stream for Pieces<D> {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        Poll::Ready(self.next().map(Ok))
    }
}

impl<D: Unpin> http_body::Body for Pieces<D> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.next().map(Frame::data).map(Ok))
    }
}

impl<D> io::Read for Pieces<D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.next().unwrap_or_default();
        let count = piece.len().min(buffer.len());
        buffer[..count].copy_from_slice(&piece[..count]);
        Ok(count)
    }
}

/// A body of a kind, of `left` chunks of 10,000 bytes, which holds `beside`.
pub(super) fn body<D: Send + Unpin + 'static>(kind: &str, left: usize, beside: D) -> Body {
    let pieces = Pieces { left, beside };
    match kind {
        "stream" => Body::stream(pieces),
        "frames" => Body::new(pieces),
        "reader" => Body::reader(pieces),
        "iterator" => Body::iterator(pieces),
        "writer" => Body::writer(move |out| {
            for piece in pieces {
                io::Write::write_all(out, &piece)?;
            }
            Ok(())
        }),
        "async_writer" => Body::async_writer(async move |mut out| {
            for piece in pieces {
                out.write(piece).await?;
            }
            Ok(())
        }),
        "chain" => Body::chain(["first".into(), Body::stream(pieces), "last".into()]),
        other => panic!("no kind of body: {other}"),
    }
}
