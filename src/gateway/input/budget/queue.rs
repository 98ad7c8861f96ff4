//! Who waits for what is used up, and who is next.
//!
//! Bodies are given what they need in the order in which they first asked for something. Nobody
//! goes past another who waits for the same; but who waits since its own connection has too much
//! holds up that connection alone.

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

/// How many bodies may wait: all of them are looked at whenever one has given something back.
pub(super) const MOST_WAITING: usize = 1024;

/// What is held of a budget, and who waits.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) pools: Pools,
    /// By the age of their bodies.
    waiters: BTreeMap<u64, Waiter>,
    last_age: u64,
    /// There may be something for those who wait.
    is_changed: bool,
    /// To be woken, and dropped, without the lock.
    woken: Vec<Waker>,
    left: Vec<Waiter>,
    /// Somebody looks at the clock for those who wait.
    pub(super) is_timed: bool,
}

/// A body that waits.
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

/// How waiting has ended.
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
    /// An age for a body, which is that of no other.
    pub(super) fn next_age(&mut self) -> u64 {
        self.last_age += 1;
        self.last_age
    }

    pub(super) fn is_waited_for(&self) -> bool {
        !self.waiters.is_empty()
    }

    /// Whether nobody waits, and nobody is to be dismissed.
    pub(super) fn is_quiet(&self) -> bool {
        self.waiters.is_empty() && self.woken.is_empty() && self.left.is_empty()
    }

    pub(super) fn is_overrun(&self) -> bool {
        self.waiters.len() > MOST_WAITING
    }

    /// Something was given back.
    pub(super) fn change(&mut self) {
        self.is_changed = true;
    }

    /// Gives a body what it needs, if there is so much and nobody waits.
    pub(super) fn give(&mut self, share: &Share, asking: &Asking) -> Option<Held> {
        let to = self.pools.place(asking, Bars::default(), true)?;
        let to = self.pools.give(asking, to);
        share.add(asking.held, to);
        Some(to)
    }

    /// Has a body wait, if there is nothing for it after all.
    pub(super) fn wait(&mut self, age: u64, waiter: Waiter) {
        self.waiters.insert(age, waiter);
        self.is_changed = true;
        self.serve();
    }

    /// How waiting has ended, if it has; it goes on with this waker.
    pub(super) fn outcome(&mut self, age: u64, waker: &Waker) -> Option<Outcome> {
        let waiter = self.waiters.get_mut(&age)?;
        if !waiter.waker.will_wake(waker) {
            let other = std::mem::replace(&mut waiter.waker, waker.clone());
            self.woken.push(other);
        }
        waiter.outcome
    }

    /// A body waits no longer; what it was given in the meantime.
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

    /// Gives those who wait what there is for them, if there may be something.
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

    /// Has those give up who have waited too long.
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

    /// Who is to be woken and dropped, without the lock.
    pub(super) fn dismissed(&mut self) -> (Vec<Waker>, Vec<Waiter>) {
        (
            std::mem::take(&mut self.woken),
            std::mem::take(&mut self.left),
        )
    }
}
