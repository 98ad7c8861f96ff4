//! What the leader of a lane does, in turns: it drives the runtime, and then runs jobs.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::task::Waker;
use std::time::Instant;

use crate::gateway::EventLoop;
use crate::gateway::Job;
use crate::gateway::Origin;
use crate::gateway::discard;
use crate::gateway::set_event_loop;
use crate::server::hosting::lanes::lane::Lane;
use crate::server::hosting::lanes::lane::Seat;
use crate::server::hosting::lanes::lane::State;
use crate::server::workers::history::History;
use crate::server::workers::history::TURN;
use crate::server::workers::stopwatch::Stopwatch;
use crate::server::workers::turns::Turns;

thread_local! {
    /// The lane that this thread leads.
    static HERE: RefCell<Option<Arc<Lane>>> = const { RefCell::new(None) };
}

/// Calls `work` with the lane that this thread leads.
pub(super) fn with_lane_here<T>(work: impl FnOnce(Option<&Arc<Lane>>) -> T) -> T {
    HERE.with_borrow(|here| work(here.as_ref()))
}

/// Marks this thread as the leader of a lane.
struct Here(());

impl Here {
    fn on(lane: &Arc<Lane>) -> Self {
        HERE.set(Some(Arc::clone(lane)));
        set_event_loop(Some(Arc::clone(lane) as Arc<dyn EventLoop>));
        Self(())
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        HERE.set(None);
        set_event_loop(None);
    }
}

impl Lane {
    /// Has it led by a thread that has nothing else to do.
    pub(super) fn call_leader(self: &Arc<Self>) -> io::Result<()> {
        let lane = Arc::clone(self);
        if self.threads.call_leader(Box::new(move || lane.lead())) {
            return Ok(());
        }
        Err(io::Error::other("no thread can be started"))
    }

    /// Leads it, until another thread does or it has ended.
    pub(super) fn lead(self: &Arc<Self>) {
        let _here = Here::on(self);
        let (mut are_left, mut done) = (false, Vec::new());
        while let Some(seat) = self.take_seat() {
            let turns = Turns::begin();
            seat.drive(self.events(are_left, &mut done));
            drop(turns);
            self.leave(seat);
            are_left = self.run_jobs();
        }
    }

    /// Takes the runtime to drive it; `None` if another thread does.
    fn take_seat(&self) -> Option<Seat> {
        let mut state = self.state();
        if let Some(seat) = state.seat.take() {
            return Some(seat);
        }
        // The other thread may be asleep, so it has to be woken.
        let done = std::mem::take(&mut state.done);
        drop(state);
        done.into_iter().for_each(Waker::wake);
        None
    }

    /// Polls tasks until there are jobs. If jobs `are_left` from the last turn, the tasks come first.
    async fn events(&self, mut are_left: bool, done: &mut Vec<Waker>) {
        poll_fn(|context| {
            let mut state = self.state();
            while !state.done.is_empty() {
                std::mem::swap(&mut state.done, done);
                // Waking may drop a task, so the lane is not locked.
                drop(state);
                // From inside, this needs no system call.
                done.drain(..).for_each(Waker::wake);
                state = self.state();
            }
            // While the lane is locked, no question can come between the answer and the waker that wakes for it.
            self.answer();
            if std::mem::take(&mut are_left) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            if !state.queue.is_empty() || state.is_over {
                return Poll::Ready(());
            }
            state.call = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Puts the runtime back, so that another thread can take it. At the end of the server it is dropped instead.
    fn leave(self: &Arc<Self>, seat: Seat) {
        let mut state = self.state();
        if !state.is_over {
            state.seat = Some(seat);
            drop(state);
            self.watchman.call();
            return;
        }
        drop(state);
        // Its tasks may have the last references to values of the application.
        drop(seat);
        let jobs = std::mem::take(&mut self.state().queue);
        for job in jobs {
            self.threads.take_over(job, None);
        }
        self.state().has_ended = true;
        self.ended.notify_all();
    }

    /// Runs jobs until none is left, the turn is over, or another thread leads. Returns whether jobs are left.
    pub(super) fn run_jobs(self: &Arc<Self>) -> bool {
        let _within = self.runtime().enter();
        let begun = Instant::now();
        let (mut now, mut ended) = (begun, None);
        loop {
            let mut state = self.state();
            if let Some(Ended {
                number,
                origin,
                waker,
            }) = ended.take()
            {
                state.done.extend(waker);
                // Another thread that leads may have taken the next one.
                state.running.take_if(|running| running.0 == number);
                release(&mut state, number, origin);
            }
            let is_late = now.saturating_duration_since(begun) > TURN;
            if is_late || !state.is_led_here() {
                return !state.queue.is_empty();
            }
            let Some(job) = state.queue.pop_front() else {
                return false;
            };
            state.taken += 1;
            let (number, origin) = (state.taken, job.origin());
            state.running = origin.map(|origin| (number, origin));
            drop(state);
            self.threads.no_longer_waits();
            let waker = self.run(job, &mut now);
            ended = Some(Ended {
                number,
                origin,
                waker,
            });
        }
    }

    /// Runs a job. `now` is its start, then its end.
    fn run(self: &Arc<Self>, job: Arc<dyn Job>, now: &mut Instant) -> Option<Waker> {
        let origin = job.origin();
        let is_timed = origin.is_some_and(|origin| History::of(origin).is_timed());
        let watch = Stopwatch::start(*now, is_timed);
        let waker = job.run_without_waking();
        // It may own the last reference to a value of the application, whose destructor may block or panic.
        discard(job, &self.threads.errors);
        *now = Instant::now();
        let run = watch.stop(*now);
        if let Some(origin) = origin {
            let was_pooled = History::of(origin).is_pooled();
            let history = History::update(origin, |history| history.ran_on_lane(run));
            if history.is_pooled() && !was_pooled {
                self.give_away(origin);
            }
        }
        waker
    }
}

/// A job that has run.
struct Ended {
    /// Which one it was on its lane.
    number: u64,
    origin: Option<&'static Origin>,
    waker: Option<Waker>,
}

/// If a job has stopped the lane, its handler occupies one thread less now.
fn release(state: &mut State, number: u64, origin: Option<&'static Origin>) {
    if let Some(stuck) = state.stuck.iter().position(|stuck| *stuck == number) {
        state.stuck.swap_remove(stuck);
        if let Some(origin) = origin {
            History::update(origin, History::release);
        }
    }
}
