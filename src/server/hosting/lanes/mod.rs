//! Lanes: event loops that also run plain functions.
//!
//! A server has one lane per core. A lane is a current-thread runtime, a queue of jobs, and the thread that drives both
//! in turn, its leader. Inside the runtime the leader polls tasks, some of which add jobs to the queue. Then it leaves
//! the runtime, runs the jobs, goes back in, and wakes the tasks that wait for them. So a job costs no switch between
//! threads, and it runs outside of the runtime, where it may block and may call `block_on`.
//!
//! A leader may get stuck in a job. A watchman finds out, and has another thread lead the lane. Handlers that wait are
//! found by their times (`history`), and their jobs go to the pool.
//!
//! Tasks do not move between lanes. New connections go to the lane with the fewest tasks, but not to one in which a
//! task blocks.

mod calling;
mod lane;
mod leading;
mod stall;
mod watchman;
mod workers;

use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::gateway::ErrorStream;
use crate::server::hosting::accept::Accepted;
use crate::server::hosting::lanes::lane::Lane;
use crate::server::hosting::lanes::lane::Seen;
use crate::server::hosting::lanes::watchman::Watched;
use crate::server::hosting::lanes::watchman::Watchman;
use crate::server::limits::ServerLimits;
use crate::server::workers::worker_pool::WorkerPool;

pub(in crate::server) use workers::LaneWorkers;

/// How long an ending server waits until its lanes have ended. A lane in which a task blocks does not end.
const ENDING: Duration = Duration::from_secs(1);

/// The lanes of a server. They end when this is dropped.
pub(in crate::server) struct Lanes {
    lanes: Vec<Arc<Lane>>,
    watchman: Arc<Watchman>,
}

impl Lanes {
    /// Starts the lanes, whose threads are those of `pool`.
    pub(in crate::server) fn start(pool: &WorkerPool, limits: &ServerLimits) -> io::Result<Self> {
        let cores = || thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let count = NonZero::new(limits.lanes()).unwrap_or_else(cores);
        let watchman = Arc::<Watchman>::default();
        let lane = |_| Lane::new(&pool.0, &watchman);
        let lanes = (0..count.get()).map(lane).collect::<io::Result<Vec<_>>>()?;
        let started = Self { lanes, watchman };
        for lane in &started.lanes {
            lane.call_leader()?;
        }
        let watched = |lane: &Arc<Lane>| (Arc::clone(lane), Seen::default());
        let watched: Vec<_> = started.lanes.iter().map(watched).collect();
        started.watchman.start(watched)?;
        Ok(started)
    }

    /// Serves a connection on the lane with the fewest tasks, of those that answer.
    fn serve<F>(&self, accepted: Accepted, serve: impl FnOnce(Accepted) -> F) -> io::Result<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let lane = self.least_busy();
        if self.lanes.len() > 1 {
            lane.ask();
        }
        // The socket is registered with the runtime of the lane.
        let _within = lane.runtime().enter();
        let stream = accepted.stream.registered_here()?;
        lane.runtime().spawn(serve(Accepted { stream, ..accepted }));
        Ok(())
    }

    fn least_busy(&self) -> &Arc<Lane> {
        let busy = |lane: &&Arc<Lane>| (lane.asked.slowness(), lane.tasks());
        let least = self.lanes.iter().min_by_key(busy);
        least.expect("there is at least one lane")
    }

    /// A function that asks each lane for a sign of life, to find tasks that block.
    pub(in crate::server) fn pings(&self) -> impl Fn() + Send + 'static {
        let lanes = self.lanes.clone();
        move || lanes.iter().for_each(|lane| lane.ping())
    }

    /// A function that returns whether no lane has left a question without an answer for longer than a time.
    pub(in crate::server) fn answers(&self) -> impl Fn(Duration) -> bool + Send + 'static {
        let lanes = self.lanes.clone();
        move |time| lanes.iter().all(|lane| lane.asked.waited() <= time)
    }

    /// Ends the lanes, and waits for a moment until their tasks have been dropped.
    pub(in crate::server) fn end(&self) {
        self.lanes.iter().for_each(|lane| lane.end());
        let until = Instant::now() + ENDING;
        self.lanes.iter().for_each(|lane| lane.wait_for_end(until));
        self.watchman.end();
    }
}

/// Serves a connection on a lane, or on the runtime of the caller if the server has no lanes.
pub(in crate::server) fn serve<F>(
    lanes: Option<&Lanes>,
    accepted: Accepted,
    serve: impl FnOnce(Accepted) -> F,
    errors: &ErrorStream,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let Some(lanes) = lanes else {
        tokio::spawn(serve(accepted));
        return;
    };
    if let Err(error) = lanes.serve(accepted, serve) {
        errors.line(&format!("cannot serve a connection: {error}"));
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        self.lanes.iter().for_each(|lane| lane.end());
        self.watchman.end();
    }
}

/// What the watchman checks: each lane, and as it was at the last check.
impl Watched for Vec<(Arc<Lane>, Seen)> {
    fn check(&mut self) -> bool {
        let check = |(lane, seen): &mut (Arc<Lane>, Seen)| lane.check(seen);
        self.iter_mut()
            .map(check)
            .fold(false, |any, moves| any | moves)
    }

    fn is_busy(&self) -> bool {
        self.iter().any(|(lane, _)| lane.runs_jobs())
    }
}
