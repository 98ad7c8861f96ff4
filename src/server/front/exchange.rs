//! One request and its response: how far both have come.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Sleep;

use crate::gateway::Application;
use crate::server::front::answering::Answering;
use crate::server::front::sending::Sending;
use crate::server::front::slot::Reader;
use crate::server::front::slot::Slot;

/// How long the end of a response waits for the rest of an unread body.
const DRAINING: Duration = Duration::from_millis(200);

/// A request and its response.
pub(super) struct Exchange<A: Application> {
    arrival: Arrival,
    pub(super) step: Step<A>,
    draining: Option<Pin<Box<Sleep>>>,
}

/// How far the body of a request has arrived.
pub(super) enum Arrival {
    /// There is more to come. `left` is the number of bytes that may be dropped if nobody reads them.
    Coming { slot: Arc<Slot>, left: u64 },
    /// All of it is there.
    Whole,
    /// What arrives is not understood.
    Unreadable,
}

/// How far the response is.
pub(super) enum Step<A: Application> {
    Answering(Answering<A>),
    /// `_left` tells the handler when the client has left.
    Sending {
        _left: Answering<A>,
        sending: Sending<A>,
    },
    /// Its end is written, but may not be sent yet.
    Ended {
        _sent: Sending<A>,
    },
    /// For a moment, between two of them.
    Between,
}

impl<A: Application> Exchange<A> {
    pub(super) fn new(answering: Answering<A>, arrival: Arrival) -> Self {
        Self {
            arrival,
            step: Step::Answering(answering),
            draining: None,
        }
    }

    /// The application has answered.
    pub(super) fn send(&mut self, sending: Sending<A>) {
        self.step = match std::mem::replace(&mut self.step, Step::Between) {
            Step::Answering(answering) => Step::Sending {
                _left: answering,
                sending,
            },
            other => other,
        };
    }

    /// The end of the response is written.
    pub(super) fn end(&mut self) {
        self.step = match std::mem::replace(&mut self.step, Step::Between) {
            Step::Sending { sending, .. } => Step::Ended { _sent: sending },
            other => other,
        };
    }

    /// Returns whether what arrives can be taken in.
    pub(super) fn takes_in(&self, context: &Context<'_>) -> bool {
        match &self.arrival {
            Arrival::Coming { slot, left } => match slot.reader(context) {
                Reader::Waits => true,
                Reader::Rests => false,
                Reader::Gone => *left > 0,
            },
            Arrival::Whole => true,
            Arrival::Unreadable => false,
        }
    }

    pub(super) fn is_input_whole(&self) -> bool {
        matches!(self.arrival, Arrival::Whole)
    }

    /// Takes in a piece of the body, and drops it if nobody reads it.
    pub(super) fn give(&mut self, piece: Bytes) {
        if let Arrival::Coming { slot, left } = &mut self.arrival {
            let length = piece.len() as u64;
            if !slot.give(piece) {
                *left = left.saturating_sub(length);
            }
        }
    }

    /// The body is complete.
    pub(super) fn end_input(&mut self) {
        if let Arrival::Coming { slot, .. } = std::mem::replace(&mut self.arrival, Arrival::Whole) {
            slot.end();
        }
    }

    /// Nothing more of the body arrives.
    pub(super) fn cut_input(&mut self) {
        if let Arrival::Coming { slot, left } = &mut self.arrival {
            slot.cut();
            *left = 0;
        }
    }

    /// Waits for a moment until the unread rest of the body has arrived.
    pub(super) fn poll_drained(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match &self.arrival {
            Arrival::Coming { slot, left } if *left > 0 && slot.reader(context) == Reader::Gone => {
                let sleep = || Box::pin(tokio::time::sleep(DRAINING));
                self.draining
                    .get_or_insert_with(sleep)
                    .as_mut()
                    .poll(context)
            }
            _ => Poll::Ready(()),
        }
    }
}

/// A body that is not complete stays so.
impl<A: Application> Drop for Exchange<A> {
    fn drop(&mut self) {
        self.cut_input();
    }
}
