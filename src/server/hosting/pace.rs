//! The rate at which the body of a request must arrive.

use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::base::error::Error;
use crate::gateway::Limits;
use crate::server::hosting::alarm::Alarm;
use crate::server::hosting::clock::earn;
use crate::server::hosting::open::Ticket;

/// The rate at which a body arrives while a reader waits for it. The time that the reader takes does not count.
pub(in crate::server) struct Pace {
    idle: Duration,
    rate: u64,
    /// The maximum time that bytes can earn.
    most: Duration,
    /// The remaining time, given the bytes that have arrived.
    credit: Duration,
    /// The time since which a reader waits.
    since: Option<Duration>,
    alarm: Alarm,
}

impl Pace {
    pub(in crate::server) fn new(limits: &Limits) -> Self {
        let (idle, grace) = (limits.body_idle(), limits.body_rate_grace());
        Self {
            idle,
            rate: limits.body_rate(),
            most: idle.max(grace),
            credit: grace,
            since: None,
            alarm: Alarm::default(),
        }
    }

    /// Records that bytes have arrived, or that the reader no longer waits.
    pub(in crate::server) fn arrived(&mut self, bytes: usize, ticket: &Ticket) {
        if let Some(since) = self.since.take() {
            let waited = ticket.open().uptime().now().saturating_sub(since);
            self.credit = self.credit.saturating_sub(waited);
            ticket.watch().end_wait();
        }
        self.credit = earn(self.credit, bytes as u64, self.rate, self.most);
    }

    /// Ready when too little has arrived for too long.
    pub(in crate::server) fn poll_over(
        &mut self,
        ticket: &Ticket,
        runtime: &Handle,
        context: &mut Context<'_>,
    ) -> Poll<Error> {
        let uptime = ticket.open().uptime();
        let since = *self.since.get_or_insert_with(|| {
            ticket.watch().begin_wait();
            uptime.now()
        });
        // With a rate of 0, only the limit on pauses applies.
        let left = match self.rate {
            0 => Duration::MAX,
            _ => self.credit,
        };
        let deadline = since.saturating_add(self.idle.min(left));
        self.alarm
            .poll(deadline, uptime, runtime, context)
            .map(|()| {
                let message = if self.idle <= left {
                    "the request body stopped arriving (limit `body_idle`)"
                } else {
                    "the request body arrives too slowly (limit `body_rate`)"
                };
                Error::request_timeout().with_message(message)
            })
    }
}
