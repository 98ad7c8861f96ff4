//! Worker threads for blocking handlers.
//!
//! There is one queue, and few threads are awake. With jobs of microseconds, the queue is cheap, but sleeping and
//! waking are expensive. So no worker is woken for a job while another worker is awake to take it. A worker takes one
//! job after another, and wakes all tasks that wait for results together, when the queue is empty.
//!
//! This is wrong for jobs that wait for something. So there are two more rules. If jobs take long on average, results
//! are delivered at once, and more workers are woken to use other cores. And a watchman thread checks every millisecond
//! while there is work: if no job was taken since its last check, all workers are blocked; then it delivers the
//! results, and wakes or starts half as many workers again and one more. (With short jobs it waits for three such
//! checks, unless workers are missing because a turn has not ended.)
//!
//! The threads also lead the lanes of a server (`lanes`), which send jobs here that wait.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use crate::base::error::Error;
use crate::gateway::ErrorStream;
use crate::gateway::Job;
use crate::gateway::Workers;
use crate::gateway::discard;
use crate::gateway::report;
use crate::server::limits::ServerLimits;
use crate::server::workers::runtime::Surrounding;
use crate::server::workers::threads::Threads;

/// The embedded server's threads for blocking work, for use by other servers: as many as are needed, up to
/// [`ServerLimits::workers`], plus [`ServerLimits::body_writers`]. If all workers are stuck, a handler that occupies
/// none of them gets one more thread.
///
/// They end after it is dropped, when their jobs are done. If it is made inside a tokio runtime, with the feature
/// `server` or another protocol of [`Server`](crate::Server), the threads use that runtime: `Handle::current()` works
/// in a plain `fn`.
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
pub struct WorkerPool(pub(in crate::server) Arc<Threads>);

impl WorkerPool {
    /// Makes a pool without threads. Panics of jobs without a waiting task are reported to `errors`.
    #[must_use]
    pub fn new(limits: &ServerLimits, errors: &ErrorStream) -> Self {
        Self(Arc::new(Threads::new(limits, errors)))
    }
}

impl fmt::Debug for WorkerPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerPool")
            .field("workers", &self.0.count())
            .finish_non_exhaustive()
    }
}

impl Workers for WorkerPool {
    fn submit(&self, job: Arc<dyn Job>) -> bool {
        self.0.submit(job, None, self.0.max_queued)
    }

    fn resume(&self, job: Arc<dyn Job>) -> bool {
        self.0.submit(job, None, usize::MAX)
    }

    fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
        let threads = Arc::clone(&self.0);
        if threads.writers.fetch_add(1, Ordering::Relaxed) >= threads.max_writers {
            threads.writers.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        let runtime = Surrounding::current();
        let writer = move || {
            let _outer = threads.runtime.enter();
            let _within = runtime.enter();
            job.run();
            discard(job, &threads.errors);
            threads.writers.fetch_sub(1, Ordering::Relaxed);
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
        self.0.close();
    }
}
