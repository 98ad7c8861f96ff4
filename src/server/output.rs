//! The body of a response as it goes out.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Body as _;
use http_body::Frame;
use http_body::SizeHint;

use crate::error::BoxError;
use crate::error::Error;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::discard;
use crate::gateway::report;
use crate::server::exchange::InHand;
use crate::server::exchange::SetOnDrop;
use crate::server::span;
use crate::server::streams::say_waiting;

/// What HTTP/2 is given at a time, which is what fits into a frame. What it has been given it holds,
/// whether the client takes it or not, and only the next piece shows which.
const PIECE: usize = 16 << 10;

/// The body of a response, which keeps its request in hand until it is sent or dropped.
pub(super) struct Output<A: Application> {
    body: Body,
    /// What the body has given beyond a piece.
    rest: Bytes,
    failure: Option<BoxError>,
    in_hand: InHand<A>,
    _left: SetOnDrop,
}

impl<A: Application> Output<A> {
    pub(super) fn new(body: Body, mut in_hand: InHand<A>, left: SetOnDrop) -> Self {
        if let Some(logged) = in_hand.logged() {
            logged.sending(body.length());
        }
        // A client that allows not one byte is waited for before the first piece is made.
        say_waiting(true);
        Self {
            body,
            rest: Bytes::new(),
            failure: None,
            in_hand,
            _left: left,
        }
    }

    /// Hands on no more than a piece, where pieces are all that can be waited for.
    fn give(&mut self, mut data: Bytes) -> Frame<Bytes> {
        if data.len() > PIECE && self.in_hand.connection.watch().is_multiplexed() {
            self.rest = data.split_off(PIECE);
        }
        Frame::data(data)
    }

    /// What the body gives, within the span of its request; why it gives no more is told.
    fn poll_body(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self { body, in_hand, .. } = self;
        span::inside(in_hand.span(), || {
            let polled = Pin::new(body).poll_frame(context);
            if let Poll::Ready(Some(Err(failure))) = &polled {
                let line = format!("the response was cut off: {failure:?}");
                report(in_hand.connection.facts.errors(), None, &Error::from(line));
            }
            polled
        })
    }

    fn is_over(&self) -> bool {
        self.rest.is_empty() && self.failure.is_none() && self.body.is_end_stream()
    }
}

/// The body is dropped before its request is out of hand, and whatever its destructor does.
impl<A: Application> Drop for Output<A> {
    fn drop(&mut self) {
        if self.body.as_bytes().is_none() {
            let (body, in_hand) = (std::mem::take(&mut self.body), &self.in_hand);
            let errors = in_hand.connection.facts.errors();
            span::inside(in_hand.span(), || discard(body, errors));
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
        let frame = if self.rest.is_empty() {
            ready!(self.poll_body(context))
        } else {
            let rest = std::mem::take(&mut self.rest);
            Some(Ok(Frame::data(rest)))
        };
        match frame {
            Some(Err(failure)) => {
                // One poll late, so that hyper sends what it has before it cuts the connection.
                self.failure = Some(failure);
                context.waker().wake_by_ref();
                Poll::Pending
            }
            frame => {
                say_waiting(frame.is_some());
                let frame = frame.and_then(Result::ok).map(|frame| {
                    let data = frame.into_data();
                    data.map_or_else(|other| other, |data| self.give(data))
                });
                let is_over = self.is_over();
                if let Some(logged) = self.in_hand.logged() {
                    logged.sent(frame.as_ref(), is_over);
                }
                Poll::Ready(frame.map(Ok))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.is_over()
    }

    fn size_hint(&self) -> SizeHint {
        // hyper asks before the first piece only, when there is no rest.
        self.body.size_hint()
    }
}
