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

/// A body that must have exactly the declared length: an extra byte or an early end is an error.
pub(crate) struct Exactly {
    body: Body,
    length: u64,
    left: u64,
    /// The subject of the error message.
    what: &'static str,
}

impl Exactly {
    pub(crate) fn new(body: Body, length: u64, what: &'static str) -> Self {
        Self {
            body,
            length,
            left: length,
            what,
        }
    }
}

/// If a handler reads the body, this is an error of the client, not of the server.
fn broken_promise(text: String) -> BoxError {
    Error::bad_request().with_message(text).into_boxed()
}

impl http_body::Body for Exactly {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let length = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, |data| data.len() as u64),
            Some(Err(_)) => return Poll::Ready(frame),
            None if self.left > 0 => {
                let (what, length, left) = (self.what, self.length, self.left);
                self.left = 0;
                let missing = format!("{what} ended {left} bytes before its length of {length}");
                return Poll::Ready(Some(Err(broken_promise(missing))));
            }
            None => return Poll::Ready(None),
        };
        let Some(left) = self.left.checked_sub(length) else {
            let more = format!("{} is longer than its length of {}", self.what, self.length);
            return Poll::Ready(Some(Err(broken_promise(more))));
        };
        self.left = left;
        Poll::Ready(frame)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// A body with a limit on its length.
pub(super) struct AtMost {
    pub(super) body: Body,
    pub(super) limit: u64,
    pub(super) left: u64,
}

impl AtMost {
    fn too_large(&self) -> Polled {
        let limit = self.limit;
        let error = Error::content_too_large()
            .with_message(format!("the body is longer than {limit} bytes"));
        Poll::Ready(Some(Err(error.into_boxed())))
    }
}

impl http_body::Body for AtMost {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        if self.body.length().is_some_and(|length| length > self.left) {
            return self.too_large();
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let length = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, |data| data.len() as u64),
            _ => 0,
        };
        let Some(left) = self.left.checked_sub(length) else {
            return self.too_large();
        };
        self.left = left;
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
