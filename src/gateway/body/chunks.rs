//! Bodies made of other bodies and streams.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use futures_core::Stream;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Blocking;
use crate::gateway::Body;

use super::poll::Polled;

/// A stream of chunks of any type.
pub(super) trait Chunks {
    fn poll_chunk(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes>>>;
}

impl<S: Stream<Item = Result<B, E>>, B: Into<Bytes>, E: Into<Error>> Chunks for S {
    fn poll_chunk(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let chunk = ready!(self.poll_next(context));
        Poll::Ready(chunk.map(|chunk| chunk.map(Into::into).map_err(Into::into)))
    }
}

/// An `http_body::Body` of any type and error.
pub(super) trait Frames {
    fn poll_boxed(self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled;
    fn is_over(&self) -> bool;
    fn size(&self) -> SizeHint;
}

impl<B: http_body::Body<Data = Bytes, Error: Into<BoxError>>> Frames for B {
    fn poll_boxed(self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        self.poll_frame(context).map_err(Into::into)
    }

    fn is_over(&self) -> bool {
        self.is_end_stream()
    }

    fn size(&self) -> SizeHint {
        self.size_hint()
    }
}

/// Chunks in memory.
pub(crate) struct Several(pub(crate) VecDeque<Bytes>);

impl http_body::Body for Several {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Polled {
        Poll::Ready(self.0.pop_front().map(Frame::data).map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.iter().map(|chunk| chunk.len() as u64).sum())
    }
}

/// One body after another.
pub(super) struct Chain(pub(super) VecDeque<Body>);

impl Chain {
    pub(super) fn bind(&mut self, blocking: &Blocking) {
        for body in &mut self.0 {
            body.bind(blocking);
        }
    }

    pub(super) fn length(&self) -> Option<u64> {
        let mut bodies = self.0.iter();
        bodies.try_fold(0_u64, |sum, body| sum.checked_add(body.length()?))
    }

    pub(super) fn poll_frame(&mut self, context: &mut Context<'_>) -> Polled {
        while let Some(first) = self.0.front_mut() {
            match ready!(http_body::Body::poll_frame(Pin::new(first), context)) {
                None => drop(self.0.pop_front()),
                frame => return Poll::Ready(frame),
            }
        }
        Poll::Ready(None)
    }
}

/// A body that fails.
pub(super) struct Failing(pub(super) Option<Error>);

impl http_body::Body for Failing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Polled {
        Poll::Ready(self.0.take().map(|error| Err(error.into_boxed())))
    }
}
