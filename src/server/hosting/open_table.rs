//! The table of the open connections, behind one lock.

use std::collections::HashMap;
use std::sync::Arc;
use std::task::Context;
use std::task::Waker;
use std::time::Duration;

use crate::server::hosting::clock::Clock;
use crate::server::hosting::counters::Counters;
use crate::server::hosting::watch::Verdict;
use crate::server::hosting::watch::Watch;

#[derive(Debug, Default)]
pub(super) struct OpenTable {
    pub(super) next: u64,
    /// Connections may still be accepted.
    pub(super) listens: bool,
    pub(super) entries: HashMap<u64, OpenConnection>,
    /// The number of connections that take a slot.
    pub(super) places: usize,
    /// The time until which finished connections are not awaited, because the server is full.
    pub(super) pressed: Duration,
    /// The counters of the closed connections, and the verdicts on all connections.
    pub(super) closed: Counters,
    /// The tasks that wait for a connection to close. In the next stage of the server, they wait for something else.
    pub(super) waiting: Vec<Waker>,
    /// The tasks that only wait for the next stage. A connection that closes must not wake them: that would cost a
    /// switch between threads for each.
    pub(super) for_stage: Vec<Waker>,
    /// The task that waits for a first connection.
    pub(super) idle: Option<Waker>,
}

#[derive(Debug)]
pub(super) struct OpenConnection {
    pub(super) watch: Arc<Watch>,
    pub(super) waker: Option<Waker>,
    pub(super) clock: Clock,
    pub(super) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It takes a slot.
    Taken,
    /// It is about to be closed in favour of another connection.
    Yielded,
    /// It is closed, but a handler still runs for it.
    GivenBack,
}

impl OpenConnection {
    pub(super) fn wake(&self) {
        if let Some(waker) = &self.waker {
            waker.wake_by_ref();
        }
    }
}

impl OpenTable {
    pub(super) fn wait(&mut self, context: &Context<'_>) {
        add(&mut self.waiting, context);
    }

    pub(super) fn wait_for_stage(&mut self, context: &Context<'_>) {
        add(&mut self.for_stage, context);
    }

    pub(super) fn has_room(&self, cap: usize) -> bool {
        self.places < cap && self.entries.len() < cap.saturating_mul(2)
    }

    /// Closes the connection that loses least, if there is one that may be closed.
    pub(super) fn shed(&mut self, now: Duration) -> bool {
        let taken = self
            .entries
            .values_mut()
            .filter(|entry| entry.place == Place::Taken);
        let ranked = taken.filter_map(|entry| Some((entry.clock.rank(&entry.watch, now)?, entry)));
        let Some(((rank, _), entry)) = ranked.min_by_key(|(rank, _)| *rank) else {
            return false;
        };
        entry.watch.set_verdict(rank.verdict(&entry.watch));
        entry.place = Place::Yielded;
        entry.wake();
        self.places -= 1;
        self.closed.shed += 1;
        true
    }

    /// Frees the slot of an entry, if it has one.
    pub(super) fn free(&mut self, id: u64) {
        if let Some(entry) = self.entries.get_mut(&id)
            && entry.place != Place::GivenBack
        {
            self.closed.left += u64::from(entry.watch.verdict() == Verdict::Left);
            self.places -= usize::from(entry.place == Place::Taken);
            entry.place = Place::GivenBack;
            entry.waker = None;
        }
        self.waiting.drain(..).for_each(Waker::wake);
    }
}

fn add(wakers: &mut Vec<Waker>, context: &Context<'_>) {
    let waker = context.waker();
    if !wakers.iter().any(|known| known.will_wake(waker)) {
        wakers.push(waker.clone());
    }
}
