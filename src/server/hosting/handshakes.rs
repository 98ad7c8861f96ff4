//! Connections that have not reached their protocol yet: a limit on their number.
//!
//! They are cheap to open and say nothing about their client, so at the limit the oldest one is closed for the next: a
//! client that does its part needs milliseconds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use crate::gateway::Signal;

#[derive(Debug, Default)]
pub(in crate::server) struct Handshakes(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    /// The signals to give up, the oldest first.
    signals: BTreeMap<u64, Signal>,
}

impl Handshakes {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one more; beyond `most`, the oldest must give up.
    pub(super) fn begin(self: &Arc<Self>, most: usize) -> Handshake {
        let mut waiting = self.waiting();
        if waiting.signals.len() >= most.max(1)
            && let Some((_, oldest)) = waiting.signals.pop_first()
        {
            oldest.set();
        }
        let (id, given_up) = (waiting.next, Signal::new());
        waiting.next += 1;
        waiting.signals.insert(id, given_up.clone());
        Handshake {
            all: Arc::clone(self),
            id,
            given_up,
        }
    }
}

/// A connection among them, until it is dropped.
pub(super) struct Handshake {
    all: Arc<Handshakes>,
    id: u64,
    /// Set when it must make room.
    pub(super) given_up: Signal,
}

impl Drop for Handshake {
    fn drop(&mut self) {
        self.all.waiting().signals.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_limit_the_oldest_gives_up() {
        let all = Arc::<Handshakes>::default();
        let (first, second) = (all.begin(2), all.begin(2));
        assert!(!first.given_up.is_set(), "two are allowed");
        let third = all.begin(2);
        assert!(
            first.given_up.is_set() && !second.given_up.is_set(),
            "one more"
        );
        drop(second);
        let fourth = all.begin(2);
        assert!(
            !third.given_up.is_set() && !fourth.given_up.is_set(),
            "a place was free"
        );
    }
}
