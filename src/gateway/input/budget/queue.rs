//! The queue of bodies that wait for a resource.
//!
//! Bodies are served in the order of their first request. A body does not overtake another that waits for the
//! same resource. But a body that waits because its own connection holds too much blocks only that
//! connection.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::Share;
use super::place::Asking;
use super::place::Bars;
use super::place::Held;
use super::place::Need;
use super::place::Pools;
use super::place::Sizes;

/// The maximum number of waiting bodies: all of them are checked whenever something is released.
pub(super) const MOST_WAITING: usize = 1024;

/// The state of a budget: the holdings, and the waiting bodies.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) pools: Pools,
    /// By the age of the body.
    waiters: BTreeMap<u64, Waiter>,
    last_age: u64,
    /// Resources may have become free for waiting bodies.
    is_changed: bool,
    /// To be woken (and dropped) after the lock is released.
    woken: Vec<Waker>,
    left: Vec<Waiter>,
    /// A thread watches the clock for the waiting bodies.
    pub(super) is_timed: bool,
}

/// A waiting body.
#[derive(Debug)]
pub(super) struct Waiter {
    pub(super) share: Arc<Share>,
    pub(super) sizes: Sizes,
    pub(super) held: Held,
    pub(super) need: Need,
    pub(super) waker: Waker,
    pub(super) patience: Duration,
    pub(super) outcome: Option<Outcome>,
}

/// The outcome of waiting.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    Given(Held),
    TooLate,
}

impl Waiter {
    pub(super) fn asking(&self) -> Asking {
        Asking {
            sizes: self.sizes,
            usage: self.share.usage(),
            held: self.held,
            need: self.need,
        }
    }
}

impl State {
    /// Returns a new, unique age for a body.
    pub(super) fn next_age(&mut self) -> u64 {
        self.last_age += 1;
        self.last_age
    }

    pub(super) fn is_waited_for(&self) -> bool {
        !self.waiters.is_empty()
    }

    /// Whether no body waits and none has to be woken or dropped.
    pub(super) fn is_quiet(&self) -> bool {
        self.waiters.is_empty() && self.woken.is_empty() && self.left.is_empty()
    }

    pub(super) fn is_overrun(&self) -> bool {
        self.waiters.len() > MOST_WAITING
    }

    /// Records that something was released.
    pub(super) fn change(&mut self) {
        self.is_changed = true;
    }

    /// Gives a body what it needs, if that is free. Call it only if no body waits.
    pub(super) fn give(&mut self, share: &Share, asking: &Asking) -> Option<Held> {
        let to = self.pools.place(asking, Bars::default(), true)?;
        let to = self.pools.give(asking, to);
        share.add(asking.held, to);
        Some(to)
    }

    /// Queues a body, and serves the queue once, in case there is room after all.
    pub(super) fn wait(&mut self, age: u64, waiter: Waiter) {
        self.waiters.insert(age, waiter);
        self.is_changed = true;
        self.serve();
    }

    /// Returns the outcome of waiting, if any; otherwise `waker` is used from now on.
    pub(super) fn outcome(&mut self, age: u64, waker: &Waker) -> Option<Outcome> {
        let waiter = self.waiters.get_mut(&age)?;
        if !waiter.waker.will_wake(waker) {
            let other = std::mem::replace(&mut waiter.waker, waker.clone());
            self.woken.push(other);
        }
        waiter.outcome
    }

    /// Removes a body from the queue. Returns what it was given in the meantime.
    pub(super) fn leave(&mut self, age: u64) -> Option<Held> {
        let waiter = self.waiters.remove(&age)?;
        let outcome = waiter.outcome;
        self.is_changed |= outcome.is_none();
        self.left.push(waiter);
        match outcome {
            Some(Outcome::Given(held)) => Some(held),
            _ => None,
        }
    }

    /// Serves the waiting bodies, if resources may have become free.
    pub(super) fn serve(&mut self) {
        if !std::mem::take(&mut self.is_changed) || self.waiters.is_empty() {
            return;
        }
        let mut waiters = std::mem::take(&mut self.waiters);
        let (mut bars, mut full) = (Bars::default(), BTreeSet::new());
        for waiter in waiters
            .values_mut()
            .filter(|waiter| waiter.outcome.is_none())
        {
            let asking = waiter.asking();
            if full.contains(&asking.usage.connection) {
                continue;
            }
            if let Some(to) = self.pools.place(&asking, bars, true) {
                let to = self.pools.give(&asking, to);
                waiter.share.add(waiter.held, to);
                waiter.outcome = Some(Outcome::Given(to));
                self.woken.push(waiter.waker.clone());
            } else if self.pools.place(&asking, bars, false).is_some() {
                full.insert(asking.usage.connection);
            } else {
                let waits_for = asking.waits_for(&self.pools.memory);
                bars.memory |= waits_for.memory;
                bars.disk |= waits_for.disk;
            }
        }
        self.waiters = waiters;
    }

    /// Ends the waiting of bodies whose time is over.
    pub(super) fn pass(&mut self, time: Duration) {
        for waiter in self.waiters.values_mut() {
            waiter.patience = waiter.patience.saturating_sub(time);
            if waiter.patience.is_zero() && waiter.outcome.is_none() {
                waiter.outcome = Some(Outcome::TooLate);
                self.woken.push(waiter.waker.clone());
                self.is_changed = true;
            }
        }
    }

    /// Takes the wakers to wake and the waiters to drop, both without the lock.
    pub(super) fn dismissed(&mut self) -> (Vec<Waker>, Vec<Waiter>) {
        (
            std::mem::take(&mut self.woken),
            std::mem::take(&mut self.left),
        )
    }
}
