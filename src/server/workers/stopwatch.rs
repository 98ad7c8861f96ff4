//! Measures how long jobs run, for the decisions of `history`.

use std::task::Waker;
use std::time::Duration;
use std::time::Instant;

use crate::gateway::Job;
use crate::server::workers::history::History;
use crate::server::workers::history::Run;
use crate::server::workers::runtime::processor_time;

/// Measures one run. The processor time costs a system call at each end, so it is optional.
pub(in crate::server) struct Stopwatch {
    begun: Instant,
    processor: Option<Duration>,
}

impl Stopwatch {
    /// Starts at a time that is known already.
    pub(in crate::server) fn start(begun: Instant, is_timed: bool) -> Self {
        Self {
            begun,
            processor: is_timed.then(processor_time).flatten(),
        }
    }

    pub(in crate::server) fn stop(&self, now: Instant) -> Run {
        Run {
            wall: now.saturating_duration_since(self.begun),
            processor: self
                .processor
                .zip(processor_time())
                .map(|(begun, ended)| ended.saturating_sub(begun)),
        }
    }
}

/// Runs a job in the pool. If its handler has been sent there by a lane, the run decides when it comes back.
pub(super) fn run_in_pool(job: &dyn Job) -> Option<Waker> {
    let Some(origin) = job.origin() else {
        return job.run_without_waking();
    };
    let history = History::of(origin);
    let start = || Stopwatch::start(Instant::now(), history.is_timed());
    let watch = history.is_pooled().then(start);
    let waker = job.run_without_waking();
    let run = watch.map(|watch| watch.stop(Instant::now()));
    History::update(origin, |history| {
        run.map_or(history, |run| history.ran_in_pool(run))
            .release()
    });
    waker
}
