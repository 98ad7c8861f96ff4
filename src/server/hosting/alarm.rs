//! A timer for an operation that may take too long, based on the uptime of the process.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio::time::Sleep;

use crate::server::hosting::uptime::Uptime;

/// A timer that is made when it is first needed. It is only moved if it would fire too late, or has fired too early.
#[derive(Default)]
pub(in crate::server) struct Alarm {
    sleep: Option<Pin<Box<Sleep>>>,
    /// The time at which it fires.
    set_to: Duration,
}

impl Alarm {
    /// Ready at a time of `uptime`, or at once if the time has passed. The timer is made inside `runtime`, if the thread is
    /// outside of any.
    pub(in crate::server) fn poll(
        &mut self,
        deadline: Duration,
        uptime: &Uptime,
        runtime: &Handle,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        if let Some(sleep) = self.sleep.as_mut().filter(|_| self.set_to <= deadline) {
            ready!(sleep.as_mut().poll(context));
        }
        loop {
            let left = deadline.saturating_sub(uptime.now());
            if left.is_zero() {
                return Poll::Ready(());
            }
            let Some(until) = Instant::now().checked_add(left) else {
                return Poll::Pending;
            };
            self.set_to = deadline;
            let sleep = self.sleep.get_or_insert_with(|| {
                let is_outside = Handle::try_current().is_err();
                let _within = is_outside.then(|| runtime.enter());
                Box::pin(tokio::time::sleep_until(until))
            });
            sleep.as_mut().reset(until);
            ready!(sleep.as_mut().poll(context));
        }
    }
}
