//! How jobs come into a pool, and whether a worker is woken or started for them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use crate::gateway::Job;
use crate::server::workers::history::History;
use crate::server::workers::threads::Home;
use crate::server::workers::threads::State;
use crate::server::workers::threads::TOGETHER;
use crate::server::workers::threads::Threads;
use crate::server::workers::threads::Waiting;
use crate::server::workers::turns;
use crate::server::workers::turns::EndOfTurn;

/// If a worker took its last job this long ago, it is considered blocked.
const STUCK: Duration = Duration::from_micros(50);

/// The end of a turn is not waited for if so many workers are missing. Otherwise functions that begin together and wait
/// for the same time would end together too, and the core would be idle in the meantime.
const MANY: usize = 8;

impl Threads {
    /// Counts one more job that waits, unless `most` do already.
    pub(in crate::server) fn waits(&self, most: usize) -> bool {
        let has_room = self.waiting.fetch_add(1, Ordering::Relaxed) < most;
        if !has_room {
            self.no_longer_waits();
        }
        has_room
    }

    /// Counts one less.
    pub(in crate::server) fn no_longer_waits(&self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// Adds a job to the queue, unless `most` jobs wait already.
    pub(in crate::server) fn submit(
        self: &Arc<Self>,
        job: Arc<dyn Job>,
        home: Option<Arc<dyn Home>>,
        most: usize,
    ) -> bool {
        self.waits(most) && self.put(job, home)
    }

    /// Adds a job that counts as waiting already. `false` if there is no thread for it.
    pub(in crate::server) fn put(
        self: &Arc<Self>,
        job: Arc<dyn Job>,
        home: Option<Arc<dyn Home>>,
    ) -> bool {
        let mut state = self.state();
        let has_thread = self.push(&mut state, job, home);
        if !has_thread && let Some(Waiting { job, .. }) = state.queue.pop_back() {
            self.no_longer_waits();
            if let Some(origin) = job.origin() {
                History::update(origin, History::release);
            }
        }
        let are_many = state.missing >= MANY;
        drop(state);
        if are_many {
            self.add_missing();
        }
        has_thread
    }

    /// Adds a job to the queue, and wakes or starts a thread if it needs one. `false` if none can be started.
    fn push(
        self: &Arc<Self>,
        state: &mut State,
        job: Arc<dyn Job>,
        home: Option<Arc<dyn Home>>,
    ) -> bool {
        // A job behind others counts as old as they are; this saves a reading of the clock.
        let first = state.queue.is_empty();
        let behind = state
            .queue
            .back()
            .map(|last| last.since.max(state.last_taken));
        let now = behind.unwrap_or_else(Instant::now);
        let since = now;
        let history = job
            .origin()
            .map(|origin| History::update(origin, History::hold));
        state.queue.push_back(Waiting { job, since, home });
        if !state.watching {
            self.set_watch(state);
        }
        if state.workers <= state.leaderless.len() {
            // Without room for a worker, a deposed leader takes the job when it becomes a worker.
            return !self.has_room(state) || self.start_worker(state);
        }
        if let Some(waits) = history.filter(|history| history.is_pooled()) {
            self.provide(state, waits, now);
        } else if state.idle > 0 && (first || state.idle == state.workers) {
            self.call_for_first(state, now);
        } else if state.idle > 0 && state.queue.len() == TOGETHER {
            // A long turn does not delay so many.
            state.missing = state.missing.saturating_sub(1);
            self.call(state);
        }
        true
    }

    /// Wakes a worker for the first job in the queue, unless one is awake that will take it. Every thread on which jobs
    /// come in does so while all workers sleep: its turn may end before that of another.
    fn call_for_first(self: &Arc<Self>, state: &mut State, now: Instant) {
        let all_asleep = state.idle == state.workers;
        if !all_asleep && now.saturating_duration_since(state.last_taken) <= STUCK {
            return;
        }
        if self.register_for_end() {
            state.missing = state.missing.max(1);
        } else {
            self.call(state);
        }
    }

    /// Has workers called at the end of the turn of this thread. `false` if it has no turns.
    fn register_for_end(self: &Arc<Self>) -> bool {
        let by_turns = turns::call_at_end(self);
        self.by_turns.store(by_turns, Ordering::Relaxed);
        by_turns
    }

    /// Provides a worker for each job that waits, since these are known to wait for something. No worker is woken for a
    /// job if another one will have ended its job by then. If no job was taken lately, all workers may hang.
    ///
    /// A worker that is woken at once would take the core from the event loop, for one job; by the end of the turn, others
    /// have taken some of its jobs.
    fn provide(self: &Arc<Self>, state: &mut State, waits: History, now: Instant) {
        let moves = state.busy > 0 && now.saturating_duration_since(state.last_taken) <= STUCK;
        let end_soon = if moves { waits.end_soon() } else { 0 };
        let (provided, waiting) = (state.awake() + end_soon, state.queue.len());
        if provided >= waiting {
            return;
        }
        if !self.register_for_end() {
            return self.add_worker(state);
        }
        // Workers may have taken jobs in the meantime for which others are missing.
        state.missing = state.missing.min(waiting - 1);
        if provided + state.missing >= waiting {
            return;
        }
        state.missing += 1;
    }

    /// Adds the missing workers.
    fn add_missing(self: &Arc<Self>) {
        let mut state = self.state();
        let without = state.queue.len().saturating_sub(state.awake());
        let missing = std::mem::take(&mut state.missing).min(without);
        let called = missing.min(state.idle);
        state.idle -= called;
        state.calls += called;
        // A worker that wakes needs the lock.
        drop(state);
        for _ in 0..called {
            self.called.notify_one();
        }
        for _ in called..missing {
            let mut state = self.state();
            if state.queue.is_empty() || !self.has_room(&state) {
                return;
            }
            self.start_worker(&mut state);
        }
    }
}

#[cfg(feature = "hosting")]
impl Threads {
    /// Adds a job that was accepted by a lane. It is not lost if there is no thread for it now: the watchman tries
    /// again.
    pub(in crate::server) fn take_over(
        self: &Arc<Self>,
        job: Arc<dyn Job>,
        home: Option<Arc<dyn Home>>,
    ) {
        self.push(&mut self.state(), job, home);
    }
}

impl EndOfTurn for Threads {
    fn turn_ends(self: Arc<Self>) {
        self.add_missing();
    }
}
