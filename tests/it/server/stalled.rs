//! Handlers that block as long as a test wants, and waiting for connections to close.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use rustzeug::{IntoApplication, Request};

use super::AllLimits;
use super::Served;

/// Handlers of `/stall` block until this is dropped.
#[derive(Default)]
pub(super) struct Stalled {
    entered: AtomicUsize,
    over: AtomicBool,
    waiting: Mutex<Vec<Waker>>,
}

impl Stalled {
    pub(super) fn serve(limits: impl Into<AllLimits>) -> (Served, Release) {
        let stalled = Arc::new(Self::default());
        let inside = Arc::clone(&stalled);
        let handler = move |request: Request| {
            let stalled = Arc::clone(&inside);
            async move {
                match request.path() {
                    "/stall" => stalled.wait().await,
                    "/read" => drop(request.bytes().await),
                    _ => {}
                }
                "fine"
            }
        };
        let served = Served::with_limits(handler.into_application(), limits);
        (served, Release(stalled))
    }

    async fn wait(&self) {
        self.entered.fetch_add(1, Ordering::SeqCst);
        poll_fn(|context| {
            self.waiting.lock().unwrap().push(context.waker().clone());
            if self.over.load(Ordering::SeqCst) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

pub(super) struct Release(Arc<Stalled>);

impl Release {
    pub(super) fn entered(&self) -> usize {
        self.0.entered.load(Ordering::SeqCst)
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::SeqCst);
        let waiting = std::mem::take(&mut *self.0.waiting.lock().unwrap());
        waiting.into_iter().for_each(Waker::wake);
    }
}
