//! A body that is decoded while it is read.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Body as _;
use http_body::Frame;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::gateway::Body;
use crate::wire::compression::DecodeError;
use crate::wire::compression::Decoder;

/// After this many bytes of output, or steps, the task yields to others, because one packet may contain much data.
const TURN_BYTES: usize = 64 << 10;
const TURN_STEPS: u32 = 64;

/// A body that decodes another one.
pub(super) struct Decoded {
    source: Body,
    decoder: Decoder,
    turn: Turn,
    is_over: bool,
}

/// The work since the task last yielded.
#[derive(Default)]
struct Turn {
    bytes: usize,
    steps: u32,
}

impl Decoded {
    pub(super) fn new(source: Body, decoder: Decoder) -> Self {
        Self {
            source,
            decoder,
            turn: Turn::default(),
            is_over: false,
        }
    }

    fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            if self.turn.is_over() {
                self.turn = Turn::default();
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            match self.decoder.next() {
                Ok(Some(piece)) => {
                    self.turn.count(piece.len());
                    if !piece.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(piece))));
                    }
                }
                Ok(None) => {
                    let Some(frame) = ready!(Pin::new(&mut self.source).poll_frame(context)) else {
                        self.is_over = true;
                        let end = self.decoder.finish();
                        return Poll::Ready(end.err().map(|error| Err(refusal(error))));
                    };
                    match frame?.into_data() {
                        Ok(data) => self.decoder.push(data),
                        Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                    }
                }
                Err(error) => return Poll::Ready(Some(Err(refusal(error)))),
            }
        }
    }
}

impl Turn {
    fn is_over(&self) -> bool {
        self.bytes >= TURN_BYTES || self.steps >= TURN_STEPS
    }

    fn count(&mut self, bytes: usize) {
        self.bytes += bytes;
        self.steps += 1;
    }
}

fn refusal(error: DecodeError) -> BoxError {
    let refusal = match error {
        DecodeError::Ratio(_) => Error::content_too_large(),
        _ => Error::bad_request(),
    };
    refusal.with_message(error.to_string()).into_boxed()
}

impl http_body::Body for Decoded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let polled = self.poll_next(context);
        if let Poll::Ready(Some(Err(_))) = &polled {
            self.is_over = true;
        }
        polled
    }
}
