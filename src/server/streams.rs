//! The streams of HTTP/2, each of which is given up when its client takes nothing of it for too
//! long.
//!
//! Only the stream: behind a proxy the connection belongs to many clients, and one of them that
//! does not read is not to cost the others theirs. And whatever else moves on the connection:
//! pings and other streams are no reason to hold a body.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;
use std::pin::pin;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use hyper::rt::Executor;
use tokio::time::Instant;
use tokio::time::Sleep;

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
}

impl Streams {
    pub(super) fn new(write_idle: Duration) -> Self {
        Self { write_idle }
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, stream: F) {
        let mut patience = Patience::new(self.write_idle);
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
    since: Option<Instant>,
    /// Made when there is somebody to wait for, and moved only when it rings too early.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    fn new(write_idle: Duration) -> Self {
        Self {
            write_idle,
            since: None,
            alarm: None,
        }
    }

    fn hear(&mut self, said: Option<bool>) {
        if let Some(waiting) = said {
            self.since = waiting.then(Instant::now);
        }
    }

    fn poll_over(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let deadline = self
            .since
            .and_then(|since| since.checked_add(self.write_idle));
        let Some(deadline) = deadline else {
            return Poll::Pending;
        };
        let alarm = self
            .alarm
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        while alarm.as_mut().poll(context).is_ready() {
            if alarm.deadline() >= deadline {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(deadline);
        }
        Poll::Pending
    }
}
