//! The watchman of a pool, which finds out that workers are blocked.

use std::sync::Arc;
use std::sync::PoisonError;
use std::thread;
use std::time::Duration;

use crate::server::workers::threads::LONG;
use crate::server::workers::threads::State;
use crate::server::workers::threads::Threads;
use crate::server::workers::threads::Waiting;

/// The interval of the watchman, and how many intervals it continues without work.
const TICK: Duration = Duration::from_millis(1);
const QUIET_TICKS: u32 = 50;

/// The number of intervals without a job taken after which workers with short jobs are considered blocked. Before that,
/// they may only be waiting for a core.
const PATIENCE: u32 = 3;

impl Threads {
    pub(super) fn set_watch(self: &Arc<Self>, state: &mut State) {
        state.watching = true;
        if state.watchman {
            self.work.notify_one();
        } else {
            let threads = Arc::clone(self);
            let name = "rustzeug-watch".to_owned();
            state.watchman = thread::Builder::new()
                .name(name)
                .spawn(move || threads.watch())
                .is_ok();
            state.watching = state.watchman;
        }
    }

    /// The work of the watchman.
    fn watch(self: Arc<Self>) {
        let (mut quiet, mut still, mut taken, mut done) = (0, 0, 0, Vec::new());
        let mut state = self.state();
        while !state.closed {
            if !state.watching {
                quiet = 0;
                let resting = |state: &mut State| !state.watching && !state.closed;
                state = self
                    .work
                    .wait_while(state, resting)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            drop(state);
            thread::sleep(TICK);
            state = self.state();
            still = if taken == state.taken { still + 1 } else { 0 };
            taken = state.taken;
            let nothing = state.queue.is_empty() && state.done.is_empty();
            quiet = if nothing { quiet + 1 } else { 0 };
            state.watching = quiet < QUIET_TICKS;
            self.relieve(&mut state, still);
            if still > 0 {
                state = self.tell(state, &mut done);
            }
        }
    }

    /// Wakes or starts missing workers; no job was taken for `still` intervals.
    fn relieve(self: &Arc<Self>, state: &mut State, still: u32) {
        let Some(front) = state.queue.front() else {
            return;
        };
        if front.since.elapsed() < TICK {
            return;
        }
        let waiting = state.queue.len();
        let awake = state.workers - state.idle;
        let times = |duration: Duration, count| duration * u32::try_from(count).unwrap_or(u32::MAX);
        let long = state.pace > LONG;
        // A turn that goes on has not woken these yet.
        let overdue = std::mem::take(&mut state.missing);
        let stuck = still >= if long || overdue > 0 { 1 } else { PATIENCE };
        // The awake workers need longer than an interval for the queue.
        let slow = long && times(state.pace, waiting) > times(TICK, awake);
        // Half as many again and one, not one for each waiting job: the jobs may be done in a moment.
        let missing = if stuck || slow { awake / 2 + 1 } else { 0 };
        let missing = missing.max(overdue).min(waiting);
        for _ in 0..missing {
            if state.idle > 0 {
                self.call(state);
            } else if !self.has_room(state) {
                return self.rescue(state);
            } else if !self.start_worker(state) {
                return;
            }
        }
    }

    /// Starts a worker beyond the limit for a handler that occupies no other worker, so that handlers that are stuck do
    /// not stop others. It ends after this job.
    fn rescue(self: &Arc<Self>, state: &mut State) {
        let is_alone = |waiting: &Waiting| waiting.is_alone();
        let Some(index) = state.queue.iter().position(is_alone) else {
            return;
        };
        if let Some(alone) = state.queue.remove(index) {
            state.queue.push_front(alone);
            self.start_worker(state);
        }
    }
}
