//! Threads that lead lanes instead of taking jobs.
//!
//! The threads are interchangeable. An idle worker may be called to lead a lane whose leader is stuck in a job. The
//! stuck thread counts as a worker from then on, and becomes one when its job ends. So the limit on workers applies to
//! all threads in which jobs run, and the number of threads does not grow.

use std::sync::Arc;
use std::sync::MutexGuard;
use std::sync::atomic::Ordering;

use crate::server::workers::threads::State;
use crate::server::workers::threads::Threads;

impl Threads {
    /// Counts a thread that no longer leads as an ordinary worker.
    pub(in crate::server) fn return_leader(&self) {
        // There is none if the lane has ended.
        let less = |deposed: usize| deposed.checked_sub(1);
        let (store, load) = (Ordering::Relaxed, Ordering::Relaxed);
        let _ = self.deposed.fetch_update(store, load, less);
    }

    /// Returns whether another worker may be started.
    pub(super) fn has_room(&self, state: &State) -> bool {
        self.occupied(state) < self.max_workers
    }

    /// Returns whether a worker must end, because there are too many.
    pub(super) fn is_crowded(&self, state: &State) -> bool {
        self.occupied(state) > self.max_workers
    }

    fn occupied(&self, state: &State) -> usize {
        state.workers + self.deposed.load(Ordering::Relaxed)
    }

    /// Leads the lanes that have no leader. The thread is not a worker in the meantime.
    pub(super) fn lead<'s>(
        self: &'s Arc<Self>,
        mut state: MutexGuard<'s, State>,
    ) -> MutexGuard<'s, State> {
        while let Some(lead) = state.leaderless.pop_front() {
            state.workers -= 1;
            drop(state);
            lead();
            state = self.state();
            state.workers += 1;
            self.return_leader();
        }
        state
    }
}
