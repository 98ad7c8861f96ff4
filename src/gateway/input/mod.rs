//! The request body behind a lock: received once, read any number of times.
//!
//! Arrived content stays here until the body is taken as a stream. So a read that is dropped, or that hits a
//! limit, loses nothing: the next one continues.

use std::any::Any;
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

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::input::store::Store;
use crate::gateway::input::store::StoredPiece;
use crate::gateway::input::store::Terms;

#[cfg(feature = "multipart")]
use crate::gateway::Kept;

pub(super) mod budget;
#[cfg(feature = "multipart")]
pub(super) mod kept;
mod memory;
#[cfg(feature = "multipart")]
mod peek;
#[cfg(feature = "spool")]
mod spool;
#[cfg(not(feature = "spool"))]
#[path = "spool_in_memory.rs"]
mod spool;
pub(super) mod store;

/// The input of a request; `None` if it has no body.
#[derive(Clone)]
pub(super) struct Input(Option<Arc<Mutex<Inbox>>>);

#[derive(Default)]
pub(super) struct Inbox {
    store: Store,
    rest: Rest,
    waiting: Vec<Waker>,
    /// The parsed form of the body.
    parsed: Option<Arc<dyn Any + Send + Sync>>,
}

#[derive(Default)]
enum Rest {
    /// Everything has arrived.
    #[default]
    Nothing,
    /// The rest is still to come.
    Coming(Body),
    /// It was taken as a stream.
    Taken,
    /// Receiving failed; every reader gets this error.
    Failed(Error),
}

impl Input {
    pub(super) fn new(body: Body) -> Self {
        if body.is_empty() {
            return Self(None);
        }
        let (store, rest) = match body.as_bytes() {
            Some(bytes) => (Store::of(bytes.clone()), Rest::Nothing),
            None => (Store::default(), Rest::Coming(body)),
        };
        Self(Some(Arc::new(Mutex::new(Inbox {
            store,
            rest,
            waiting: Vec::new(),
            parsed: None,
        }))))
    }

    pub(super) fn inbox(&self) -> Option<MutexGuard<'_, Inbox>> {
        let inbox = self.0.as_ref()?;
        Some(inbox.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Copies the input. Arrived content is read-only, and so is shared.
    ///
    /// # Errors
    ///
    /// A `500` if it has not all arrived.
    pub(super) fn copy(&self) -> Result<Self> {
        match self.inbox().as_ref().map(|inbox| &inbox.rest) {
            None | Some(Rest::Nothing) => Ok(self.clone()),
            Some(Rest::Coming(_)) => Err(Error::internal().with_source(
                "a request can be copied only after its body has arrived: read it first, as with `bytes`",
            )),
            Some(Rest::Taken) => Err(taken()),
            Some(Rest::Failed(error)) => Err(error.copy()),
        }
    }

    /// Whether all of it has arrived, so that reading does not wait.
    pub(super) fn has_arrived(&self) -> bool {
        self.inbox()
            .is_none_or(|inbox| !matches!(inbox.rest, Rest::Coming(_)))
    }

    pub(super) fn length(&self) -> Option<u64> {
        self.inbox().map_or(Some(0), |inbox| inbox.length())
    }

    /// The stored parsed form of the body, if it is a `T`.
    pub(super) fn parsed<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.inbox()?.parsed.clone()?.downcast().ok()
    }

    /// Stores a parsed form of the body for later readers.
    pub(super) fn set_parsed<T: Send + Sync + 'static>(&self, value: Arc<T>) {
        if let Some(mut inbox) = self.inbox() {
            inbox.parsed = Some(value);
        }
    }

    /// Takes the body as a stream: first the arrived content, then the rest.
    pub(super) fn take(&self) -> Body {
        let Some(mut inbox) = self.inbox() else {
            return Body::empty();
        };
        inbox.wake_others();
        match std::mem::replace(&mut inbox.rest, Rest::Taken) {
            Rest::Nothing => {
                inbox.rest = Rest::Nothing;
                inbox.store.replay()
            }
            Rest::Coming(rest) => {
                let arrived = std::mem::take(&mut inbox.store);
                Body::chain([arrived.into_replay(), rest])
            }
            Rest::Taken => Body::failing(taken()),
            Rest::Failed(error) => {
                let failing = Body::failing(error.copy());
                inbox.rest = Rest::Failed(error);
                Body::chain([inbox.store.replay(), failing])
            }
        }
    }

    /// Receives everything.
    pub(super) async fn receive(&self, terms: Terms<'_>, setting: &'static str) -> Result<()> {
        let _reader = Reader(self);
        poll_fn(|context| match self.inbox() {
            Some(mut inbox) => inbox.poll_all(terms, setting, context),
            None => Poll::Ready(Ok(())),
        })
        .await
    }
}

/// For forms with files.
#[cfg(feature = "multipart")]
impl Input {
    /// The received content, once all of it has arrived, and the position at which it begins.
    pub(super) fn keep(&self) -> Option<(Kept, u64)> {
        Some(self.inbox()?.store.keep())
    }
}

/// For forms with files.
#[cfg(feature = "multipart")]
impl Inbox {
    pub(super) fn arrived(&self) -> u64 {
        self.store.length()
    }

    /// Returns a piece of the arrived content, from `position` on.
    pub(super) fn find(&mut self, position: u64) -> Result<StoredPiece> {
        match &self.rest {
            Rest::Taken => Err(taken()),
            _ => Ok(self.store.find(position)),
        }
    }
}

/// A reader of the body, which may be dropped at any time.
pub(super) struct Reader<'i>(pub(super) &'i Input);

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(mut inbox) = self.0.inbox() {
            // The remaining readers ask for room again.
            inbox.store.stop_waiting();
            inbox.wake_others();
        }
    }
}

impl Inbox {
    pub(super) fn length(&self) -> Option<u64> {
        match &self.rest {
            Rest::Nothing => Some(self.store.length()),
            Rest::Coming(body) => body.length()?.checked_add(self.store.length()),
            Rest::Taken | Rest::Failed(_) => None,
        }
    }

    /// Receives the next chunk, when there is room for it; `None` at the end.
    pub(super) fn poll_chunk(
        &mut self,
        terms: Terms<'_>,
        setting: &'static str,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>>> {
        let polled = self.poll_arrival(terms, setting, context);
        if polled.is_ready() {
            self.wake_others();
        } else if !self
            .waiting
            .iter()
            .any(|waker| waker.will_wake(context.waker()))
        {
            self.waiting.push(context.waker().clone());
        }
        polled
    }

    fn poll_arrival(
        &mut self,
        terms: Terms<'_>,
        setting: &'static str,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>>> {
        loop {
            let coming = match &self.rest {
                Rest::Coming(body) => body.length(),
                Rest::Nothing => Some(0),
                Rest::Taken => return Poll::Ready(Err(taken())),
                Rest::Failed(error) => return Poll::Ready(Err(error.copy())),
            };
            let arrived = self.store.length();
            if arrived.saturating_add(coming.unwrap_or(0)) > terms.limit {
                return Poll::Ready(Err(too_large(terms.limit, setting)));
            }
            let Rest::Coming(body) = &mut self.rest else {
                ready!(self.store.poll_end(terms.server_info, context))?;
                return Poll::Ready(Ok(None));
            };
            let known = coming.map(|coming| arrived + coming);
            ready!(self.store.poll_room(known, terms, context))?;
            match ready!(Pin::new(&mut body.chunk()).poll(context)) {
                Ok(Some(chunk)) => {
                    self.store.push(chunk.clone());
                    return Poll::Ready(Ok(Some(chunk)));
                }
                Ok(None) => self.rest = Rest::Nothing,
                Err(error) => {
                    self.store.settle();
                    self.rest = Rest::Failed(error);
                }
            }
        }
    }

    /// Ready when everything has arrived.
    pub(super) fn poll_all(
        &mut self,
        terms: Terms<'_>,
        setting: &'static str,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        while ready!(self.poll_chunk(terms, setting, context))?.is_some() {}
        Poll::Ready(Ok(()))
    }

    /// Returns everything, after it has arrived.
    pub(super) fn whole(&mut self) -> StoredPiece {
        self.store.whole()
    }

    /// The body itself wakes only the last task that polled it; this wakes the others.
    fn wake_others(&mut self) {
        // Usually there are none.
        if self.waiting.is_empty() {
            return;
        }
        for waker in self.waiting.drain(..) {
            waker.wake();
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
