//! Notices code that blocks an event loop.
//!
//! A server that wants to know sets an [`EventLoop`] for its thread. After each poll of a handler, the loop is asked
//! whether it is late, which reads one flag. So the handler that has just been polled is to blame.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

/// The event loop of a thread.
pub(crate) trait EventLoop {
    /// Returns whether something has waited for the event loop.
    fn is_late(&self) -> bool;

    /// Reports that the code of that name has blocked it, if it has done so for long.
    fn blame(&self, name: &str);
}

thread_local! {
    static HERE: RefCell<Option<Arc<dyn EventLoop>>> = const { RefCell::new(None) };
}

/// Sets the event loop of this thread.
#[cfg(feature = "hosting")]
pub(crate) fn set_event_loop(event_loop: Option<Arc<dyn EventLoop>>) {
    HERE.set(event_loop);
}

/// Runs a future, and blames it if one of its polls has blocked the event loop.
pub(crate) async fn noticed<F: Future>(
    mut future: Pin<&mut F>,
    name: impl Fn() -> String,
) -> F::Output {
    poll_fn(|context| {
        let polled = future.as_mut().poll(context);
        HERE.with_borrow(|here| {
            if let Some(here) = here.as_ref().filter(|here| here.is_late()) {
                here.blame(&name());
            }
        });
        polled
    })
    .await
}
