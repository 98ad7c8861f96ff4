//! Calls that wait for the end of a turn of an event loop.
//!
//! A runtime of the server tells when one of its threads has no more tasks to poll: then its turn ends. A worker that is
//! woken before that would compete with the event loop for its core, and would find one job only. So it is woken at the
//! end of the turn, for all jobs of the turn.

use std::cell::Cell;
use std::sync::Arc;

/// What is called at the end of a turn.
pub(super) trait EndOfTurn {
    fn turn_ends(&self);
}

thread_local! {
    /// Whether the runtime of this thread tells the ends of its turns.
    static IS_TOLD: Cell<bool> = const { Cell::new(false) };
    static CALLED: Cell<Option<Arc<dyn EndOfTurn>>> = const { Cell::new(None) };
}

/// A turn of this thread ends. The runtime calls it before the thread sleeps.
pub(in crate::server) fn end() {
    IS_TOLD.set(true);
    if let Some(called) = CALLED.take() {
        called.turn_ends();
    }
}

/// Calls `called` at the end of the turn. `false` if this thread has no turns.
pub(super) fn call_at_end(called: impl FnOnce() -> Arc<dyn EndOfTurn>) -> bool {
    if IS_TOLD.get() {
        CALLED.set(Some(called()));
    }
    IS_TOLD.get()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering;

    use super::*;

    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl EndOfTurn for Counting {
        fn turn_ends(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn it_is_called_once_for_a_turn_and_only_where_there_are_turns() {
        let calls = Arc::<Counting>::default();
        let call = || call_at_end(|| Arc::clone(&calls) as Arc<dyn EndOfTurn>);
        assert!(!call(), "nobody tells the end of a turn here");
        end();
        assert!(call() && call());
        assert_eq!(calls.0.load(Ordering::Relaxed), 0, "the turn goes on");
        end();
        end();
        assert_eq!(calls.0.load(Ordering::Relaxed), 1);
    }
}
