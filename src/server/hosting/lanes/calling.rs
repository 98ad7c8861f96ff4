//! Calling threads of the pool to lead lanes.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::server::workers::threads::Lead;
use crate::server::workers::threads::Threads;

impl Threads {
    /// Has a lane led by an idle worker or a new thread. `false` if there is none, and none can be started.
    pub(super) fn call_leader(self: &Arc<Self>, lead: Lead) -> bool {
        let mut state = self.state();
        state.leaderless.push_back(lead);
        if state.idle > 0 {
            self.call(&mut state);
            return true;
        }
        // Beyond the limit on workers: the lane must go on.
        let started = self.start_worker(&mut state);
        if !started {
            state.leaderless.pop_back();
        }
        started
    }

    /// The same for a lane whose leader is stuck in a job. That thread counts as a worker from now on.
    pub(super) fn replace_leader(self: &Arc<Self>, lead: Lead) {
        self.deposed.fetch_add(1, Ordering::Relaxed);
        if !self.call_leader(lead) {
            self.return_leader();
        }
    }
}
