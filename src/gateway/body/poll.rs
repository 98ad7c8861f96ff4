//! Implements [`http_body::Body`]: servers poll a body frame by frame.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::body::BodyKind;
use crate::gateway::work::panics::attempt_poll;

/// The result of polling a body: a frame, with its error boxed.
pub(super) type Polled = Poll<Option<BoxedFrame>>;

/// A frame, or an error.
type BoxedFrame = Result<Frame<Bytes>, BoxError>;

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        match &mut self.0 {
            BodyKind::Empty => Poll::Ready(None),
            BodyKind::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = BodyKind::Empty;
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            // This runs code of the application, on the event loop.
            BodyKind::Stream(stream) => flat(attempt_poll(|| {
                stream.as_mut().poll_chunk(context).map(frame)
            })),
            BodyKind::Frames(body) => flat(attempt_poll(|| body.as_mut().poll_boxed(context))),
            BodyKind::Chain(chain) => flat(attempt_poll(|| chain.poll_frame(context))),
            BodyKind::Pulled(pulled) => pulled.poll_chunk(context).map(frame),
            BodyKind::Seekable(_) => {
                if let BodyKind::Seekable(seekable) = std::mem::take(&mut self.0) {
                    self.0 = BodyKind::Pulled(Box::new(seekable.whole()));
                }
                self.poll_frame(context)
            }
            BodyKind::Writer(writer) => writer.poll_chunk(context).map(frame),
            BodyKind::Kept(kept) => Pin::new(&mut kept.body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            BodyKind::Frames(body) => body.is_over(),
            BodyKind::Kept(kept) => kept.body.is_end_stream(),
            _ => self.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            BodyKind::Frames(body) => body.size(),
            BodyKind::Kept(kept) => kept.body.size_hint(),
            _ => self
                .length()
                .map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}

/// Converts a panic into an error of the frame.
fn flat(polled: Poll<Result<Option<BoxedFrame>>>) -> Polled {
    polled.map(|frame| frame.unwrap_or_else(|panic| Some(Err(panic.into_boxed()))))
}

fn frame(chunk: Option<Result<Bytes>>) -> Option<BoxedFrame> {
    chunk.map(|chunk| chunk.map(Frame::data).map_err(Error::into_boxed))
}
