//! An event that happens once. Handlers and bodies can test it or wait for it.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

/// An event that happens once and stays set: the client has left, the server is stopping.
///
/// A plain `fn` tests it with [`is_set`](Self::is_set). An `async fn` or a body waits with `.await`, or runs
/// something else until then with [`race`](Self::race). Clones share the event; each can wait.
///
/// A server creates one with [`new`](Self::new) and declares it with
/// [`ServerInfo::with_client_left`](crate::gateway::ServerInfo::with_client_left) or
/// [`ServerInfo::with_stopping`](crate::gateway::ServerInfo::with_stopping). The default is a signal that
/// never comes.
///
/// # Examples
///
/// A stream of events that ends when the server stops or the client leaves:
///
/// ```
/// use rustzeug::{Request, Response};
///
/// async fn events(request: &Request) -> Response {
///     let mut stopping = request.stopping();
///     let events = Response::async_writer(async move |mut out| {
///         while let Some(event) = stopping.race(next_event()).await {
///             out.write(format!("data: {event}\n\n")).await?;
///         }
///         Ok(())
///     });
///     events.with_header("content-type", "text/event-stream")
/// }
/// # async fn next_event() -> u32 { 1 }
/// ```
#[derive(Default)]
pub struct Signal {
    shared: Option<Arc<Shared>>,
    /// The place of this clone in the waiting list.
    place: Option<u64>,
}

#[derive(Default)]
struct Shared {
    set: AtomicBool,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    next: u64,
    wakers: BTreeMap<u64, Waker>,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signal {
    /// Creates a signal that is not set; [`set`](Self::set) sets it.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shared: Some(Arc::default()),
            place: None,
        }
    }

    /// Sets the signal for all clones. A second call does nothing; neither does a call on the default signal.
    ///
    /// ```
    /// use rustzeug::gateway::Signal;
    ///
    /// let (signal, never) = (Signal::new(), Signal::default());
    /// let other = signal.clone();
    /// assert!(!other.is_set());
    /// signal.set();
    /// never.set();
    /// assert!(other.is_set() && !never.is_set());
    /// ```
    pub fn set(&self) {
        let Some(shared) = &self.shared else { return };
        if !shared.set.swap(true, Ordering::AcqRel) {
            let wakers = std::mem::take(&mut shared.waiting().wakers);
            wakers.into_values().for_each(Waker::wake);
        }
    }

    /// Whether the signal is set. It reads one number, for code that cannot wait.
    #[inline]
    #[must_use]
    pub fn is_set(&self) -> bool {
        let shared = self.shared.as_ref();
        shared.is_some_and(|shared| shared.set.load(Ordering::Acquire))
    }

    /// Waits for `future`, but not longer than the signal: `None` if the signal came first. If both are
    /// ready, the future wins.
    ///
    /// ```
    /// use rustzeug::gateway::Signal;
    ///
    /// # fn block_on<F: Future>(future: F) -> F::Output {
    /// #     let mut future = std::pin::pin!(future);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) { return value } }
    /// # }
    /// let mut signal = Signal::new();
    /// assert_eq!(block_on(signal.race(async { 1 })), Some(1));
    /// signal.set();
    /// assert_eq!(block_on(signal.race(std::future::pending::<u8>())), None);
    /// ```
    pub async fn race<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => Pin::new(&mut *self).poll(context).map(|()| None),
        })
        .await
    }
}

/// For the bridge to tower.
#[cfg(feature = "tower")]
impl Signal {
    /// Whether anybody else could see that the signal is set.
    #[inline]
    pub(crate) fn is_shared(&self) -> bool {
        let shared = self.shared.as_ref();
        shared.is_some_and(|shared| Arc::strong_count(shared) > 1)
    }
}

impl Clone for Signal {
    #[inline]
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            place: None,
        }
    }
}

/// Ready after the signal was set; it can be polled again.
impl Future for Signal {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Self { shared, place } = &mut *self;
        let Some(shared) = shared else {
            return Poll::Pending;
        };
        if !shared.set.load(Ordering::Acquire) {
            let mut waiting = shared.waiting();
            let place = *place.get_or_insert_with(|| {
                waiting.next += 1;
                waiting.next
            });
            let old = waiting.wakers.insert(place, context.waker().clone());
            drop(waiting);
            // Dropped outside the lock: it may be the last reference to a task that holds a clone.
            drop(old);
            // It may have been set in between.
            if !shared.set.load(Ordering::Acquire) {
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }
}

impl Signal {
    /// Gives up the place in the waiting list.
    fn leave(&mut self) {
        if let (Some(shared), Some(place)) = (&self.shared, self.place) {
            let waker = shared.waiting().wakers.remove(&place);
            drop(waker);
        }
    }
}

impl Drop for Signal {
    #[inline]
    fn drop(&mut self) {
        // Most have never waited.
        if self.place.is_some() {
            self.leave();
        }
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signal")
            .field("is_set", &self.is_set())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::task::Wake;
    use std::thread;
    use std::time::Duration;

    use super::*;

    /// A task of an executor whose wakers own the task.
    struct Task(Signal);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            drop(self.0.clone());
        }
    }

    fn poll(signal: &mut Signal, waker: &Waker) {
        let polled = Pin::new(signal).poll(&mut Context::from_waker(waker));
        assert!(polled.is_pending());
    }

    #[test]
    fn the_last_waker_of_a_task_that_waits_itself_can_be_dropped() {
        let (done, over) = mpsc::channel();
        thread::spawn(move || {
            let signal = Signal::new();
            let waiting = || {
                let mut inside = signal.clone();
                poll(&mut inside, Waker::noop());
                Waker::from(Arc::new(Task(inside)))
            };
            let mut other = signal.clone();
            poll(&mut other, &waiting());
            poll(&mut other, &waiting());
            drop(other);
            done.send(
                signal
                    .shared
                    .as_ref()
                    .map(|shared| shared.waiting().wakers.len()),
            )
        });
        let left = over.recv_timeout(Duration::from_secs(20));
        assert_eq!(left, Ok(Some(0)), "no deadlock, and no waiter is left");
    }
}
