//! Calls that wait for the end of a turn of an event loop.
//!
//! A runtime of the server tells when one of its threads has no more tasks to poll: then its turn ends. The turn of a
//! lane also ends when its leader leaves the runtime to run jobs. A worker that is woken earlier would compete with the
//! event loop for its core, and would find one job only. So workers are woken at the end of the turn, for all its jobs.

use std::cell::Cell;
use std::cell::RefCell;
use std::sync::Arc;

/// What is called at the end of a turn.
pub(super) trait EndOfTurn {
    fn turn_ends(self: Arc<Self>);
}

thread_local! {
    /// Whether this thread tells the ends of its turns. It still does so if it has left its runtime in
    /// `block_in_place`: then the watchman of the pool wakes the workers.
    static HAS_TURNS: Cell<bool> = const { Cell::new(false) };
    /// What the turn has to call: nearly always nothing or one pool.
    static WAITING: RefCell<Vec<Arc<dyn EndOfTurn>>> = const { RefCell::new(Vec::new()) };
}

/// A turn of this thread ends, and the next one begins. A runtime calls it before the thread sleeps.
pub(in crate::server) fn end() {
    HAS_TURNS.set(true);
    tell();
}

/// Turns of this thread, until it is dropped.
pub(in crate::server) struct Turns(());

impl Turns {
    pub(in crate::server) fn begin() -> Self {
        HAS_TURNS.set(true);
        Self(())
    }
}

impl Drop for Turns {
    fn drop(&mut self) {
        HAS_TURNS.set(false);
        tell();
    }
}

fn tell() {
    while let Some(called) = WAITING.with_borrow_mut(Vec::pop) {
        called.turn_ends();
    }
}

/// Calls a pool at the end of the turn, once. `false` if this thread has no turns.
pub(super) fn call_at_end<T: EndOfTurn + 'static>(called: &Arc<T>) -> bool {
    if !HAS_TURNS.get() {
        return false;
    }
    WAITING.with_borrow_mut(|calls| {
        let is_known =
            |known: &Arc<dyn EndOfTurn>| std::ptr::addr_eq(Arc::as_ptr(known), Arc::as_ptr(called));
        if !calls.iter().any(is_known) {
            calls.push(Arc::clone(called) as Arc<dyn EndOfTurn>);
        }
    });
    true
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering;

    use super::*;

    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Counting {
        fn calls(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    impl EndOfTurn for Counting {
        fn turn_ends(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn it_is_called_once_for_a_turn_and_only_where_there_are_turns() {
        let counting = Arc::<Counting>::default();
        assert!(
            !call_at_end(&counting),
            "nobody tells the end of a turn here"
        );
        end();
        assert!(call_at_end(&counting) && call_at_end(&counting));
        assert_eq!(counting.calls(), 0, "the turn goes on");
        end();
        end();
        assert_eq!(counting.calls(), 1);
    }

    #[test]
    fn two_pools_are_both_called() {
        let (one, other) = <(Arc<Counting>, Arc<Counting>)>::default();
        end();
        assert!(call_at_end(&one) && call_at_end(&other) && call_at_end(&one));
        end();
        assert_eq!((one.calls(), other.calls()), (1, 1));
    }

    #[test]
    fn turns_end_when_the_thread_does_something_else() {
        let counting = Arc::<Counting>::default();
        let turns = Turns::begin();
        assert!(call_at_end(&counting));
        drop(turns);
        assert_eq!(counting.calls(), 1);
        assert!(!call_at_end(&counting));
    }
}
