//! Bodies whose source may block. Jobs on the server's workers pull them, and drop the source there as well.
//! A job continues for a moment, until it has 64 KiB, or 256 KiB for a client that is quick. Its pieces can be sent
//! before it ends.

use std::io::ErrorKind;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;
use std::time::Instant;

use bytes::Bytes;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Blocking;
use crate::gateway::Origin;
use crate::gateway::Running;

use super::gathered::Gathered;

/// The number of bytes requested from a reader at a time: large enough that the switch to a worker is cheap
/// in comparison, small enough for thousands of downloads at once.
pub(super) const CHUNK_BYTES: usize = 64 << 10;

/// The time in which a job asks for further pieces. A piece that takes longer is the last of its job, so that
/// a slow source works only when a client reads.
const JOB_TIME: Duration = Duration::from_micros(200);

/// The bytes of a job for a client that is quick. A mebibyte costs 6 calls of `writev` then, instead of
/// 18: an iterator of it needed 18 to 36 % more processor time than a stream, which writes as much at a time.
const QUICK_BYTES: usize = 256 << 10;

/// A client is quick if it has taken all bytes of the last job within this time. For a slow one, more bytes would only
/// cost memory.
const QUICK: Duration = Duration::from_millis(10);

type Next = Box<dyn FnMut() -> Result<Option<Bytes>> + Send>;

/// A source that has more.
struct Source {
    next: Next,
    /// The end of its last job.
    since: Option<Instant>,
}

impl Source {
    /// The bytes of its next job.
    fn most(&self) -> usize {
        let is_quick = |since: Instant| since.elapsed() < QUICK;
        if self.since.is_some_and(is_quick) {
            QUICK_BYTES
        } else {
            CHUNK_BYTES
        }
    }
}

pub(super) struct Pulled {
    origin: &'static Origin,
    state: State,
    /// The pieces that were pulled and are not taken yet.
    gathered: Arc<Gathered>,
    left: Option<u64>,
    blocking: Blocking,
}

enum State {
    Idle(Source),
    /// A job is running. It returns the source if there is more to come.
    Busy(Running<(Option<Source>, Result<()>)>),
    /// The source has ended, possibly with an error.
    Ended(Option<Error>),
    Over,
}

impl Pulled {
    pub(super) fn new<F>(next: F, length: Option<u64>) -> Self
    where
        F: FnMut() -> Result<Option<Bytes>> + Send + 'static,
    {
        Self {
            origin: Origin::of_type::<F>(),
            state: State::Idle(Source {
                next: Box::new(next),
                since: None,
            }),
            gathered: Arc::default(),
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
        matches!(self.state, State::Idle(_) | State::Busy(_))
    }

    pub(super) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        loop {
            if let Some(chunk) = self.gathered.take() {
                return self.chunk(chunk);
            }
            match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return Poll::Ready(None),
                State::Ended(error) => {
                    return Poll::Ready(error.or_else(|| self.early_end()).map(Err));
                }
                State::Idle(source) => self.state = State::Busy(self.begin(source)),
                State::Busy(mut running) => {
                    let Poll::Ready(outcome) = Pin::new(&mut running).poll(context) else {
                        self.state = State::Busy(running);
                        return match self.gathered.poll_take(context) {
                            Poll::Ready(chunk) => self.chunk(chunk),
                            Poll::Pending => Poll::Pending,
                        };
                    };
                    self.state = match outcome {
                        Ok((Some(source), Ok(()))) => State::Idle(source),
                        Ok((_, Ok(()))) => State::Ended(None),
                        Ok((_, Err(error))) | Err(error) => State::Ended(Some(error)),
                    };
                }
            }
        }
    }

    /// Begins a job. A job that runs in place asks its source only once, since the body can take pieces
    /// only after the job has ended.
    fn begin(&self, mut source: Source) -> Running<(Option<Source>, Result<()>)> {
        let (blocking, gathered) = (self.blocking.clone(), Arc::clone(&self.gathered));
        let (once, most) = (blocking.is_in_place(), source.most());
        self.blocking.resume_of(self.origin, move || {
            let begun = Instant::now();
            let mut bytes = 0;
            let end = loop {
                match (source.next)() {
                    Ok(Some(chunk)) => {
                        bytes += chunk.len();
                        if let Some(reader) = gathered.push(chunk) {
                            blocking.wake(reader);
                        }
                        let now = Instant::now();
                        let has_time = now.saturating_duration_since(begun) < JOB_TIME;
                        if once || bytes >= most || !has_time {
                            source.since = Some(now);
                            return (Some(source), Ok(()));
                        }
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            blocking.discard(source.next);
            (None, end)
        })
    }

    fn chunk(&mut self, chunk: Bytes) -> Poll<Option<Result<Bytes>>> {
        let length = chunk.len() as u64;
        self.left = self.left.map(|left| left.saturating_sub(length));
        Poll::Ready(Some(Ok(chunk)))
    }

    /// Returns the error for a source that ended too early.
    fn early_end(&self) -> Option<Error> {
        match self.left {
            Some(left) if left > 0 => {
                Some(Error::from(format!("the body ended {left} bytes early")))
            }
            _ => None,
        }
    }
}
