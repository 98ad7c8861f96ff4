//! How blocking work gets off the event loop: the application's side.
//!
//! A server brings [`Workers`]; the environ carries them as [`Blocking`]. A job and its
//! result share one allocation.

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
use crate::gateway::work::panics::attempt;
use crate::gateway::work::span;
use crate::gateway::work::wait::allow_waiting;

/// One piece of blocking work, run once.
pub trait Job: Send + Sync + 'static {
    /// Does the work and wakes the task that waits for it. A second call does nothing. Never panics.
    fn run(&self) {
        if let Some(waker) = self.run_without_waking() {
            waker.wake();
        }
    }

    /// Does the work, and gives the waker of the task that waits for it, for those who wake several
    /// together. It must be woken soon.
    #[must_use = "the task that waits for the work must be woken"]
    fn run_without_waking(&self) -> Option<Waker>;
}

/// Threads of a server on which blocking work may run.
///
/// A server implements it; applications use [`Blocking::run`]. A job that was accepted
/// must be run.
pub trait Workers: Send + Sync + 'static {
    /// Takes a job that ends by itself; `false` when too many wait already.
    fn submit(&self, job: Arc<dyn Job>) -> bool;

    /// Takes a job that is part of something begun, such as the next piece of a response: not
    /// refused because many wait.
    fn resume(&self, job: Arc<dyn Job>) -> bool {
        self.submit(job)
    }

    /// Takes a job that lasts as long as a client reads, and so must not take the place of
    /// those that end by themselves; `false` when there are too many.
    fn submit_writer(&self, job: Arc<dyn Job>) -> bool;

    /// Learns of the panic of a job whose outcome nobody waits for, such as the destructor of a body; a
    /// server reports it. Unless it says otherwise, nothing is done.
    fn failed(&self, error: &Error) {
        let _ = error;
    }
}

/// The server's way of running blocking work, as found in
/// [`Environ::blocking`](crate::gateway::Environ::blocking).
///
/// The default runs it in place: right for servers that give each request a thread or a
/// process of its own, and in tests.
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
    /// Runs work on `workers`.
    #[must_use]
    pub fn on(workers: Arc<dyn Workers>) -> Self {
        Self(Some(workers))
    }

    /// Whether work is run where it is asked for: there are no workers, or this is one.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        self.0.is_none() || ON_WORKER.get()
    }

    /// Runs `work` where it may block, and gives its result.
    ///
    /// It begins at once, whether or not the future is awaited, and is not cancelled by
    /// dropping it.
    ///
    /// # Errors
    ///
    /// `503` with `Retry-After` when too much work is waiting already (limit
    /// `ServerLimits::queued_jobs`), `500` when `work` panicked.
    pub fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Running<T> {
        self.run_by(work, <dyn Workers>::submit)
    }

    /// The same for a piece of something begun, which is not refused because many wait.
    pub(crate) fn resume<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Running<T> {
        self.run_by(work, <dyn Workers>::resume)
    }

    fn run_by<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
        hand_over: impl FnOnce(&dyn Workers, Arc<dyn Job>) -> bool,
    ) -> Running<T> {
        match &self.0 {
            Some(workers) if !ON_WORKER.get() => {
                let task = Arc::new(Task(Mutex::new(Step::New(span::within(work)))));
                if hand_over(&**workers, Arc::clone(&task) as Arc<dyn Job>) {
                    Running(State::Task(task))
                } else {
                    Running(State::Ready(Some(Err(overloaded("queued_jobs")))))
                }
            }
            _ => Running(State::Ready(Some(attempt(|| allow_waiting(work))))),
        }
    }

    /// Drops something of the application where its destructor may block. Nobody waits for it, and
    /// a panic is the server's to report.
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
        let job: Arc<dyn Job> = Arc::new(Task(Mutex::new(Step::New(work))));
        if !workers.resume(Arc::clone(&job)) {
            job.run();
        }
    }

    /// Reports a panic that nobody else will learn of.
    pub(crate) fn failed(&self, error: &Error) {
        if let Some(workers) = &self.0 {
            workers.failed(error);
        }
    }

    /// Whether what is given to a response here may block when it is dropped: a plain `fn` has made it,
    /// on a worker.
    pub(crate) fn is_worker(&self) -> bool {
        self.0.is_some() && ON_WORKER.get()
    }

    /// Whether there are workers at all.
    pub(crate) fn has_workers(&self) -> bool {
        self.0.is_some()
    }

    /// Starts `work` that may last as long as a client reads, on a thread beside the workers.
    pub(crate) fn start_writer(&self, work: impl FnOnce() + Send + 'static) -> Result<()> {
        let work = span::within(work);
        let Some(workers) = &self.0 else {
            std::thread::Builder::new()
                .name("rustzeug-writer".to_owned())
                .spawn(work)?;
            return Ok(());
        };
        if workers.submit_writer(Arc::new(Task(Mutex::new(Step::New(work))))) {
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

/// Marks this thread as a worker, on which nested blocking work runs in place: waiting for
/// another worker from a worker could take the last one.
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

/// The result of [`Blocking::run`], once it is there.
#[must_use = "the result is had by `.await`"]
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

/// A task seen from the side that waits for it.
trait Outcome<T>: Send + Sync {
    fn poll_outcome(&self, context: &mut Context<'_>) -> Poll<Result<T>>;
}

/// Work, then its result.
struct Task<F, T>(Mutex<Step<F, T>>);

enum Step<F, T> {
    New(F),
    Awaited(F, Waker),
    Running(Option<Waker>),
    Done(Result<T>),
    Over,
}

impl<F, T> Task<F, T> {
    fn step(&self) -> MutexGuard<'_, Step<F, T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
