//! Moves blocking work off the event loop: the application's side.
//!
//! A server provides [`Workers`]; the environ carries them as [`Blocking`]. A job and its result share one
//! allocation.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::work::origin::Origin;
use crate::gateway::work::panics::attempt;
use crate::gateway::work::span;
use crate::gateway::work::wait::allow_waiting;

/// One piece of blocking work, run once.
///
/// ```
/// use rustzeug::gateway::{Blocking, Job, Workers, block_on};
/// use std::sync::{Arc, mpsc};
///
/// /// Queues jobs for one thread.
/// struct Queue(mpsc::Sender<Arc<dyn Job>>);
///
/// impl Workers for Queue {
///     fn submit(&self, job: Arc<dyn Job>) -> bool {
///         self.0.send(job).is_ok()
///     }
///
///     fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
///         std::thread::spawn(move || job.run());
///         true
///     }
/// }
///
/// let (sender, jobs) = mpsc::channel::<Arc<dyn Job>>();
/// std::thread::spawn(move || jobs.iter().for_each(|job| job.run()));
/// let blocking = Blocking::on(Arc::new(Queue(sender)));
/// assert_eq!(block_on(blocking.run(|| 6 * 7))?, 42);
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub trait Job: Send + Sync + 'static {
    /// Does the work and wakes the task that waits for it. A second call does nothing. It never panics.
    fn run(&self) {
        if let Some(waker) = self.run_without_waking() {
            waker.wake();
        }
    }

    /// Does the work and returns the waker of the task that waits for it, for servers that wake several tasks
    /// together. The waker must be woken soon.
    #[must_use = "the task that waits for the work must be woken"]
    fn run_without_waking(&self) -> Option<Waker>;

    /// The handler or the kind of work that it comes from, if that is known.
    fn origin(&self) -> Option<&'static Origin> {
        None
    }
}

/// Threads of a server on which blocking work may run.
///
/// Servers implement it; applications use [`Blocking::run`]. An accepted job must be run.
///
/// ```
/// use rustzeug::gateway::{Blocking, Job, Workers, block_on};
/// use std::sync::Arc;
/// use std::thread;
///
/// /// Starts a thread for each job.
/// struct Threads;
///
/// impl Workers for Threads {
///     fn submit(&self, job: Arc<dyn Job>) -> bool {
///         thread::Builder::new().spawn(move || job.run()).is_ok()
///     }
///
///     fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
///         self.submit(job)
///     }
/// }
///
/// let blocking = Blocking::on(Arc::new(Threads));
/// assert_eq!(block_on(blocking.run(|| 6 * 7))?, 42);
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub trait Workers: Send + Sync + 'static {
    /// Accepts a job that ends by itself; `false` if too many are waiting.
    fn submit(&self, job: Arc<dyn Job>) -> bool;

    /// Accepts a job that continues something already begun, such as the next piece of a response. It is not
    /// refused because many jobs wait.
    fn resume(&self, job: Arc<dyn Job>) -> bool {
        self.submit(job)
    }

    /// Accepts a job that lasts as long as a client reads, and so must not take the place of jobs that end by
    /// themselves; `false` if there are too many.
    fn submit_writer(&self, job: Arc<dyn Job>) -> bool;

    /// Wakes a task from a job that goes on after that. A server may do so a moment later, but must do so even if the
    /// job never ends. The default wakes it at once.
    fn wake(&self, waker: Waker) {
        waker.wake();
    }

    /// Receives the panic of a job whose outcome is not awaited, such as the destructor of a body. A server
    /// should report it; the default does nothing.
    fn failed(&self, error: &Error) {
        let _ = error;
    }
}

/// The server's way of running blocking work, as found in
/// [`Environ::blocking`](crate::gateway::Environ::blocking).
///
/// The default runs it in place, which suits tests and servers with a thread or process per request.
///
/// # Examples
///
/// ```
/// use rustzeug::{Request, Result};
///
/// async fn checksum(request: &Request) -> Result<String> {
///     let path = std::path::PathBuf::from("Cargo.toml");
///     let text = request.environ().blocking().run(move || std::fs::read(path)).await??;
///     Ok(format!("{} bytes", text.len()))
/// }
/// ```
#[derive(Clone, Default)]
pub struct Blocking(Option<Arc<dyn Workers>>);

impl Blocking {
    /// Creates a value that runs work on `workers`.
    #[must_use]
    pub fn on(workers: Arc<dyn Workers>) -> Self {
        Self(Some(workers))
    }

    /// Whether work runs in place: there are no workers, or this thread is one.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        self.0.is_none() || ON_WORKER.get()
    }

    /// Runs `work` on a worker and returns its result.
    ///
    /// The work is queued at once, even if the future is not awaited, and dropping the future does not cancel it.
    /// On a lane of the embedded server it begins when the event loop has polled its tasks.
    ///
    /// # Errors
    ///
    /// `503` with `Retry-After` if too much work is waiting already (limit `ServerLimits::queued_jobs`),
    /// `500` if `work` panicked.
    pub fn run<T, F>(&self, work: F) -> Running<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.run_by(Origin::of_type::<F>(), work, <dyn Workers>::submit)
    }

    /// Runs the `work` of a handler.
    pub(crate) fn run_handler<T: Send + 'static>(
        &self,
        origin: &'static Origin,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Running<T> {
        self.run_by(origin, work, <dyn Workers>::submit)
    }

    /// Runs `work` that continues something already begun; it is not refused because many jobs wait.
    pub(crate) fn resume<T, F>(&self, work: F) -> Running<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.run_by(Origin::of_type::<F>(), work, <dyn Workers>::resume)
    }

    /// The same, with an origin of its own.
    pub(crate) fn resume_of<T: Send + 'static>(
        &self,
        origin: &'static Origin,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Running<T> {
        self.run_by(origin, work, <dyn Workers>::resume)
    }

    fn run_by<T: Send + 'static>(
        &self,
        origin: &'static Origin,
        work: impl FnOnce() -> T + Send + 'static,
        hand_over: impl FnOnce(&dyn Workers, Arc<dyn Job>) -> bool,
    ) -> Running<T> {
        match &self.0 {
            Some(workers) if !ON_WORKER.get() => {
                let task = Arc::new(Task::new(origin, span::within(work)));
                if hand_over(&**workers, Arc::clone(&task) as Arc<dyn Job>) {
                    Running(State::Task(task))
                } else {
                    Running(State::Ready(Some(Err(overloaded("queued_jobs")))))
                }
            }
            _ => Running(State::Ready(Some(attempt(|| allow_waiting(work))))),
        }
    }

    /// Drops a value of the application on a worker, since its destructor may block. The drop is not awaited,
    /// and the server reports a panic.
    pub(crate) fn discard<T: Send + 'static>(&self, value: T) {
        let Some(workers) = &self.0 else { return };
        let reporting = Arc::clone(workers);
        let work = span::within(move || {
            if let Err(error) = attempt(|| drop(value)) {
                reporting.failed(&error);
            }
        });
        if ON_WORKER.get() {
            return work();
        }
        let job: Arc<dyn Job> = Arc::new(Task::new(Origin::of_type::<T>(), work));
        if !workers.resume(Arc::clone(&job)) {
            job.run();
        }
    }

    /// Wakes a task from work that goes on.
    pub(crate) fn wake(&self, waker: Waker) {
        match &self.0 {
            Some(workers) => workers.wake(waker),
            None => waker.wake(),
        }
    }

    /// Reports a panic of work that is not awaited.
    pub(crate) fn failed(&self, error: &Error) {
        if let Some(workers) = &self.0 {
            workers.failed(error);
        }
    }

    /// Whether values that go into a response may block when they are dropped. This is so while a plain `fn`
    /// runs on a worker.
    pub(crate) fn is_worker(&self) -> bool {
        self.0.is_some() && ON_WORKER.get()
    }

    /// Whether there are workers at all.
    pub(crate) fn has_workers(&self) -> bool {
        self.0.is_some()
    }

    /// Starts `work` that may last as long as a client reads, on a separate thread.
    pub(crate) fn start_writer<F: FnOnce() + Send + 'static>(&self, work: F) -> Result<()> {
        let origin = Origin::of_type::<F>();
        let work = span::within(work);
        let Some(workers) = &self.0 else {
            std::thread::Builder::new()
                .name("rustzeug-writer".to_owned())
                .spawn(work)?;
            return Ok(());
        };
        if workers.submit_writer(Arc::new(Task::new(origin, work))) {
            Ok(())
        } else {
            Err(overloaded("body_writers"))
        }
    }
}

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Blocking(on workers)"
        } else {
            "Blocking(in place)"
        })
    }
}

fn overloaded(limit: &str) -> Error {
    Error::service_unavailable(1).with_source(format!(
        "no worker is free for blocking work (limit `{limit}`)"
    ))
}

thread_local! {
    static ON_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// Marks this thread as a worker. Nested blocking work runs in place on a worker: if workers waited for
/// workers, all of them could be taken.
struct OnWorker(bool);

impl OnWorker {
    fn enter() -> Self {
        Self(ON_WORKER.replace(true))
    }
}

impl Drop for OnWorker {
    fn drop(&mut self) {
        ON_WORKER.set(self.0);
    }
}

/// The pending result of [`Blocking::run`].
///
/// ```
/// use rustzeug::gateway::{Blocking, block_on};
///
/// let running = Blocking::default().run(|| 6 * 7);
/// assert_eq!(block_on(running)?, 42);
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[must_use = "`.await` it for the result"]
pub struct Running<T>(State<T>);

enum State<T> {
    Ready(Option<Result<T>>),
    Task(Arc<dyn Outcome<T>>),
}

impl<T> Unpin for Running<T> {}

impl<T> Future for Running<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        match &mut self.0 {
            State::Ready(result) => Poll::Ready(result.take().expect("polled after it was ready")),
            State::Task(task) => task.poll_outcome(context),
        }
    }
}

impl<T> fmt::Debug for Running<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Running")
    }
}

/// A task, as seen by the code that waits for its result.
trait Outcome<T>: Send + Sync {
    fn poll_outcome(&self, context: &mut Context<'_>) -> Poll<Result<T>>;
}

/// The work of a task, then its result.
struct Task<F, T> {
    origin: &'static Origin,
    step: Mutex<Step<F, T>>,
}

enum Step<F, T> {
    New(F),
    Awaited(F, Waker),
    Running(Option<Waker>),
    Done(Result<T>),
    Over,
}

impl<F, T> Task<F, T> {
    fn new(origin: &'static Origin, work: F) -> Self {
        Self {
            origin,
            step: Mutex::new(Step::New(work)),
        }
    }

    fn step(&self) -> MutexGuard<'_, Step<F, T>> {
        self.step.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: FnOnce() -> T + Send + 'static, T: Send + 'static> Job for Task<F, T> {
    fn run_without_waking(&self) -> Option<Waker> {
        let work = {
            let mut step = self.step();
            match std::mem::replace(&mut *step, Step::Running(None)) {
                Step::New(work) => work,
                Step::Awaited(work, waker) => {
                    *step = Step::Running(Some(waker));
                    work
                }
                other => {
                    *step = other;
                    return None;
                }
            }
        };
        let result = {
            let _worker = OnWorker::enter();
            attempt(work)
        };
        match std::mem::replace(&mut *self.step(), Step::Done(result)) {
            Step::Running(waker) => waker,
            _ => None,
        }
    }

    fn origin(&self) -> Option<&'static Origin> {
        Some(self.origin)
    }
}

impl<F: Send, T: Send> Outcome<T> for Task<F, T> {
    fn poll_outcome(&self, context: &mut Context<'_>) -> Poll<Result<T>> {
        let mut step = self.step();
        match std::mem::replace(&mut *step, Step::Over) {
            Step::Done(result) => return Poll::Ready(result),
            Step::New(work) | Step::Awaited(work, _) => {
                *step = Step::Awaited(work, context.waker().clone());
            }
            Step::Running(_) => *step = Step::Running(Some(context.waker().clone())),
            Step::Over => panic!("polled after it was ready"),
        }
        Poll::Pending
    }
}
