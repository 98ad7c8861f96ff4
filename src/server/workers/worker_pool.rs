//! Worker threads for blocking handlers.
//!
//! There is one queue, and few threads are awake. With jobs of microseconds, the queue is cheap, but sleeping and
//! waking are expensive. So no worker is woken for a job while another worker is awake to take it. A worker takes one
//! job after another, and wakes all tasks that wait for results together, when the queue is empty.
//!
//! This is wrong for jobs that wait for something. So there are two more rules. If jobs take long on average, results
//! are delivered at once, and more workers are woken to use other cores. And a watchman thread checks every millisecond
//! while there is work: if no job was taken since its last check, all workers are blocked; then it delivers the
//! results, and wakes or starts half as many workers again.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::task::Waker;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::base::error::Error;
use crate::gateway::ErrorStream;
use crate::gateway::Job;
use crate::gateway::Workers;
use crate::gateway::discard;
use crate::gateway::report;
use crate::server::limits::ServerLimits;
use crate::server::workers::runtime::Surrounding;

/// If a worker took its last job this long ago, it is considered blocked.
const STUCK: Duration = Duration::from_micros(50);

/// A job that has waited this long should run on another core, if one is free.
const LATE: Duration = Duration::from_micros(200);

/// If jobs take longer than this on average, their results are not collected.
const LONG: Duration = Duration::from_micros(10);

/// How often a worker without work yields to other threads before it sleeps.
const LINGER: u32 = 2;

/// The maximum number of results that are delivered together.
const TOGETHER: usize = 64;

/// The interval of the watchman, and how many intervals it continues without work.
const TICK: Duration = Duration::from_millis(1);
const QUIET_TICKS: u32 = 50;

/// The number of intervals without a job taken after which workers with short jobs are considered blocked. Before that,
/// they may only be waiting for a core.
const PATIENCE: u32 = 3;

/// The embedded server's threads for blocking work, for use by other servers: as many as are needed, up to
/// [`ServerLimits::workers`], plus [`ServerLimits::body_writers`].
///
/// They end after it is dropped, when their jobs are done. If it is made inside a tokio runtime and the feature `server`
/// is on, the threads use that runtime: `Handle::current()` works in a plain `fn`.
///
/// ```
/// use rustzeug::gateway::{Blocking, ErrorStream, ServerInfo};
/// use rustzeug::server::{ServerLimits, WorkerPool};
/// use rustzeug::{IntoApplication, Request};
/// use std::sync::Arc;
///
/// let pool = WorkerPool::new(&ServerLimits::default(), &ErrorStream::default());
/// let server_info = ServerInfo::default().with_blocking(Blocking::on(Arc::new(pool)));
/// let app = (|| std::thread::current().name().map(str::to_owned)).into_application();
/// let mut response = Request::blank("/").with_server(server_info).send(&app).wait()?;
/// assert_eq!(response.read_text().wait()?, "rustzeug-worker");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct WorkerPool(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Idle workers wait here to be woken.
    called: Condvar,
    /// The watchman waits here for work.
    work: Condvar,
    cores: usize,
    max_workers: usize,
    max_queued: usize,
    max_writers: usize,
    idle_time: Duration,
    writers: AtomicUsize,
    /// The runtime of the server, which plain functions may use too.
    runtime: Surrounding,
    errors: ErrorStream,
}

struct State {
    queue: VecDeque<(Arc<dyn Job>, Instant)>,
    /// The tasks whose results are ready, to be woken together.
    done: Vec<Waker>,
    workers: usize,
    /// Workers that sleep and have not been woken.
    idle: usize,
    /// The number of wake-ups that no worker has answered yet.
    calls: usize,
    /// The number of jobs taken so far.
    taken: u64,
    last_taken: Instant,
    /// The average time of the last few jobs.
    pace: Duration,
    watchman: bool,
    watching: bool,
    closed: bool,
}

impl WorkerPool {
    /// Makes a pool without threads. Panics of jobs without a waiting task are reported to `errors`.
    #[must_use]
    pub fn new(limits: &ServerLimits, errors: &ErrorStream) -> Self {
        let state = State {
            queue: VecDeque::new(),
            done: Vec::new(),
            workers: 0,
            idle: 0,
            calls: 0,
            taken: 0,
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
            runtime: Surrounding::current(),
            errors: errors.clone(),
        }))
    }
}

impl fmt::Debug for WorkerPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let workers = self.0.state().workers;
        f.debug_struct("WorkerPool")
            .field("workers", &workers)
            .finish_non_exhaustive()
    }
}

impl Workers for WorkerPool {
    fn submit(&self, job: Arc<dyn Job>) -> bool {
        self.0.push(job, self.0.max_queued)
    }

    fn resume(&self, job: Arc<dyn Job>) -> bool {
        self.0.push(job, usize::MAX)
    }

    fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
        let shared = Arc::clone(&self.0);
        if shared.writers.fetch_add(1, Ordering::Relaxed) >= shared.max_writers {
            shared.writers.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        let writer = move || {
            let _within = shared.runtime.enter();
            job.run();
            discard(job, &shared.errors);
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

    fn failed(&self, error: &Error) {
        report(&self.0.errors, None, error);
    }
}

impl Drop for WorkerPool {
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

    /// Adds a job to the queue, unless the queue already has `most` jobs.
    fn push(self: &Arc<Self>, job: Arc<dyn Job>, most: usize) -> bool {
        let mut state = self.state();
        if state.queue.len() >= most {
            return false;
        }
        // A job behind others counts as old as they are; this saves a reading of the clock.
        let first = state.queue.is_empty();
        let behind = state
            .queue
            .back()
            .map(|(_, since)| (*since).max(state.last_taken));
        let now = behind.unwrap_or_else(Instant::now);
        state.queue.push_back((job, now));
        if state.workers == 0 {
            if !self.start_worker(&mut state) {
                state.queue.pop_back();
                return false;
            }
        } else if first && state.idle > 0 {
            let all_asleep = state.idle == state.workers;
            if all_asleep || now.saturating_duration_since(state.last_taken) > STUCK {
                self.call(&mut state);
            }
        }
        if !state.watching {
            self.set_watch(&mut state);
        }
        true
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

    /// The work of a worker, until there has been nothing to do for a long time.
    fn work(self: Arc<Self>) {
        let _within = self.runtime.enter();
        let mut done = Vec::new();
        let mut state = self.state();
        loop {
            state = self.drain(state, &mut done);
            // The tasks that were woken may have more jobs, and need this core to submit them.
            for _ in 0..LINGER {
                if state.queue.is_empty() {
                    drop(state);
                    thread::yield_now();
                    state = self.state();
                }
            }
            if state.queue.is_empty() {
                match self.sleep(state) {
                    Some(awake) => state = awake,
                    None => return,
                }
            }
        }
    }

    /// Takes jobs until none is left, and delivers the results.
    fn drain<'s>(
        self: &'s Arc<Self>,
        mut state: MutexGuard<'s, State>,
        done: &mut Vec<Waker>,
    ) -> MutexGuard<'s, State> {
        let (mut begun, mut count) = (Instant::now(), 0);
        state.last_taken = begun;
        while let Some((job, _)) = state.queue.pop_front() {
            state.taken += 1;
            let long = state.pace > LONG;
            if long {
                self.share(&mut state);
            }
            drop(state);
            let waker = job.run_without_waking();
            // Without the lock, and with panics caught: the job may own the last reference to a value of the
            // application, whose destructor may block or panic.
            discard(job, &self.errors);
            state = self.state();
            state.done.extend(waker);
            count += 1;
            if long || state.queue.is_empty() || state.done.len() >= TOGETHER {
                let now = Instant::now();
                let each = now.saturating_duration_since(begun) / count;
                // A single job that waited for a core does not make the average long.
                state.pace = (state.pace * 7 + each.min(state.pace + LONG)) / 8;
                state.last_taken = now;
                state = self.tell(state, done);
                (begun, count) = (Instant::now(), 0);
            }
        }
        state
    }

    /// Wakes the tasks whose results are ready.
    fn tell<'s>(
        &'s self,
        mut state: MutexGuard<'s, State>,
        done: &mut Vec<Waker>,
    ) -> MutexGuard<'s, State> {
        if state.done.is_empty() {
            return state;
        }
        std::mem::swap(&mut state.done, done);
        drop(state);
        done.drain(..).for_each(Waker::wake);
        self.state()
    }

    /// Wakes another worker if jobs wait long and a core may be free.
    fn share(self: &Arc<Self>, state: &mut State) {
        let awake = state.workers - state.idle;
        let Some((_, since)) = state.queue.front() else {
            return;
        };
        if awake >= self.cores || since.elapsed() < LATE {
            return;
        }
        if state.idle > 0 {
            self.call(state);
        } else if state.workers < self.max_workers {
            self.start_worker(state);
        }
    }

    /// Sleeps until woken; `None` when the worker must end.
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
        let Some((_, since)) = state.queue.front() else {
            return;
        };
        if since.elapsed() < TICK {
            return;
        }
        let waiting = state.queue.len();
        let awake = state.workers - state.idle;
        let times = |duration: Duration, count| duration * u32::try_from(count).unwrap_or(u32::MAX);
        let long = state.pace > LONG;
        let stuck = still >= if long { 1 } else { PATIENCE };
        // The awake workers need longer than an interval for the queue.
        let slow = long && times(state.pace, waiting) > times(TICK, awake);
        // Half as many again, not one for each waiting job: the jobs may be done in a moment.
        let missing = if stuck || slow {
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
