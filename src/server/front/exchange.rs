//! One request and its response: how far both have come.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Sleep;

use crate::gateway::Application;
use crate::gateway::Signal;
use crate::server::front::answering::Answering;
use crate::server::front::sending::Sending;
use crate::server::front::sending::State;
use crate::server::front::slot::Reader;
use crate::server::front::slot::Slot;

/// How long the end of a response waits: for the rest of an unread body, or after a failure until the front has read what
/// was sent.
const MOMENT: Duration = Duration::from_millis(200);

/// A request and its response.
pub(super) struct Exchange<A: Application> {
    arrival: Arrival,
    pub(super) step: Step<A>,
    /// Tells the handler that its response is not wanted any more.
    left: Signal,
    moment: Option<Pin<Box<Sleep>>>,
}

/// How far the body of a request has arrived.
pub(super) enum Arrival {
    /// There is more to come. `dropped` is the number of bytes that may be dropped if nobody reads them.
    Coming { slot: Arc<Slot>, dropped: u64 },
    /// All of it is there.
    Whole,
    /// What arrives is not understood.
    Unreadable,
}

/// How far the response is.
pub(super) enum Step<A: Application> {
    Answering(Answering<A>),
    Sending(Sending<A>),
}

impl<A: Application> Exchange<A> {
    /// `left` is set if the exchange is dropped before the end of the response is written.
    pub(super) fn new(answering: Answering<A>, arrival: Arrival, left: &Signal) -> Self {
        Self {
            arrival,
            step: Step::Answering(answering),
            left: left.clone(),
            moment: None,
        }
    }

    /// Returns whether the end of the response is written.
    pub(super) fn has_ended(&self) -> bool {
        match &self.step {
            Step::Answering(_) => false,
            Step::Sending(sending) => sending.state() == State::Ended,
        }
    }

    /// Returns whether what arrives can be taken in.
    pub(super) fn takes_in(&self, context: &Context<'_>) -> bool {
        match &self.arrival {
            Arrival::Coming { slot, dropped } => match slot.reader(context) {
                Reader::Waits => true,
                Reader::Rests => false,
                Reader::Gone => *dropped > 0,
            },
            Arrival::Whole => true,
            Arrival::Unreadable => false,
        }
    }

    /// The end of the response is written.
    pub(super) fn set_ended(&mut self) {
        if let Step::Sending(sending) = &mut self.step {
            sending.set_ended();
        }
    }

    pub(super) fn is_input_whole(&self) -> bool {
        matches!(self.arrival, Arrival::Whole)
    }

    /// Takes in a piece of the body, and drops it if nobody reads it.
    pub(super) fn give(&mut self, piece: Bytes) {
        if let Arrival::Coming { slot, dropped } = &mut self.arrival {
            let length = piece.len() as u64;
            if !slot.give(piece) {
                *dropped = dropped.saturating_sub(length);
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
        if let Arrival::Coming { slot, dropped } = &mut self.arrival {
            slot.cut();
            *dropped = 0;
        }
    }

    /// Waits for a moment until the unread rest of the body has arrived.
    pub(super) fn poll_drained(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match &self.arrival {
            Arrival::Coming { slot, dropped }
                if *dropped > 0 && slot.reader(context) == Reader::Gone =>
            {
                self.poll_moment(context)
            }
            _ => Poll::Ready(()),
        }
    }

    /// Waits for a moment.
    pub(super) fn poll_moment(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let sleep = || Box::pin(tokio::time::sleep(MOMENT));
        let moment = self.moment.get_or_insert_with(sleep);
        moment.as_mut().poll(context)
    }
}

/// A body that is not complete stays so.
impl<A: Application> Drop for Exchange<A> {
    fn drop(&mut self) {
        if !self.has_ended() {
            self.left.set();
        }
        self.cut_input();
    }
}
