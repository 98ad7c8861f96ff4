//! The request body behind a lock: received once, read as often as asked.
//!
//! Whatever has arrived stays here until somebody takes the body as a stream. So a read
//! that is given up, or that hits a limit, loses nothing: the next one goes on from there.

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::task::ready;

use bytes::Bytes;

use crate::error::Error;
use crate::error::Result;
use crate::gateway::AwaitOrWait;
use crate::gateway::Blocking;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::body::Chunks;
use crate::gateway::body::Several;
use crate::gateway::spool::Spool;

/// Bytes gathered in memory before they are written to the spool in one job.
const SPOOL_STEP_BYTES: u64 = 256 << 10;

/// The input of a request; nothing at all where it has no body.
pub(super) struct Input(Option<Box<Mutex<Inbox>>>);

#[derive(Default)]
struct Inbox {
    spooled: Option<Spool>,
    chunks: Chunks,
    rest: Rest,
    waiting: Vec<Waker>,
    /// What was made of the body.
    parsed: Option<Arc<dyn Any + Send + Sync>>,
}

#[derive(Default)]
enum Rest {
    /// Everything has arrived.
    #[default]
    Nothing,
    /// This is still to come.
    Coming(Body),
    /// Somebody reads it as a stream.
    Taken,
    /// It could not be received: what every reader is told.
    Failed(Error),
}

impl Input {
    pub(super) fn new(body: Body) -> Self {
        if body.is_empty() {
            return Self(None);
        }
        let mut inbox = Inbox::default();
        match body.as_bytes() {
            Some(bytes) => inbox.chunks.push(bytes.clone()),
            None => inbox.rest = Rest::Coming(body),
        }
        Self(Some(Box::new(Mutex::new(inbox))))
    }

    fn inbox(&self) -> Option<MutexGuard<'_, Inbox>> {
        let inbox = self.0.as_ref()?;
        Some(inbox.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether all of it is here, so that reading does not wait.
    pub(super) fn has_arrived(&self) -> bool {
        self.inbox()
            .is_none_or(|inbox| matches!(inbox.rest, Rest::Nothing | Rest::Taken | Rest::Failed(_)))
    }

    pub(super) fn length(&self) -> Option<u64> {
        let Some(inbox) = self.inbox() else {
            return Some(0);
        };
        match &inbox.rest {
            Rest::Nothing => Some(inbox.arrived()),
            Rest::Coming(body) => body.length().map(|rest| rest + inbox.arrived()),
            Rest::Taken | Rest::Failed(_) => None,
        }
    }

    /// What was made of the body, if it was a `T`.
    pub(super) fn parsed<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.inbox()?.parsed.clone()?.downcast().ok()
    }

    /// Keeps what was made of the body, for whoever wants to make the same of it.
    pub(super) fn set_parsed<T: Send + Sync + 'static>(&self, value: Arc<T>) {
        if let Some(mut inbox) = self.inbox() {
            inbox.parsed = Some(value);
        }
    }

    /// The body as a stream: a replay of what has arrived, then the rest.
    pub(super) fn take(&self) -> Body {
        let Some(mut inbox) = self.inbox() else {
            return Body::empty();
        };
        inbox.wake_others();
        let replay = inbox.replay();
        match std::mem::replace(&mut inbox.rest, Rest::Taken) {
            Rest::Nothing => {
                inbox.rest = Rest::Nothing;
                replay
            }
            Rest::Coming(rest) => {
                inbox.spooled = None;
                inbox.chunks = Chunks::default();
                Body::chain([replay, rest])
            }
            Rest::Taken => Body::chain([replay, Body::failing(taken())]),
            Rest::Failed(error) => {
                let failing = Body::failing(error.copy());
                inbox.rest = Rest::Failed(error);
                Body::chain([replay, failing])
            }
        }
    }

    /// Receives everything, up to `limit` bytes; what does not fit in memory is spooled.
    pub(super) async fn receive(
        &self,
        limit: u64,
        memory: usize,
        blocking: &Blocking,
    ) -> Result<()> {
        let pause = if Spool::AVAILABLE {
            (memory as u64).max(SPOOL_STEP_BYTES)
        } else {
            u64::MAX
        };
        loop {
            let arrival = poll_fn(|context| match self.inbox() {
                Some(mut inbox) => inbox.poll_arrival(context, limit, "max_body", pause),
                None => Poll::Ready(Ok(true)),
            });
            let over = arrival.await?;
            let leaving = self
                .inbox()
                .and_then(|mut inbox| inbox.take_for_spool(memory, over));
            let Some((spool, chunks)) = leaving else {
                return Ok(());
            };
            let written = blocking.resume(move || {
                let mut spool = spool.map_or_else(Spool::create, Ok)?;
                spool.append(&chunks)?;
                Ok::<_, Error>(spool)
            });
            let spool = written.await??;
            if let Some(mut inbox) = self.inbox() {
                inbox.spooled = Some(spool);
            }
            if over {
                return Ok(());
            }
        }
    }
}

impl Inbox {
    fn arrived(&self) -> u64 {
        self.spooled.as_ref().map_or(0, Spool::length) + self.chunks.length()
    }

    /// Takes in chunks until all is there (`true`), or more than `pause` bytes are in memory
    /// (`false`).
    fn poll_arrival(
        &mut self,
        context: &mut Context<'_>,
        limit: u64,
        setting: &str,
        pause: u64,
    ) -> Poll<Result<bool>> {
        loop {
            let declared = match &self.rest {
                Rest::Coming(body) => body.length().unwrap_or(0),
                Rest::Nothing => 0,
                Rest::Taken => return Poll::Ready(Err(taken())),
                Rest::Failed(error) => return Poll::Ready(Err(error.copy())),
            };
            if self.arrived().saturating_add(declared) > limit {
                return Poll::Ready(Err(too_large(limit, setting)));
            }
            let Rest::Coming(body) = &mut self.rest else {
                return Poll::Ready(Ok(true));
            };
            if self.chunks.length() > pause {
                return Poll::Ready(Ok(false));
            }
            let Poll::Ready(next) = Pin::new(&mut body.chunk()).poll(context) else {
                if !self
                    .waiting
                    .iter()
                    .any(|waker| waker.will_wake(context.waker()))
                {
                    self.waiting.push(context.waker().clone());
                }
                return Poll::Pending;
            };
            match next {
                Ok(Some(chunk)) => self.chunks.push(chunk),
                Ok(None) => self.rest = Rest::Nothing,
                Err(error) => self.rest = Rest::Failed(error),
            }
            self.wake_others();
        }
    }

    /// Only the last who polled is woken by the body itself.
    fn wake_others(&mut self) {
        for waker in self.waiting.drain(..) {
            waker.wake();
        }
    }

    /// What is to leave memory now, if anything, and the spool that it goes to, if there is one.
    fn take_for_spool(&mut self, memory: usize, over: bool) -> Option<(Option<Spool>, Vec<Bytes>)> {
        let fits = self.spooled.is_none() && self.chunks.length() <= memory as u64;
        if !Spool::AVAILABLE || fits || (over && self.chunks.length() == 0) {
            return None;
        }
        Some((
            self.spooled.take(),
            std::mem::take(&mut self.chunks).into_list(),
        ))
    }

    fn whole(&mut self) -> Result<Bytes> {
        let Some(spool) = &self.spooled else {
            return Ok(self.chunks.join());
        };
        let mut bytes = spool.read()?;
        for chunk in self.chunks.list() {
            bytes.extend_from_slice(chunk);
        }
        Ok(bytes.into())
    }

    fn replay(&mut self) -> Body {
        let chunks = match self.chunks.list() {
            [] => Body::empty(),
            [only] => Body::from(only.clone()),
            several => Body::new(Several(several.iter().cloned().collect())),
        };
        match &self.spooled {
            Some(spool) => Body::chain([spool.body(), chunks]),
            None => chunks,
        }
    }
}

fn taken() -> Error {
    Error::internal()
        .with_source("the request body was taken as a stream before, and cannot be read again")
}

fn too_large(limit: u64, setting: &str) -> Error {
    Error::content_too_large().with_message(format!(
        "the body is longer than {limit} bytes (limit `{setting}`)"
    ))
}

/// The whole body of a request, made into a `T`: see
/// [`Environ::read`](crate::gateway::Environ::read).
pub struct Entire<'r, T> {
    environ: &'r Environ,
    limit: u64,
    setting: &'static str,
    finish: fn(&Environ, Bytes) -> Result<T>,
}

impl<'r, T> Entire<'r, T> {
    pub(super) fn new(environ: &'r Environ, finish: fn(&Environ, Bytes) -> Result<T>) -> Self {
        Self {
            environ,
            limit: environ.limits().body_bytes(),
            setting: "body_bytes",
            finish,
        }
    }
}

/// What forms need.
#[cfg(feature = "form")]
impl<T> Entire<'_, T> {
    /// Has another setting limit it.
    pub(super) fn within(mut self, limit: u64, setting: &'static str) -> Self {
        (self.limit, self.setting) = (limit, setting);
        self
    }
}

impl<T> AwaitOrWait<Entire<'_, T>> {
    /// Sets how long the body may be, in bytes, instead of
    /// [`Limits::body_bytes`](crate::gateway::Limits::body_bytes).
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_body("four");
    /// assert_eq!(request.bytes().limit(3).wait().unwrap_err().status(), 413);
    /// assert_eq!(request.bytes().limit(4).wait()?, "four");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn limit(mut self, bytes: u64) -> Self {
        self.0.limit = bytes;
        self
    }
}

impl<T> Future for Entire<'_, T> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let bytes = match self.environ.input().inbox() {
            Some(mut inbox) => {
                ready!(inbox.poll_arrival(context, self.limit, self.setting, u64::MAX))?;
                inbox.whole()?
            }
            None => Bytes::new(),
        };
        Poll::Ready((self.finish)(self.environ, bytes))
    }
}

impl<T> Drop for Entire<'_, T> {
    fn drop(&mut self) {
        if let Some(mut inbox) = self.environ.input().inbox() {
            inbox.wake_others();
        }
    }
}

impl<T> fmt::Debug for Entire<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entire")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
