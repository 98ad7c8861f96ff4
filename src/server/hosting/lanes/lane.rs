//! One lane: its runtime, its jobs, and the thread that leads it.
//!
//! The runtime lies on a seat while no thread drives it. **A thread leads while it holds the runtime or has left it on
//! the seat**: it takes the runtime, drives it, puts it back, and runs jobs. If it is stuck in a job, another thread
//! takes the runtime from the seat, and leads. When the first thread comes back, it finds the seat empty, and so knows
//! that it has been replaced; or it finds the runtime there, because the other thread is running jobs, and leads again.
//! Both are right, because all facts about a lane are behind one lock.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::task::Waker;
use std::time::Instant;

use tokio::runtime::Builder;
use tokio::runtime::Handle;
use tokio::runtime::Runtime;

use crate::gateway::EventLoop;
use crate::gateway::Job;
use crate::gateway::Origin;
use crate::gateway::name_of;
use crate::server::hosting::lanes::stall::Asked;
use crate::server::hosting::lanes::stall::blocked;
use crate::server::hosting::lanes::watchman::Watchman;
use crate::server::workers::history::History;
use crate::server::workers::threads::Home;
use crate::server::workers::threads::Threads;
use crate::server::workers::turns;

/// A leader is stuck if it has been in the same job at this number of checks after the first, which are a millisecond
/// apart. A job of another handler waits for two to three milliseconds then, and it happens once per handler that waits.
const STUCK: u32 = 2;

pub(super) struct Lane {
    state: Mutex<State>,
    /// The end of the server is waited for here.
    pub(super) ended: Condvar,
    runtime: Handle,
    /// The threads that lead it, and run what it cannot run.
    pub(super) threads: Arc<Threads>,
    pub(super) watchman: Arc<Watchman>,
    pub(super) asked: Asked,
    /// The number of the code that is polled.
    polled: AtomicU32,
}

pub(super) struct State {
    /// The runtime, while no thread drives it.
    pub(super) seat: Option<Seat>,
    pub(super) queue: VecDeque<Arc<dyn Job>>,
    /// The tasks whose results are ready.
    pub(super) done: Vec<Waker>,
    /// Calls the leader out of the runtime.
    pub(super) call: Option<Waker>,
    /// The number of jobs taken so far.
    pub(super) taken: u64,
    /// The job that runs now: its number, and where it came from.
    pub(super) running: Option<(u64, &'static Origin)>,
    /// The jobs, by their numbers, that have stopped the lane and still run.
    pub(super) stuck: Vec<u64>,
    /// The server is ending.
    pub(super) is_over: bool,
    pub(super) has_ended: bool,
}

impl State {
    /// Returns whether the thread that runs jobs still leads. If not, another thread drives the runtime.
    pub(super) fn is_led_here(&self) -> bool {
        self.seat.is_some()
    }
}

/// A lane as the watchman has seen it last.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen {
    taken: u64,
    /// The number of checks since then at which it was in the same job.
    still: u32,
}

/// A runtime that may be dropped on any thread: it does not wait for the threads of `spawn_blocking`.
pub(super) struct Seat(Option<Runtime>);

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Seat {
    pub(super) fn drive(&self, future: impl Future<Output = ()>) {
        if let Some(runtime) = &self.0 {
            runtime.block_on(future);
        }
    }
}

impl Lane {
    pub(super) fn new(threads: &Arc<Threads>, watchman: &Arc<Watchman>) -> io::Result<Arc<Self>> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .on_thread_park(turns::end)
            .build()?;
        let handle = runtime.handle().clone();
        let state = State {
            seat: Some(Seat(Some(runtime))),
            queue: VecDeque::new(),
            done: Vec::new(),
            call: None,
            taken: 0,
            running: None,
            stuck: Vec::new(),
            is_over: false,
            has_ended: false,
        };
        Ok(Arc::new(Self {
            state: Mutex::new(state),
            ended: Condvar::new(),
            runtime: handle,
            threads: Arc::clone(threads),
            watchman: Arc::clone(watchman),
            asked: Asked::default(),
            polled: AtomicU32::new(0),
        }))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// The number of its tasks, most of which are connections.
    pub(super) fn tasks(&self) -> usize {
        self.runtime.metrics().num_alive_tasks()
    }

    /// Accepts a job for the next turn, unless the lane has ended: then the job is given back. It counts as waiting
    /// already.
    pub(super) fn add(&self, job: Arc<dyn Job>) -> Result<(), Arc<dyn Job>> {
        let call = {
            let mut state = self.state();
            if state.is_over {
                return Err(job);
            }
            state.queue.push_back(job);
            state.call.take()
        };
        if let Some(call) = call {
            call.wake();
        }
        Ok(())
    }

    /// Keeps a waker for the next turn, in which it costs no system call. It is given back if another thread drives the
    /// runtime, since that may be asleep.
    pub(super) fn wake_later(&self, waker: Waker) -> Option<Waker> {
        let mut state = self.state();
        if !state.is_led_here() {
            return Some(waker);
        }
        state.done.push(waker);
        None
    }

    /// Sends the waiting jobs of an origin to the pool.
    pub(super) fn give_away(self: &Arc<Self>, origin: &'static Origin) {
        let is_of = |job: &Arc<dyn Job>| job.origin().is_some_and(|of| std::ptr::eq(of, origin));
        let mut state = self.state();
        let all = std::mem::take(&mut state.queue);
        let (away, kept): (VecDeque<_>, _) = all.into_iter().partition(is_of);
        state.queue = kept;
        drop(state);
        for job in away {
            let home = Arc::clone(self) as Arc<dyn Home>;
            self.threads.take_over(job, Some(home));
        }
    }

    /// Returns whether a thread runs jobs, or is about to.
    pub(super) fn runs_jobs(&self) -> bool {
        self.state().seat.is_some()
    }

    /// Replaces the leader if it is stuck in a job. Returns whether the lane has run jobs since it was `seen`.
    pub(super) fn check(self: &Arc<Self>, seen: &mut Seen) -> bool {
        let mut state = self.state();
        let has_moved = state.taken != seen.taken;
        seen.taken = state.taken;
        if state.seat.is_none() || has_moved {
            seen.still = 0;
            return has_moved;
        }
        seen.still += 1;
        if seen.still < STUCK {
            return true;
        }
        seen.still = 0;
        let running = state.running.take();
        if let Some((number, origin)) = running {
            History::update(origin, |history| history.in_pool().hold());
            state.stuck.push(number);
        }
        drop(state);
        let lane = Arc::clone(self);
        self.threads.replace_leader(Box::new(move || lane.lead()));
        if let Some((_, origin)) = running {
            self.give_away(origin);
        }
        true
    }

    /// Ends it soon.
    pub(super) fn end(&self) {
        let call = {
            let mut state = self.state();
            state.is_over = true;
            state.call.take()
        };
        if let Some(call) = call {
            call.wake();
        }
        self.watchman.call();
    }

    /// Waits until it has ended, but not longer than until a time.
    pub(super) fn wait_for_end(&self, until: Instant) {
        let left = until.saturating_duration_since(Instant::now());
        let going_on = |state: &mut State| !state.has_ended;
        drop(self.ended.wait_timeout_while(self.state(), left, going_on));
    }
}

/// The tasks of a lane are woken by its leader, which is called once for all results that come in the meantime.
impl Home for Lane {
    fn run(&self, job: &mut dyn FnMut()) {
        let _within = self.runtime.enter();
        job();
    }

    fn wake(&self, waker: Waker) {
        let call = {
            let mut state = self.state();
            state.done.push(waker);
            state.call.take()
        };
        if let Some(call) = call {
            call.wake();
        }
    }
}

/// Tasks that block it are reported.
impl EventLoop for Lane {
    fn is_late(&self) -> bool {
        self.asked.is_pending()
    }

    fn blame(&self, name: &dyn Fn() -> String) {
        if let Some(time) = self.asked.answer() {
            self.threads.errors.line(&blocked(&name(), time));
        }
    }

    fn polls(&self, number: u32) -> u32 {
        // Nearly always only the leader writes it, and it only serves the log, so this needs no exchange.
        let before = self.polled.load(Ordering::Relaxed);
        self.polled.store(number, Ordering::Relaxed);
        before
    }
}

impl Lane {
    /// Asks it for a sign of life, unless it has no tasks. If it has not answered for long, this is reported.
    pub(super) fn ping(&self) {
        if self.tasks() == 0 && !self.asked.is_pending() {
            return;
        }
        if let Some(time) = self.asked.must_report() {
            let name = name_of(self.polled.load(Ordering::Relaxed));
            let name = name.as_deref().unwrap_or("a task");
            self.threads.errors.line(&blocked(name, time));
        }
        self.ask();
    }

    /// Asks it for a sign of life.
    pub(super) fn ask(&self) {
        self.asked.ask();
        let call = self.state().call.take();
        if let Some(call) = call {
            call.wake();
        }
    }

    /// Gives a sign of life.
    pub(super) fn answer(&self) {
        if self.asked.is_pending() {
            self.asked.answer();
        }
    }
}
