//! Worker threads for blocking handlers.
//!
//! One queue, few awake threads. A job handed over is cheap while a worker is awake to take
//! it: nobody is woken then, and the worker goes from job to job without sleeping. That is
//! right for jobs that take microseconds and wrong for jobs that wait, so a watchman looks at
//! the queue every millisecond while there is work: when nobody takes from it, all workers
//! are stuck, and as many more are woken or started as jobs are waiting.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::gateway::Job;
use crate::gateway::Limits;
use crate::gateway::Workers;

/// A worker that took a job this long ago and no other since is taken to be stuck in it.
const STUCK: Duration = Duration::from_micros(50);

/// A job that has waited this long wants another core, if one is free.
const LATE: Duration = Duration::from_micros(200);

/// How often the watchman looks, and how long he goes on without having seen work.
const TICK: Duration = Duration::from_millis(1);
const QUIET_TICKS: u32 = 50;

pub(super) struct Pool(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Idle workers wait here for a call.
    called: Condvar,
    /// The watchman waits here for work.
    work: Condvar,
    cores: usize,
    max_workers: usize,
    max_queued: usize,
    max_writers: usize,
    idle_time: Duration,
    writers: AtomicUsize,
}

struct State {
    queue: VecDeque<(Arc<dyn Job>, Instant)>,
    workers: usize,
    /// Workers that sleep, and have not been called.
    idle: usize,
    /// Calls that no worker has answered yet.
    calls: usize,
    last_taken: Instant,
    /// How long a job keeps a worker, on average over the last few.
    pace: Duration,
    watchman: bool,
    watching: bool,
    closed: bool,
}

impl Pool {
    pub(super) fn new(limits: &Limits) -> Self {
        let state = State {
            queue: VecDeque::new(),
            workers: 0,
            idle: 0,
            calls: 0,
            last_taken: Instant::now(),
            pace: Duration::ZERO,
            watchman: false,
            watching: false,
            closed: false,
        };
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            called: Condvar::new(),
            work: Condvar::new(),
            cores: thread::available_parallelism().map_or(1, usize::from),
            max_workers: limits.workers().max(1),
            max_queued: limits.queued_jobs(),
            max_writers: limits.body_writers(),
            idle_time: limits.worker_idle(),
            writers: AtomicUsize::new(0),
        }))
    }
}

impl Workers for Pool {
    fn submit(&self, job: Arc<dyn Job>) -> bool {
        let now = Instant::now();
        let mut state = self.0.state();
        if state.queue.len() >= self.0.max_queued {
            return false;
        }
        state.queue.push_back((job, now));
        if state.workers == 0 {
            if !self.0.start_worker(&mut state) {
                state.queue.pop_back();
                return false;
            }
        } else if state.idle > 0 {
            let all_asleep = state.idle == state.workers;
            if all_asleep || now.saturating_duration_since(state.last_taken) > STUCK {
                // Counts as taken, so that the next job does not call another one at once.
                state.last_taken = now;
                self.0.call(&mut state);
            }
        }
        if !state.watching {
            self.0.set_watch(&mut state);
        }
        true
    }

    fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
        let shared = Arc::clone(&self.0);
        if shared.writers.fetch_add(1, Ordering::Relaxed) >= shared.max_writers {
            shared.writers.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        let writer = move || {
            job.run();
            shared.writers.fetch_sub(1, Ordering::Relaxed);
        };
        let started = thread::Builder::new()
            .name("rustzeug-writer".to_owned())
            .spawn(writer)
            .is_ok();
        if !started {
            self.0.writers.fetch_sub(1, Ordering::Relaxed);
        }
        started
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.called.notify_all();
        self.0.work.notify_all();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes one idle worker.
    fn call(&self, state: &mut State) {
        state.idle -= 1;
        state.calls += 1;
        self.called.notify_one();
    }

    fn start_worker(self: &Arc<Self>, state: &mut State) -> bool {
        let shared = Arc::clone(self);
        let name = "rustzeug-worker".to_owned();
        let started = thread::Builder::new()
            .name(name)
            .spawn(move || shared.work())
            .is_ok();
        state.workers += usize::from(started);
        started
    }

    fn set_watch(self: &Arc<Self>, state: &mut State) {
        state.watching = true;
        if state.watchman {
            self.work.notify_one();
        } else {
            let shared = Arc::clone(self);
            let name = "rustzeug-watch".to_owned();
            state.watchman = thread::Builder::new()
                .name(name)
                .spawn(move || shared.watch())
                .is_ok();
            state.watching = state.watchman;
        }
    }

    /// What a worker does, until there has been nothing to do for long.
    fn work(self: Arc<Self>) {
        let mut state = self.state();
        let mut taken = None;
        loop {
            let Some((job, _)) = state.queue.pop_front() else {
                taken = None;
                match self.sleep(state) {
                    Some(awake) => state = awake,
                    None => return,
                }
                continue;
            };
            let now = Instant::now();
            if let Some(taken) = taken.replace(now) {
                state.pace = (state.pace * 7 + now.saturating_duration_since(taken)) / 8;
            }
            state.last_taken = now;
            self.share(&mut state);
            drop(state);
            job.run();
            // Not under the lock: it may hold the last of something.
            drop(job);
            state = self.state();
        }
    }

    /// Gets help where jobs wait for long and a core may be free.
    fn share(self: &Arc<Self>, state: &mut State) {
        let awake = state.workers - state.idle;
        let Some((_, since)) = state.queue.front() else {
            return;
        };
        if awake >= self.cores || state.last_taken.saturating_duration_since(*since) < LATE {
            return;
        }
        if state.idle > 0 {
            self.call(state);
        } else if state.workers < self.max_workers {
            self.start_worker(state);
        }
    }

    /// Sleeps until called; `None` when the worker is to end.
    fn sleep<'s>(&'s self, mut state: MutexGuard<'s, State>) -> Option<MutexGuard<'s, State>> {
        state.idle += 1;
        let uncalled = |state: &mut State| state.calls == 0 && !state.closed;
        let (mut state, _) = self
            .called
            .wait_timeout_while(state, self.idle_time, uncalled)
            .unwrap_or_else(PoisonError::into_inner);
        if state.calls > 0 {
            state.calls -= 1;
            return Some(state);
        }
        state.idle -= 1;
        if state.closed && !state.queue.is_empty() {
            return Some(state);
        }
        state.workers -= 1;
        None
    }

    /// What the watchman does.
    fn watch(self: Arc<Self>) {
        let mut quiet = 0;
        let mut state = self.state();
        loop {
            if state.closed {
                return;
            }
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
            quiet = if state.queue.is_empty() { quiet + 1 } else { 0 };
            state.watching = quiet < QUIET_TICKS;
            self.relieve(&mut state);
        }
    }

    /// Calls or starts as many workers as are missing.
    fn relieve(self: &Arc<Self>, state: &mut State) {
        let Some((_, since)) = state.queue.front() else {
            return;
        };
        let now = Instant::now();
        if now.saturating_duration_since(*since) < TICK {
            return;
        }
        let waiting = state.queue.len();
        let awake = state.workers - state.idle;
        let missing = if now.saturating_duration_since(state.last_taken) > TICK / 2 {
            // Nobody takes any: all are stuck.
            waiting
        } else if state.pace * u32::try_from(waiting).unwrap_or(u32::MAX)
            > TICK * u32::try_from(awake).unwrap_or(1)
        {
            // Those that are awake need longer for the queue than a tick.
            waiting.min(awake / 2 + 1)
        } else {
            0
        };
        for _ in 0..missing {
            if state.idle > 0 {
                self.call(state);
            } else if state.workers >= self.max_workers || !self.start_worker(state) {
                return;
            }
        }
    }
}
