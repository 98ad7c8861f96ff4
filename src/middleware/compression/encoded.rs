//! A body that is compressed while it is read.

use std::mem;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http::HeaderMap;
use http_body::Body as _;
use http_body::Frame;

use crate::base::error::BoxError;
use crate::base::error::Result;
use crate::gateway::Blocking;
use crate::gateway::Body;
use crate::gateway::Running;
use crate::wire::compression::CodecError;
use crate::wire::compression::Encoder;

/// The longest piece of input for one job.
const PIECE_BYTES: usize = 64 << 10;

/// A body that compresses another one. Pieces that take long are compressed on a worker.
pub(super) struct Encoded {
    source: Body,
    /// The rest of the last chunk of the source.
    input: Bytes,
    trailers: Option<HeaderMap>,
    state: State,
    /// The maximum number of bytes to compress on the event loop in one step.
    inline_bytes: usize,
    blocking: Blocking,
}

enum State {
    Idle(Box<Encoder>),
    Busy(Running<Done>),
    Over,
}

/// The encoder, if there is more to do, and what it has written.
type Done = (Option<Box<Encoder>>, Result<Vec<u8>, CodecError>);

enum Work {
    Push(Bytes),
    Flush,
    Finish,
}

impl Encoded {
    /// `source` is already bound to the workers.
    pub(super) fn new(
        source: Body,
        encoder: Encoder,
        inline_bytes: usize,
        blocking: &Blocking,
    ) -> Self {
        Self {
            source,
            input: Bytes::new(),
            trailers: None,
            state: State::Idle(Box::new(encoder)),
            inline_bytes,
            blocking: blocking.clone(),
        }
    }

    /// The next step, as soon as there is one.
    fn poll_work(
        &mut self,
        unflushed: u64,
        context: &mut Context<'_>,
    ) -> Poll<Result<Work, BoxError>> {
        loop {
            if !self.input.is_empty() {
                let length = self.input.len().min(PIECE_BYTES);
                return Poll::Ready(Ok(Work::Push(self.input.split_to(length))));
            }
            let frame = match Pin::new(&mut self.source).poll_frame(context)? {
                Poll::Ready(Some(frame)) => frame,
                Poll::Ready(None) => return Poll::Ready(Ok(Work::Finish)),
                // It is unknown when the source continues, so everything so far is sent.
                Poll::Pending if unflushed > 0 => return Poll::Ready(Ok(Work::Flush)),
                Poll::Pending => return Poll::Pending,
            };
            match frame.into_data() {
                Ok(data) => self.input = data,
                Err(other) => self.trailers = other.into_trailers().ok(),
            }
        }
    }

    /// Takes the output; `None` if there is none.
    fn settle(&mut self, (encoder, written): Done) -> Option<Result<Bytes, BoxError>> {
        self.state = encoder.map_or(State::Over, State::Idle);
        match written {
            Ok(bytes) if bytes.is_empty() => None,
            Ok(bytes) => Some(Ok(bytes.into())),
            Err(error) => {
                self.state = State::Over;
                self.trailers = None;
                Some(Err(Box::new(error)))
            }
        }
    }

    fn poll_bytes(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        let mut inline = 0;
        loop {
            let done = match mem::replace(&mut self.state, State::Over) {
                State::Over => return Poll::Ready(None),
                State::Busy(mut running) => match Pin::new(&mut running).poll(context) {
                    Poll::Ready(Ok(done)) => done,
                    Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error.into_boxed()))),
                    Poll::Pending => {
                        self.state = State::Busy(running);
                        return Poll::Pending;
                    }
                },
                State::Idle(encoder) => {
                    let unflushed = encoder.unflushed();
                    let work = match self.poll_work(unflushed, context) {
                        Poll::Ready(Ok(work)) => work,
                        Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                        Poll::Pending => {
                            self.state = State::Idle(encoder);
                            return Poll::Pending;
                        }
                    };
                    inline += work.bytes(unflushed);
                    if inline > self.inline_bytes {
                        self.state = State::Busy(self.blocking.resume(|| work.run(encoder)));
                        continue;
                    }
                    work.run(encoder)
                }
            };
            if let Some(bytes) = self.settle(done) {
                return Poll::Ready(Some(bytes));
            }
        }
    }
}

impl Work {
    /// The number of bytes to compress. An encoder may have taken bytes without compressing them.
    fn bytes(&self, unflushed: u64) -> usize {
        match self {
            Self::Push(piece) => piece.len(),
            Self::Flush | Self::Finish => usize::try_from(unflushed).unwrap_or(PIECE_BYTES),
        }
    }

    fn run(self, mut encoder: Box<Encoder>) -> Done {
        let mut output = Vec::new();
        let (outcome, is_over) = match self {
            Self::Push(piece) => (encoder.push(&piece, &mut output), false),
            Self::Flush => (encoder.flush(&mut output), false),
            Self::Finish => (encoder.finish(&mut output), true),
        };
        ((!is_over).then_some(encoder), outcome.map(|()| output))
    }
}

impl http_body::Body for Encoded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let bytes = ready!(self.poll_bytes(context));
        Poll::Ready(match bytes {
            Some(bytes) => Some(bytes.map(Frame::data)),
            None => self
                .trailers
                .take()
                .map(|trailers| Ok(Frame::trailers(trailers))),
        })
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Over) && self.trailers.is_none()
    }
}
