//! The open connections: checked, counted, and notified when the server stops.
//!
//! A connection registers its waker here once, and reads its own flag when it is polled. So there is no cost per
//! request.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::time::Duration;

use crate::gateway::Budget;
use crate::gateway::Signal;
use crate::server::hosting::clock::Clock;
use crate::server::hosting::clock::Waits;
use crate::server::hosting::counters::Counters;
use crate::server::hosting::open_table::OpenConnection;
use crate::server::hosting::open_table::OpenTable;
use crate::server::hosting::open_table::Place;
use crate::server::hosting::uptime::Uptime;
use crate::server::hosting::watch::Verdict;
use crate::server::hosting::watch::Watch;
use crate::server::limits::ServerLimits;

/// The stages of a stopping server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(in crate::server) enum Stage {
    /// It serves.
    Serving,
    /// It serves, but its health check fails.
    LameDuck,
    /// It no longer listens. Requests on open connections are answered, and these connections are closed.
    Closing,
    /// Connections without a request in flight are closed.
    Ending,
    /// Nothing is awaited any more: connections are cut.
    Hurrying,
}

/// How long the server counts as full after a new connection had to wait.
const PRESSED: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(in crate::server) struct Open {
    stage: AtomicU8,
    /// Set when the server no longer listens.
    stopping: Signal,
    uptime: Uptime,
    dropped_lines: Arc<AtomicU64>,
    table: Mutex<OpenTable>,
    /// The budget that the bodies of all connections share.
    pub(in crate::server) budget: Budget,
}

impl Default for Open {
    fn default() -> Self {
        Self {
            stage: AtomicU8::default(),
            stopping: Signal::new(),
            uptime: Uptime::default(),
            dropped_lines: Arc::default(),
            table: Mutex::default(),
            budget: Budget::default(),
        }
    }
}

impl Open {
    fn table(&self) -> MutexGuard<'_, OpenTable> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of dropped lines, for the queues that drop them.
    pub(in crate::server) fn dropped_lines(&self) -> &Arc<AtomicU64> {
        &self.dropped_lines
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

    /// Advances to a stage; earlier stages are ignored.
    pub(super) fn advance(&self, stage: Stage) {
        self.stage.fetch_max(stage as u8, Ordering::AcqRel);
        if self.stage() >= Stage::Closing {
            self.stopping.set();
        }
        let mut table = self.table();
        table.entries.values().for_each(OpenConnection::wake);
        table.waiting.drain(..).for_each(Waker::wake);
        table.for_stage.drain(..).for_each(Waker::wake);
    }

    pub(in crate::server) fn stopping(&self) -> &Signal {
        &self.stopping
    }

    pub(in crate::server) fn uptime(&self) -> &Uptime {
        &self.uptime
    }

    /// Registers a new connection, whose bodies must arrive at `body_rate`.
    pub(in crate::server) fn enter(
        self: &Arc<Self>,
        limits: &ServerLimits,
        body_rate: u64,
    ) -> Ticket {
        let watch = Arc::<Watch>::default();
        let entry = OpenConnection {
            watch: Arc::clone(&watch),
            waker: None,
            clock: Clock::start(self.uptime.now(), limits, body_rate),
            place: Place::Taken,
        };
        let mut table = self.table();
        table.places += 1;
        table.next += 1;
        let id = table.next;
        table.entries.insert(id, entry);
        if let Some(waker) = table.idle.take() {
            waker.wake();
        }
        Ticket {
            open: Arc::clone(self),
            watch,
            id,
        }
    }

    /// Ready when there is a free slot for an accepted connection, or the server no longer listens.
    ///
    /// At the limit, the connection that loses least is closed. Connections whose clients have left but whose handlers
    /// still run do not count, but all connections together are limited to twice the limit.
    pub(super) fn poll_room(
        &self,
        cap: usize,
        limits: &ServerLimits,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        let mut table = self.table();
        if self.stage() >= Stage::Closing || table.has_room(cap) {
            return Poll::Ready(());
        }
        table.wait(context);
        let now = self.uptime.now();
        table.pressed = now + PRESSED;
        if table.shed(now) && table.has_room(cap) {
            return Poll::Ready(());
        }
        drop(table);
        self.look_after(limits);
        Poll::Pending
    }

    /// Ready when the server has reached a stage; wakes the caller then.
    pub(super) fn poll_stage(&self, stage: Stage, context: &mut Context<'_>) -> Poll<()> {
        if self.stage() >= stage {
            return Poll::Ready(());
        }
        self.table().wait_for_stage(context);
        // The stage may have been reached in between.
        if self.stage() >= stage {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// Waits until the server has reached a stage.
    pub(super) async fn reach(&self, stage: Stage) {
        poll_fn(|context| self.poll_stage(stage, context)).await;
    }

    /// Records whether connections may still be accepted. Until the last of them are, the server is not empty.
    pub(super) fn set_listens(&self, listens: bool) {
        let mut table = self.table();
        table.listens = listens;
        table.waiting.drain(..).for_each(Waker::wake);
    }

    /// Waits until every connection is closed, but at most `limit`, and not at all in the stage `Hurrying`.
    pub(super) async fn all_closed(&self, limit: Duration) -> bool {
        let empty = poll_fn(|context| {
            let mut table = self.table();
            table.wait(context);
            let is_empty = table.entries.is_empty() && !table.listens;
            if is_empty || self.stage() >= Stage::Hurrying {
                Poll::Ready(table.entries.is_empty())
            } else {
                Poll::Pending
            }
        });
        tokio::time::timeout(limit, empty).await.unwrap_or(false)
    }

    /// Waits until every connection is closed, but at most `limit`. Handlers may still run for some of them.
    pub(super) async fn all_cut(&self, limit: Duration) {
        let cut = poll_fn(|context| {
            let mut table = self.table();
            table.wait(context);
            let is_closed = |entry: &OpenConnection| entry.place == Place::GivenBack;
            if table.entries.values().all(is_closed) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        let _ = tokio::time::timeout(limit, cut).await;
    }

    /// Waits until there is a connection to check. At most one task may wait.
    pub(super) async fn in_use(&self) {
        poll_fn(|context| {
            let mut table = self.table();
            if table.entries.is_empty() {
                table.idle = Some(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Checks every connection, and wakes those that have taken too long. Returns whether some must be checked again
    /// soon.
    pub(in crate::server) fn look_after(&self, limits: &ServerLimits) -> bool {
        let mut table = self.table();
        // Under the lock: of two concurrent checks, one would overwrite the lost time that the other has recorded.
        let now = self.uptime.look();
        let waits = self.waits(&table, now, limits);
        let mut soon = false;
        let OpenTable {
            entries,
            closed,
            places,
            ..
        } = &mut *table;
        for entry in entries.values_mut() {
            if entry.place == Place::GivenBack {
                continue;
            }
            if entry.place == Place::Yielded && entry.watch.verdict() == Verdict::None {
                // The connection got a request at the last moment.
                entry.place = Place::Taken;
                *places += 1;
            }
            let moved = entry.clock.has_moved(&entry.watch);
            let verdict = entry.clock.judge(&entry.watch, now, limits, waits);
            if verdict != Verdict::None && entry.watch.verdict() != verdict {
                closed.count(verdict);
                entry.watch.set_verdict(verdict);
                entry.wake();
                continue;
            }
            let push = entry.watch.is_stuck() && !moved;
            if push {
                entry.watch.ask_for_push();
            }
            let look = entry.watch.ask_for_look();
            if push || look {
                entry.wake();
            }
            soon |= look;
        }
        soon
    }

    fn waits(&self, table: &OpenTable, now: Duration, limits: &ServerLimits) -> Waits {
        if now < table.pressed {
            return Waits {
                linger: Duration::ZERO,
                half_closed: limits.half_closed(),
            };
        }
        // A lingering connection has been answered, so the stopping server does not wait for it.
        let linger = match self.stage() {
            Stage::Serving | Stage::LameDuck => limits.linger(),
            _ => limits.linger().min(limits.closing_notice()),
        };
        Waits {
            linger,
            half_closed: limits.half_closed(),
        }
    }

    /// The counters of all connections, open and closed.
    pub(super) fn counters(&self) -> Counters {
        let table = self.table();
        let mut counters = table.closed.clone();
        for entry in table.entries.values() {
            counters.add(&entry.watch);
        }
        let open = |entry: &&OpenConnection| entry.place != Place::GivenBack;
        counters.open = table.entries.values().filter(open).count();
        counters.dropped_lines = self.dropped_lines.load(Ordering::Relaxed);
        counters.body_memory = self.budget.memory();
        counters.body_disk = self.budget.disk();
        counters
    }
}

/// The slot of one connection; freed on drop.
pub(in crate::server) struct Ticket {
    open: Arc<Open>,
    watch: Arc<Watch>,
    id: u64,
}

impl Ticket {
    pub(in crate::server) fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }

    pub(in crate::server) fn open(&self) -> &Arc<Open> {
        &self.open
    }

    /// Registers the calling task, to be woken when there is a verdict or the server reaches its next stage.
    pub(in crate::server) async fn wake_on_news(&self) {
        poll_fn(|context| {
            if let Some(entry) = self.open.table().entries.get_mut(&self.id) {
                entry.waker = Some(context.waker().clone());
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Returns whether connections must be closed after the response in flight.
    pub(in crate::server) fn is_closing(&self) -> bool {
        self.open.stage() >= Stage::Closing
    }

    /// Returns whether the server has ended, so that connections are cut.
    pub(in crate::server) fn is_over(&self) -> bool {
        self.open.stage() >= Stage::Hurrying
    }

    pub(in crate::server) fn stage(&self) -> Stage {
        self.open.stage()
    }
}

impl Ticket {
    /// Frees the slot: the connection is closed, although a handler may still run for it.
    pub(in crate::server) fn give_back(&self) {
        self.open.table().free(self.id);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut table = self.open.table();
        table.free(self.id);
        if table.entries.remove(&self.id).is_some() {
            table.closed.add(&self.watch);
        }
    }
}
