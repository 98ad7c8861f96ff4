//! The connections that are open: looked after, counted, and told when the server ends.
//!
//! A connection leaves its waker here once and looks at its own flag when it is polled: nothing
//! is paid per request.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::time::Duration;
use std::time::Instant;

use crate::gateway::Limits;
use crate::server::counters::Counters;
use crate::server::watch::Clock;
use crate::server::watch::Verdict;
use crate::server::watch::Watch;

/// How far the end of the server has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Stage {
    /// It serves.
    Serving,
    /// It serves, and tells those who ask for its health to go elsewhere.
    LameDuck,
    /// Nobody listens; what comes on open connections is answered, and these are closed.
    Closing,
    /// Connections without a request in hand are closed.
    Ending,
    /// Nobody is waited for: connections are cut.
    Hurrying,
}

#[derive(Debug, Default)]
pub(super) struct Open {
    stage: AtomicU8,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    entries: HashMap<u64, Entry>,
    /// What the connections that are closed have counted, and the verdicts on all.
    closed: Counters,
    /// Who waits for a connection to close, or for the server to come to its next stage.
    waiting: Vec<Waker>,
}

#[derive(Debug)]
struct Entry {
    watch: Arc<Watch>,
    waker: Option<Waker>,
    clock: Clock,
}

impl Table {
    fn wait(&mut self, context: &Context<'_>) {
        if !self
            .waiting
            .iter()
            .any(|waker| waker.will_wake(context.waker()))
        {
            self.waiting.push(context.waker().clone());
        }
    }
}

impl Open {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Serving,
            1 => Stage::LameDuck,
            2 => Stage::Closing,
            3 => Stage::Ending,
            _ => Stage::Hurrying,
        }
    }

    /// Goes on to a stage; there is no way back.
    pub(super) fn advance(&self, stage: Stage) {
        self.stage.fetch_max(stage as u8, Ordering::AcqRel);
        let mut table = self.table();
        let wakers = table
            .entries
            .values()
            .filter_map(|entry| entry.waker.as_ref());
        wakers.for_each(Waker::wake_by_ref);
        table.waiting.drain(..).for_each(Waker::wake);
    }

    /// A place for a new connection.
    pub(super) fn enter(self: &Arc<Self>) -> Ticket {
        let watch = Arc::<Watch>::default();
        let entry = Entry {
            watch: Arc::clone(&watch),
            waker: None,
            clock: Clock::start(Instant::now()),
        };
        let mut table = self.table();
        table.next += 1;
        let id = table.next;
        table.entries.insert(id, entry);
        Ticket {
            open: Arc::clone(self),
            watch,
            id,
        }
    }

    /// Ready when there are fewer connections than `cap`, or nobody listens any more.
    pub(super) fn poll_room(&self, cap: usize, context: &mut Context<'_>) -> Poll<()> {
        let mut table = self.table();
        if table.entries.len() < cap || self.stage() >= Stage::Closing {
            return Poll::Ready(());
        }
        table.wait(context);
        Poll::Pending
    }

    /// Ready when the server has come to a stage; the caller is woken then.
    pub(super) fn poll_stage(&self, stage: Stage, context: &mut Context<'_>) -> Poll<()> {
        if self.stage() >= stage {
            return Poll::Ready(());
        }
        self.table().wait(context);
        // It may have come in between.
        if self.stage() >= stage {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// Waits until the server has come to a stage.
    pub(super) async fn reach(&self, stage: Stage) {
        poll_fn(|context| self.poll_stage(stage, context)).await;
    }

    /// Waits until every connection is closed, but no longer than `limit`, and not at all in a
    /// hurry.
    pub(super) async fn all_closed(&self, limit: Duration) -> bool {
        let empty = poll_fn(|context| {
            let mut table = self.table();
            table.wait(context);
            if table.entries.is_empty() || self.stage() >= Stage::Hurrying {
                Poll::Ready(table.entries.is_empty())
            } else {
                Poll::Pending
            }
        });
        tokio::time::timeout(limit, empty).await.unwrap_or(false)
    }

    /// Looks at every connection, and has those woken that have taken too long.
    pub(super) fn look_after(&self, now: Instant, limits: &Limits) {
        // Who lingers has been answered, and is not what the end of the server waits for.
        let linger = match self.stage() {
            Stage::Serving | Stage::LameDuck => limits.linger(),
            _ => limits.linger().min(limits.closing_notice()),
        };
        let mut table = self.table();
        let Table {
            entries, closed, ..
        } = &mut *table;
        for entry in entries.values_mut() {
            let verdict = entry.clock.judge(&entry.watch, now, limits, linger);
            if verdict != Verdict::None && entry.watch.verdict() != verdict {
                match verdict {
                    Verdict::Head => closed.late_heads += 1,
                    Verdict::Idle => closed.idle += 1,
                    Verdict::Write => closed.stuck += 1,
                    Verdict::None | Verdict::Linger => {}
                }
                entry.watch.set_verdict(verdict);
                if let Some(waker) = &entry.waker {
                    waker.wake_by_ref();
                }
            }
        }
    }

    /// The counts of all connections, open and closed.
    pub(super) fn counters(&self) -> Counters {
        let table = self.table();
        let mut counters = table.closed.clone();
        for entry in table.entries.values() {
            counters.add(&entry.watch);
        }
        counters.open = table.entries.len();
        counters
    }
}

/// The place of one connection; given back when dropped.
pub(super) struct Ticket {
    open: Arc<Open>,
    watch: Arc<Watch>,
    id: u64,
}

impl Ticket {
    pub(super) fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }

    /// Has the calling task woken when there is a verdict, or the server comes to its next stage.
    pub(super) async fn wake_on_news(&self) {
        poll_fn(|context| {
            if let Some(entry) = self.open.table().entries.get_mut(&self.id) {
                entry.waker = Some(context.waker().clone());
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Whether connections are to be closed after the answer in hand.
    pub(super) fn is_closing(&self) -> bool {
        self.open.stage() >= Stage::Closing
    }

    /// Whether the server has ended, and connections with it.
    pub(super) fn is_over(&self) -> bool {
        self.open.stage() >= Stage::Hurrying
    }

    pub(super) fn stage(&self) -> Stage {
        self.open.stage()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut table = self.open.table();
        if table.entries.remove(&self.id).is_some() {
            table.closed.add(&self.watch);
        }
        table.waiting.drain(..).for_each(Waker::wake);
    }
}
