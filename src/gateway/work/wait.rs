//! One call for both worlds: `.await` in an `async fn`, `.wait()` in a `fn`.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::Wake;
use std::task::Waker;
use std::thread::Thread;

use crate::base::error::Error;
use crate::base::error::Result;

/// A pending operation: `.await` it in an `async fn`, `.wait()` for it in a `fn`.
///
/// It does nothing until then. Options come first: `request.text().limit(1024).wait()?`.
///
/// ```
/// use rustzeug::{Request, Result};
///
/// fn plain(request: &Request) -> Result<String> {
///     request.text().wait()
/// }
///
/// async fn asynchronous(request: &Request) -> Result<String> {
///     request.text().await
/// }
///
/// let request = Request::blank("/").with_body("hello");
/// assert_eq!(plain(&request)?, "hello");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[must_use = "nothing is done before `.await` (in an `async fn`) or `.wait()` (in a `fn`)"]
pub struct AwaitOrWait<F>(pub(crate) F);

impl<T, F: Future<Output = Result<T>>> AwaitOrWait<F> {
    /// Blocks this thread until the result is available.
    ///
    /// # Errors
    ///
    /// The errors of the operation. Also a `500` at once if waiting would block the event loop, that is in an
    /// `async fn`: write `.await` there. (A task that the application has spawned itself is not detected and
    /// would block.)
    pub fn wait(self) -> Result<T> {
        if POLLING.get() {
            return Err(Error::internal().with_source(
                "`.wait()` was called on an event-loop thread, which it would block: in an `async fn` write `.await`",
            ));
        }
        block_on(self.0)
    }
}

impl<F: Future + Unpin> Future for AwaitOrWait<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<F> fmt::Debug for AwaitOrWait<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AwaitOrWait")
    }
}

thread_local! {
    /// Whether this thread is polling a future now, and so must not be blocked.
    static POLLING: Cell<bool> = const { Cell::new(false) };
}

/// Sets the mark while it lives, then restores the previous state, also after a panic.
struct Mark(bool);

impl Mark {
    fn set(polling: bool) -> Self {
        Self(POLLING.replace(polling))
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        POLLING.set(self.0);
    }
}

/// Runs `poll`, in which `.wait()` is refused.
pub(crate) fn refuse_waiting<T>(poll: impl FnOnce() -> T) -> T {
    let _mark = Mark::set(true);
    poll()
}

/// Runs a plain function in place, in which `.wait()` is allowed.
pub(crate) fn allow_waiting<T>(work: impl FnOnce() -> T) -> T {
    let _mark = Mark::set(false);
    work()
}

/// Runs a future on this thread, which sleeps while the future waits. For a server with a thread per request.
///
/// Inside, `.wait()` is refused, as on an event loop. A plain `fn` may call it: on a server without workers
/// it runs in place.
///
/// ```
/// use rustzeug::gateway::{block_on, call};
/// use rustzeug::{IntoApplication, Request};
///
/// let app = (async || "hello").into_application();
/// let response = block_on(call(&app, Request::blank("/").into_environ()));
/// assert_eq!(response.status(), 200);
/// ```
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    // Usually the result is ready at once.
    let mut context = Context::from_waker(Waker::noop());
    if let Poll::Ready(value) = refuse_waiting(|| future.as_mut().poll(&mut context)) {
        return value;
    }
    let sleeper = Arc::new(Sleeper {
        thread: std::thread::current(),
        woken: AtomicBool::new(false),
    });
    let waker = Waker::from(Arc::clone(&sleeper));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(value) = refuse_waiting(|| future.as_mut().poll(&mut context)) {
            return value;
        }
        // A nested wait may have used up the thread's token; this flag belongs to this wait.
        while !sleeper.woken.swap(false, Ordering::Acquire) {
            std::thread::park();
        }
    }
}

/// Returns the value of a future that is known to be ready.
pub(crate) fn poll_now<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

struct Sleeper {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.woken.swap(true, Ordering::Release) {
            self.thread.unpark();
        }
    }
}
