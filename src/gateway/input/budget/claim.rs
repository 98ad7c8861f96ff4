//! The share of one body in a budget, and how it gets more.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Limits;

use super::Share;
use super::place::Asking;
use super::place::Held;
use super::place::LITTLE;
use super::place::Need;
use super::place::Sizes;
use super::queue::Outcome;
use super::queue::State;
use super::queue::Waiter;

/// Seconds after which a client may try again.
const RETRY_AFTER: u64 = 5;

#[derive(Clone, Copy, Debug)]
pub(super) enum Holding {
    Memory,
    Disk,
}

/// Memory or disk space, released on drop.
#[derive(Debug)]
pub(crate) struct Hold {
    share: Arc<Share>,
    kind: Holding,
    bytes: AtomicU64,
}

impl Hold {
    fn nothing(share: &Arc<Share>, kind: Holding) -> Self {
        Self {
            share: Arc::clone(share),
            kind,
            bytes: AtomicU64::new(0),
        }
    }

    /// Takes memory that is known to be free.
    pub(super) fn memory(state: &mut State, share: &Arc<Share>, bytes: u64) -> Self {
        state.pools.memory.add(bytes);
        share.memory.fetch_add(bytes, Ordering::Relaxed);
        Self {
            share: Arc::clone(share),
            kind: Holding::Memory,
            bytes: AtomicU64::new(bytes),
        }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    fn set(&self, bytes: u64) {
        self.bytes.store(bytes, Ordering::Relaxed);
    }

    /// Releases everything above `bytes`.
    pub(crate) fn shrink(&self, bytes: u64) {
        if self.bytes() > bytes {
            self.share.total.change(|state| self.trim(state, bytes));
        }
    }

    /// Releases everything above `bytes`, under the lock.
    fn trim(&self, state: &mut State, bytes: u64) {
        let more = self.bytes().saturating_sub(bytes);
        self.share.take_back(state, self.kind, more);
        self.set(self.bytes() - more);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shrink(0);
    }
}

/// The resources that a body holds or waits for while it is received.
#[derive(Debug)]
pub(crate) struct Claim {
    share: Arc<Share>,
    /// Its place in the queue; 0 before its first request.
    age: u64,
    is_waiting: bool,
    held: Held,
    memory: Hold,
    /// Shared with the file.
    disk: Option<Arc<Hold>>,
}

impl Claim {
    pub(super) fn new(share: &Arc<Share>) -> Self {
        Self {
            share: Arc::clone(share),
            age: 0,
            is_waiting: false,
            held: Held::default(),
            memory: Hold::nothing(share, Holding::Memory),
            disk: None,
        }
    }

    /// Whether it goes to disk.
    pub(crate) fn is_spooled(&self) -> bool {
        self.held.spooled
    }

    /// The bytes of memory that it holds.
    pub(crate) fn memory(&self) -> u64 {
        self.held.memory
    }

    /// The disk space of its file.
    pub(crate) fn disk(&self) -> Option<Arc<Hold>> {
        self.disk.clone()
    }

    fn covers(&self, need: &Need) -> bool {
        if self.held.spooled {
            need.base.saturating_add(need.length) <= self.held.disk
        } else {
            need.length <= self.held.memory
        }
    }

    /// Ready when the body holds what it needs, in memory or on disk.
    ///
    /// # Errors
    ///
    /// `413` if no connection may hold so much, `503` if it has waited too long or too many bodies wait.
    pub(crate) fn poll(
        &mut self,
        need: Need,
        limits: &Limits,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        while !self.covers(&need) {
            let asking = Asking {
                sizes: Sizes::of(limits),
                usage: self.share.usage(),
                held: self.held,
                need,
            };
            if let Some((part, setting)) = asking.never() {
                return Poll::Ready(Err(too_large(part, setting)));
            }
            let patience = limits.body_idle();
            let total = Arc::clone(&self.share.total);
            let polled = total.change(|state| self.poll_in(state, asking, patience, context));
            if !ready!(polled) {
                return Poll::Ready(Err(used_up(&asking)));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Ready when the request was granted (`true`) or failed (`false`).
    fn poll_in(
        &mut self,
        state: &mut State,
        asking: Asking,
        patience: Duration,
        context: &Context<'_>,
    ) -> Poll<bool> {
        if !self.is_waiting {
            // Read again, now under the lock.
            let usage = self.share.usage();
            let asking = Asking { usage, ..asking };
            if self.age == 0 {
                self.age = state.next_age();
            }
            if !state.is_waited_for()
                && let Some(held) = state.give(&self.share, &asking)
            {
                self.hold(held);
                return Poll::Ready(true);
            }
            if !self.share.total.is_timed(state) {
                return Poll::Ready(false);
            }
            self.wait(state, asking, patience, context);
        }
        let outcome = state.outcome(self.age, context.waker());
        // Too many bodies wait: this one cannot join.
        if outcome.is_none() && !state.is_overrun() {
            return Poll::Pending;
        }
        self.stop_waiting_in(state);
        Poll::Ready(matches!(outcome, Some(Outcome::Given(_))))
    }

    fn wait(
        &mut self,
        state: &mut State,
        asking: Asking,
        patience: Duration,
        context: &Context<'_>,
    ) {
        let waiter = Waiter {
            share: Arc::clone(&self.share),
            sizes: asking.sizes,
            held: asking.held,
            need: asking.need,
            waker: context.waker().clone(),
            patience,
            outcome: None,
        };
        state.wait(self.age, waiter);
        self.is_waiting = true;
    }

    /// Leaves the queue, so that later bodies need not wait for it while no task reads it.
    pub(crate) fn stop_waiting(&mut self) {
        if self.is_waiting {
            let total = Arc::clone(&self.share.total);
            total.change(|state| self.stop_waiting_in(state));
        }
    }

    fn stop_waiting_in(&mut self, state: &mut State) {
        self.is_waiting = false;
        if let Some(held) = state.leave(self.age) {
            self.hold(held);
        }
    }

    fn hold(&mut self, held: Held) {
        self.held = held;
        self.memory.set(held.memory);
        if held.disk > 0 {
            let new = || Arc::new(Hold::nothing(&self.share, Holding::Disk));
            self.disk.get_or_insert_with(new).set(held.disk);
        }
    }

    /// Its bytes in memory have been written: it keeps the memory for the next step only.
    pub(crate) fn written(&mut self, limits: &Limits) {
        if self.held.memory > LITTLE {
            let total = Arc::clone(&self.share.total);
            total.change(|state| {
                let step = Sizes::of(limits).step(&state.pools.memory);
                self.memory.trim(state, step);
            });
            self.held.memory = self.memory.bytes();
        }
    }

    /// The body is complete: keeps only the bytes in use.
    pub(crate) fn settle(&mut self, memory: u64, disk: u64) {
        let held = self.held;
        let grows = held.memory_ticket.is_some() || held.disk_ticket.is_some();
        if grows || held.memory > memory || held.disk > disk {
            let total = Arc::clone(&self.share.total);
            total.change(|state| {
                self.end(state);
                self.memory.trim(state, memory);
                if let Some(hold) = &self.disk {
                    hold.trim(state, disk);
                }
            });
            self.held.memory = self.memory.bytes();
            self.held.disk = held.disk.min(disk);
        }
    }

    fn end(&mut self, state: &mut State) {
        state.pools.memory.end(self.held.memory_ticket.take());
        state.pools.disk.end(self.held.disk_ticket.take());
        state.change();
    }

    /// Hands over its memory to the new owner of the content.
    pub(crate) fn take_memory(&mut self) -> Hold {
        self.held.memory = 0;
        let nothing = Hold::nothing(&self.share, Holding::Memory);
        std::mem::replace(&mut self.memory, nothing)
    }
}

#[cfg(test)]
impl Claim {
    pub(super) fn held_on_disk(&self) -> u64 {
        self.held.disk
    }
}

/// For files that are stored one after the other.
#[cfg(feature = "multipart")]
impl Claim {
    /// Creates the claim for the next content, which shares the file, if there is one.
    pub(crate) fn next(&self) -> Self {
        let mut next = Self::new(&self.share);
        next.held.disk = self.held.disk;
        next.disk.clone_from(&self.disk);
        next
    }
}

/// A finished body no longer holds resources back from others.
impl Drop for Claim {
    fn drop(&mut self) {
        let held = self.held;
        if self.is_waiting || held.memory_ticket.is_some() || held.disk_ticket.is_some() {
            let total = Arc::clone(&self.share.total);
            total.change(|state| {
                self.stop_waiting_in(state);
                self.end(state);
            });
        }
    }
}

fn too_large(part: u64, setting: &str) -> Error {
    Error::content_too_large().with_message(format!(
        "the body is longer than {part} bytes, which is all that one connection may hold (limit `{setting}`)"
    ))
}

fn used_up(asking: &Asking) -> Error {
    let Asking { held, need, .. } = asking;
    let fits = !held.spooled && need.length <= need.memory_bytes;
    let settings = match (fits, asking.can_spool()) {
        (_, false) => "limit `budget_memory_bytes`",
        (false, true) => "limit `budget_disk_bytes`",
        (true, true) => "limits `budget_memory_bytes` and `budget_disk_bytes`",
    };
    Error::service_unavailable(RETRY_AFTER).with_message(format!(
        "the server holds as many bytes of request bodies as it may ({settings})"
    ))
}
