//! Bodies whose source may block: pulled a chunk per job, on the server's workers, where the source
//! is dropped as well.

use std::io::ErrorKind;
use std::io::Read;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;

use crate::error::Error;
use crate::error::Result;
use crate::gateway::Blocking;
use crate::gateway::Running;

/// Bytes asked of a reader at a time: large enough that the way to a worker and back does
/// not count, small enough for thousands of downloads at once.
const CHUNK_BYTES: usize = 64 << 10;

type Next = Box<dyn FnMut() -> Result<Option<Bytes>> + Send>;

pub(super) struct Pulled {
    state: State,
    left: Option<u64>,
    blocking: Blocking,
}

enum State {
    Idle(Next),
    /// The source comes back if there is more to come.
    Busy(Running<(Option<Next>, Result<Option<Bytes>>)>),
    Over,
}

impl Pulled {
    pub(super) fn new(
        next: impl FnMut() -> Result<Option<Bytes>> + Send + 'static,
        length: Option<u64>,
    ) -> Self {
        Self {
            state: State::Idle(Box::new(next)),
            left: length,
            blocking: Blocking::default(),
        }
    }

    pub(super) fn reader(mut reader: impl Read + Send + 'static, length: Option<u64>) -> Self {
        let next = move || {
            let mut buffer = vec![0; CHUNK_BYTES];
            loop {
                match reader.read(&mut buffer) {
                    Ok(0) => return Ok(None),
                    Ok(count) => {
                        buffer.truncate(count);
                        return Ok(Some(Bytes::from(buffer)));
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(error.into()),
                }
            }
        };
        Self::new(next, length)
    }

    pub(super) fn length(&self) -> Option<u64> {
        match self.state {
            State::Over => Some(0),
            _ => self.left,
        }
    }

    pub(super) fn bind(&mut self, blocking: &Blocking) {
        self.blocking = blocking.clone();
    }

    /// Whether there is a source that may block when it is dropped.
    pub(super) fn holds_source(&self) -> bool {
        !matches!(self.state, State::Over)
    }

    pub(super) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return Poll::Ready(None),
                State::Idle(mut next) => {
                    let blocking = self.blocking.clone();
                    self.state = State::Busy(self.blocking.resume(move || {
                        let chunk = next();
                        if let Ok(Some(_)) = chunk {
                            return (Some(next), chunk);
                        }
                        blocking.discard(next);
                        (None, chunk)
                    }));
                }
                State::Busy(mut running) => {
                    let Poll::Ready(result) = Pin::new(&mut running).poll(context) else {
                        self.state = State::Busy(running);
                        return Poll::Pending;
                    };
                    let chunk = match result {
                        Ok((Some(next), Ok(Some(chunk)))) => {
                            self.state = State::Idle(next);
                            chunk
                        }
                        Ok((_, Ok(_))) => return Poll::Ready(self.end().map(Err)),
                        Ok((_, Err(error))) | Err(error) => return Poll::Ready(Some(Err(error))),
                    };
                    if chunk.is_empty() {
                        continue;
                    }
                    self.left = self
                        .left
                        .map(|left| left.saturating_sub(chunk.len() as u64));
                    return Poll::Ready(Some(Ok(chunk)));
                }
            }
        }
    }

    /// The error of a source that ended too early.
    fn end(&self) -> Option<Error> {
        match self.left {
            Some(left) if left > 0 => {
                Some(Error::from(format!("the body ended {left} bytes early")))
            }
            _ => None,
        }
    }
}
