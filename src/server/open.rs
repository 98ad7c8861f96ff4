//! The connections that are open, and how they are told that the server ends.
//!
//! A connection leaves its waker here once and looks at one flag when it is polled: nothing
//! is paid per request.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::time::Duration;

#[derive(Debug, Default)]
pub(super) struct Open {
    stopping: AtomicBool,
    hurrying: AtomicBool,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    wakers: HashMap<u64, Option<Waker>>,
    /// Who waits for a connection to close, or for the server to be stopped.
    waiting: Option<Waker>,
}

impl Open {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        let mut table = self.table();
        table.wakers.values().flatten().for_each(Waker::wake_by_ref);
        table.waiting.iter().for_each(Waker::wake_by_ref);
        table.waiting = None;
    }

    /// Has nobody waited for any more.
    pub(super) fn hurry(&self) {
        self.hurrying.store(true, Ordering::Release);
        self.stop();
    }

    /// A place for a new connection.
    pub(super) fn enter(self: &Arc<Self>) -> Ticket {
        let mut table = self.table();
        table.next += 1;
        let id = table.next;
        table.wakers.insert(id, None);
        Ticket {
            open: Arc::clone(self),
            id,
        }
    }

    /// Ready when there are fewer connections than `cap`, or the server is being stopped.
    pub(super) fn poll_room(&self, cap: usize, context: &mut Context<'_>) -> Poll<()> {
        let mut table = self.table();
        if table.wakers.len() < cap || self.is_stopping() {
            return Poll::Ready(());
        }
        table.waiting = Some(context.waker().clone());
        Poll::Pending
    }

    /// Ready when the server is being stopped; the caller is woken then.
    pub(super) fn poll_stopping(&self, context: &mut Context<'_>) -> Poll<()> {
        if self.is_stopping() {
            return Poll::Ready(());
        }
        self.table().waiting = Some(context.waker().clone());
        // `stop` may have come in between.
        if self.is_stopping() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// Waits until every connection is closed, but no longer than `grace`.
    pub(super) async fn all_closed(&self, grace: Duration) {
        let empty = poll_fn(|context| {
            let mut table = self.table();
            table.waiting = Some(context.waker().clone());
            if table.wakers.is_empty() || self.hurrying.load(Ordering::Acquire) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        let _ = tokio::time::timeout(grace, empty).await;
    }
}

/// The place of one connection; given back when dropped.
pub(super) struct Ticket {
    open: Arc<Open>,
    id: u64,
}

impl Ticket {
    /// Has the connection's task woken when the server is being stopped.
    pub(super) fn wake_on_stop(&self, context: &Context<'_>) {
        if let Some(waker) = self.open.table().wakers.get_mut(&self.id) {
            *waker = Some(context.waker().clone());
        }
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.open.is_stopping()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut table = self.open.table();
        table.wakers.remove(&self.id);
        if let Some(waiting) = table.waiting.take() {
            waiting.wake();
        }
    }
}
