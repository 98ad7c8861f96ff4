//! Decides where a job runs: on the lane of its task, or in the pool.

use std::sync::Arc;
use std::task::Waker;

use crate::base::error::Error;
use crate::gateway::Job;
use crate::gateway::Workers;
use crate::server::hosting::lanes::lane::Lane;
use crate::server::hosting::lanes::leading::with_lane_here;
use crate::server::limits::ServerLimits;
use crate::server::workers::history::History;
use crate::server::workers::threads::Home;
use crate::server::workers::worker_pool::WorkerPool;

/// The workers of a server with lanes: a job runs on the lane of its task, or in the pool.
pub(in crate::server) struct LaneWorkers {
    pool: WorkerPool,
    max_queued: usize,
}

impl LaneWorkers {
    pub(in crate::server) fn new(pool: WorkerPool, limits: &ServerLimits) -> Self {
        Self {
            pool,
            max_queued: limits.queued_jobs(),
        }
    }

    /// Adds a job to a queue, unless `most` jobs are in all queues together.
    fn place(&self, job: Arc<dyn Job>, most: usize) -> bool {
        let threads = &self.pool.0;
        with_lane_here(|here| {
            let is_own = |lane: &&Arc<Lane>| Arc::ptr_eq(&lane.threads, threads);
            let Some(lane) = here.filter(is_own) else {
                return threads.submit(job, None, most);
            };
            let home = || Some(Arc::clone(lane) as Arc<dyn Home>);
            let goes_away = job
                .origin()
                .is_some_and(|from| History::of(from).is_pooled());
            if goes_away {
                return threads.submit(job, home(), most);
            }
            if !threads.waits(most) {
                return false;
            }
            let refused = lane.add(job).err();
            refused.is_none_or(|job| threads.put(job, home()))
        })
    }
}

impl Workers for LaneWorkers {
    fn submit(&self, job: Arc<dyn Job>) -> bool {
        self.place(job, self.max_queued)
    }

    fn resume(&self, job: Arc<dyn Job>) -> bool {
        self.place(job, usize::MAX)
    }

    fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
        self.pool.submit_writer(job)
    }

    fn wake(&self, waker: Waker) {
        let rest = with_lane_here(|here| match here {
            Some(lane) => lane.wake_later(waker),
            None => Some(waker),
        });
        if let Some(waker) = rest {
            waker.wake();
        }
    }

    fn failed(&self, error: &Error) {
        self.pool.failed(error);
    }
}
