//! Converts panics of applications into errors.

use std::any::Any;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::pin::pin;
use std::task::Poll;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::work::wait::refuse_waiting;

/// Runs code of the application; a panic becomes a `500`.
pub(crate) fn attempt<T>(work: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(panic_error)
}

/// Polls code of the application, in which `.wait()` is refused; a panic becomes a `500`.
pub(crate) fn attempt_poll<T>(poll: impl FnOnce() -> Poll<T>) -> Poll<Result<T>> {
    match attempt(|| refuse_waiting(poll)) {
        Ok(polled) => polled.map(Ok),
        Err(error) => Poll::Ready(Err(error)),
    }
}

/// Creates, polls, then drops a future; a panic in any of these becomes a `500`.
pub(crate) async fn catch_panic<F: Future>(make: impl FnOnce() -> F) -> Result<F::Output> {
    let mut future = pin!(Some(attempt(make)?));
    let polled = poll_fn(|context| match future.as_mut().as_pin_mut() {
        Some(future) => attempt_poll(|| future.poll(context)),
        None => Poll::Pending,
    });
    let output = polled.await;
    match attempt(|| future.set(None)) {
        Ok(()) => output,
        Err(error) => {
            let _ = attempt(|| drop(output));
            Err(error)
        }
    }
}

fn panic_error(panic: Box<dyn Any + Send>) -> Error {
    let text = if let Some(text) = panic.downcast_ref::<&str>() {
        text
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text
    } else {
        "a value that is not text"
    };
    let error = Error::internal().with_source(format!("the application panicked: {text}"));
    // The payload may have any type, and a destructor that panics too; a payload of that panic is ignored.
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(another);
    }
    error
}
