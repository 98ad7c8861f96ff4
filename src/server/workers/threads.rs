//! The threads of a pool: taking jobs, delivering results, sleeping and waking. How jobs come in is elsewhere.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::task::Waker;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::gateway::ErrorStream;
use crate::gateway::Job;
use crate::gateway::discard;
use crate::server::limits::ServerLimits;
use crate::server::workers::history::History;
use crate::server::workers::runtime::Surrounding;
use crate::server::workers::stopwatch::run_in_pool;

/// A job that has waited this long should run on another core, if one is free.
const LATE: Duration = Duration::from_micros(200);

/// If jobs take longer than this on average, their results are not collected.
pub(super) const LONG: Duration = Duration::from_micros(10);

/// How often a worker without work yields to other threads before it sleeps.
const LINGER: u32 = 2;

/// The maximum number of results that are delivered together.
pub(super) const TOGETHER: usize = 64;

/// What the threads of a pool share.
pub(in crate::server) struct Threads {
    state: Mutex<State>,
    /// Idle workers wait here to be woken.
    pub(super) called: Condvar,
    /// The watchman waits here for work.
    pub(super) work: Condvar,
    cores: usize,
    pub(super) max_workers: usize,
    pub(super) max_queued: usize,
    pub(super) max_writers: usize,
    idle_time: Duration,
    /// The number of jobs that wait: in the queue, and on the lanes.
    pub(super) waiting: AtomicUsize,
    /// The thread that submitted last wakes workers at the ends of its turns.
    pub(super) by_turns: AtomicBool,
    pub(super) writers: AtomicUsize,
    /// The number of threads whose lanes have other leaders, and whose jobs still run.
    pub(in crate::server) deposed: AtomicUsize,
    /// The runtime of the server, which plain functions may use too.
    pub(super) runtime: Surrounding,
    pub(in crate::server) errors: ErrorStream,
}

pub(in crate::server) struct State {
    pub(super) queue: VecDeque<Waiting>,
    /// The lanes that wait for a thread to lead them.
    pub(in crate::server) leaderless: VecDeque<Lead>,
    /// The tasks whose results are ready, to be woken together.
    pub(super) done: Vec<Waker>,
    pub(super) workers: usize,
    /// Workers that run a job.
    pub(super) busy: usize,
    /// Workers that sleep and have not been woken.
    pub(in crate::server) idle: usize,
    /// The number of wake-ups that no worker has answered yet.
    pub(super) calls: usize,
    /// The number of workers that are added when the turn of a thread ends that has added jobs.
    pub(super) missing: usize,
    /// The number of jobs taken so far.
    pub(super) taken: u64,
    pub(super) last_taken: Instant,
    /// The average time of the last few jobs.
    pub(super) pace: Duration,
    pub(super) watchman: bool,
    pub(super) watching: bool,
    pub(super) closed: bool,
}

/// Leads a lane, until another thread does or it has ended.
pub(in crate::server) type Lead = Box<dyn FnOnce() + Send>;

/// The place of the task that waits for a job, if it is not the runtime of the server.
pub(in crate::server) trait Home: Send + Sync {
    /// Runs a job inside of its runtime.
    fn run(&self, job: &mut dyn FnMut());

    /// Wakes the task from another thread.
    fn wake(&self, waker: Waker);
}

/// A job in the queue.
pub(super) struct Waiting {
    pub(super) job: Arc<dyn Job>,
    pub(super) since: Instant,
    pub(super) home: Option<Arc<dyn Home>>,
}

impl Threads {
    pub(super) fn new(limits: &ServerLimits, errors: &ErrorStream) -> Self {
        let state = State {
            queue: VecDeque::new(),
            leaderless: VecDeque::new(),
            done: Vec::new(),
            workers: 0,
            busy: 0,
            idle: 0,
            calls: 0,
            missing: 0,
            taken: 0,
            last_taken: Instant::now(),
            pace: Duration::ZERO,
            watchman: false,
            watching: false,
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            called: Condvar::new(),
            work: Condvar::new(),
            cores: thread::available_parallelism().map_or(1, usize::from),
            max_workers: limits.workers().max(1),
            max_queued: limits.queued_jobs(),
            max_writers: limits.body_writers(),
            idle_time: limits.worker_idle(),
            waiting: AtomicUsize::new(0),
            by_turns: AtomicBool::new(false),
            writers: AtomicUsize::new(0),
            deposed: AtomicUsize::new(0),
            runtime: Surrounding::current(),
            errors: errors.clone(),
        }
    }

    pub(in crate::server) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of workers.
    pub(super) fn count(&self) -> usize {
        self.state().workers
    }

    /// Lets the threads end when all jobs are done.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.called.notify_all();
        self.work.notify_all();
    }

    /// Wakes one idle worker.
    pub(in crate::server) fn call(&self, state: &mut State) {
        state.idle -= 1;
        state.calls += 1;
        self.called.notify_one();
    }

    pub(in crate::server) fn start_worker(self: &Arc<Self>, state: &mut State) -> bool {
        let threads = Arc::clone(self);
        let name = "rustzeug-worker".to_owned();
        let started = thread::Builder::new()
            .name(name)
            .spawn(move || threads.work())
            .is_ok();
        state.workers += usize::from(started);
        started
    }

    /// The work of a worker, until there has been nothing to do for a long time.
    fn work(self: Arc<Self>) {
        let _within = self.runtime.enter();
        let mut done = Vec::new();
        let mut state = self.state();
        loop {
            let leads = !state.leaderless.is_empty();
            state = self.lead(state);
            // Its lane may have had a leader already; then there is one worker too many.
            if leads && self.is_crowded(&state) {
                state.workers -= 1;
                return;
            }
            state = self.drain(state, &mut done);
            if self.is_crowded(&state) {
                state.workers -= 1;
                return;
            }
            // The tasks that were woken may have more jobs, and need this core to submit them.
            for _ in 0..LINGER {
                // With jobs that wait, many workers would do this at the same time. At the end of a turn there are no
                // more jobs.
                if state.has_nothing()
                    && state.pace <= LONG
                    && !self.by_turns.load(Ordering::Relaxed)
                {
                    drop(state);
                    thread::yield_now();
                    state = self.state();
                }
            }
            if state.has_nothing() {
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
        while let Some(Waiting { job, home, .. }) = state.queue.pop_front() {
            state.taken += 1;
            state.busy += 1;
            self.no_longer_waits();
            let long = state.pace > LONG;
            if long {
                self.share(&mut state);
            }
            drop(state);
            let waker = self.run(job, home.as_deref());
            state = self.state();
            state.busy -= 1;
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
            if self.is_crowded(&state) {
                return self.tell(state, done);
            }
        }
        state
    }

    /// Runs a job. Returns the task that waits for it, unless its home wakes it.
    fn run(&self, job: Arc<dyn Job>, home: Option<&dyn Home>) -> Option<Waker> {
        let mut job = Some(job);
        let mut waker = None;
        let mut run = || {
            if let Some(job) = job.take() {
                waker = run_in_pool(&*job);
                // Without the lock, and with panics caught: the job may own the last reference to a value of the
                // application, whose destructor may block or panic.
                discard(job, &self.errors);
            }
        };
        let Some(home) = home else {
            run();
            return waker;
        };
        home.run(&mut run);
        if let Some(waker) = waker {
            home.wake(waker);
        }
        None
    }

    /// Wakes the tasks whose results are ready.
    pub(super) fn tell<'s>(
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
        let Some(front) = state.queue.front() else {
            return;
        };
        if awake < self.cores && front.since.elapsed() >= LATE {
            self.add_worker(state);
        }
    }

    /// Wakes a worker, or starts one.
    pub(super) fn add_worker(self: &Arc<Self>, state: &mut State) {
        if state.idle > 0 {
            self.call(state);
        } else if self.has_room(state) {
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
        if !state.has_nothing() {
            return Some(state);
        }
        state.workers -= 1;
        None
    }
}

impl Waiting {
    /// Returns whether no other job of its handler runs or waits.
    pub(super) fn is_alone(&self) -> bool {
        let origin = self.job.origin();
        origin.is_some_and(|origin| History::of(origin).holds_one())
    }
}

impl State {
    fn has_nothing(&self) -> bool {
        self.queue.is_empty() && self.leaderless.is_empty()
    }

    /// The number of workers that will take a job at once.
    pub(super) fn awake(&self) -> usize {
        let occupied = self.idle + self.busy + self.leaderless.len();
        self.workers.saturating_sub(occupied)
    }
}
