//! The streams of HTTP/2, each of which is given up when its client takes nothing of it for too
//! long.
//!
//! Only the stream: behind a proxy the connection belongs to many clients, and one of them that
//! does not read is not to cost the others theirs. And whatever else moves on the connection:
//! pings and other streams are no reason to hold a body.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use hyper::rt::Executor;
use tokio::runtime::Handle;

use crate::server::alarm::Alarm;
use crate::server::open::Open;

thread_local! {
    /// What the body that was polled last on this thread has said of itself.
    static SAID: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Says of the body whose stream is being polled whether it has given a piece (the client is
/// waited for) or is making one. Means nothing in HTTP/1, where the socket is looked at.
pub(super) fn say_waiting(waiting: bool) {
    SAID.set(Some(waiting));
}

/// Runs streams, each as a task of its own.
#[derive(Clone)]
pub(super) struct Streams {
    write_idle: Duration,
    open: Arc<Open>,
    runtime: Handle,
}

impl Streams {
    pub(super) fn new(write_idle: Duration, open: Arc<Open>, runtime: Handle) -> Self {
        Self {
            write_idle,
            open,
            runtime,
        }
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, stream: F) {
        let mut patience = Patience::new(self);
        tokio::spawn(async move {
            let mut stream = pin!(stream);
            poll_fn(|context| {
                SAID.set(None);
                let polled = stream.as_mut().poll(context);
                if polled.is_ready() {
                    return polled;
                }
                patience.hear(SAID.take());
                // To drop a stream is to reset it.
                patience.poll_over(context)
            })
            .await;
        });
    }
}

/// How long a client may leave a piece untaken.
struct Patience {
    write_idle: Duration,
    open: Arc<Open>,
    runtime: Handle,
    /// By the time for which the process has been at work.
    since: Option<Duration>,
    alarm: Alarm,
}

impl Patience {
    fn new(streams: &Streams) -> Self {
        Self {
            write_idle: streams.write_idle,
            open: Arc::clone(&streams.open),
            runtime: streams.runtime.clone(),
            since: None,
            alarm: Alarm::default(),
        }
    }

    fn hear(&mut self, said: Option<bool>) {
        if let Some(waiting) = said {
            self.since = waiting.then(|| self.open.uptime().now());
        }
    }

    fn poll_over(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(since) = self.since else {
            return Poll::Pending;
        };
        let deadline = since.saturating_add(self.write_idle);
        self.alarm
            .poll(deadline, self.open.uptime(), &self.runtime, context)
    }
}
