//! The body of a response as it goes out.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;

use crate::error::BoxError;
use crate::error::Error;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::report;
use crate::server::exchange::InHand;
use crate::server::streams::say_waiting;

/// The body of a response, which keeps its request in hand until it is sent or dropped.
pub(super) struct Output<A: Application> {
    body: Body,
    failure: Option<BoxError>,
    in_hand: InHand<A>,
}

impl<A: Application> Output<A> {
    pub(super) fn new(body: Body, mut in_hand: InHand<A>) -> Self {
        if let Some(logged) = in_hand.logged() {
            logged.sending(body.length());
        }
        // A client that allows not one byte is waited for before the first piece is made.
        say_waiting(true);
        Self {
            body,
            failure: None,
            in_hand,
        }
    }
}

impl<A: Application> http_body::Body for Output<A> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        say_waiting(false);
        if let Some(failure) = self.failure.take() {
            return Poll::Ready(Some(Err(failure)));
        }
        match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Err(failure)) => {
                let line = format!("the response was cut off: {failure:?}");
                report(
                    self.in_hand.connection.facts.errors(),
                    None,
                    &Error::from(line),
                );
                // One poll late, so that hyper sends what it has before it cuts the connection.
                self.failure = Some(failure);
                context.waker().wake_by_ref();
                Poll::Pending
            }
            frame => {
                say_waiting(frame.is_some());
                let this = &mut *self;
                if let Some(logged) = this.in_hand.logged() {
                    let given = frame.as_ref().and_then(|frame| frame.as_ref().ok());
                    logged.sent(given, this.body.is_end_stream());
                }
                Poll::Ready(frame)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.failure.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
