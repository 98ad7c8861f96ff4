//! The body of a response as it is sent.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Body as _;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::discard;
use crate::gateway::report_cut;
use crate::server::hosting::span;
use crate::server::http::in_flight::InFlight;
use crate::server::http::in_flight::SetOnDrop;

/// The body of a response, which keeps its request in flight until it is sent or dropped.
pub(super) struct Output<A: Application> {
    body: Body,
    failure: Option<BoxError>,
    in_flight: InFlight<A>,
    _left: SetOnDrop,
}

impl<A: Application> Output<A> {
    pub(super) fn new(body: Body, mut in_flight: InFlight<A>, left: SetOnDrop) -> Self {
        if let Some(logged) = in_flight.logged() {
            logged.sending(body.length());
        }
        Self {
            body,
            failure: None,
            in_flight,
            _left: left,
        }
    }

    /// Polls the body within the span of its request; an error is reported.
    fn poll_body(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self {
            body, in_flight, ..
        } = self;
        span::inside(in_flight.span(), || {
            let polled = Pin::new(body).poll_frame(context);
            if let Poll::Ready(Some(Err(failure))) = &polled {
                report_cut(in_flight.connection.server_info.errors(), failure);
            }
            polled
        })
    }

    fn is_over(&self) -> bool {
        self.failure.is_none() && self.body.is_end_stream()
    }
}

/// The body is dropped before its request ends, even if its destructor panics.
impl<A: Application> Drop for Output<A> {
    fn drop(&mut self) {
        if self.body.as_bytes().is_none() {
            let (body, in_flight) = (std::mem::take(&mut self.body), &self.in_flight);
            let errors = in_flight.connection.server_info.errors();
            span::inside(in_flight.span(), || discard(body, errors));
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
        if let Some(failure) = self.failure.take() {
            return Poll::Ready(Some(Err(failure)));
        }
        match ready!(self.poll_body(context)) {
            Some(Err(failure)) => {
                // One poll later, so that hyper sends its bytes before it cuts the connection.
                self.failure = Some(failure);
                context.waker().wake_by_ref();
                Poll::Pending
            }
            frame => {
                let frame = frame.and_then(Result::ok);
                let is_over = self.is_over();
                if let Some(logged) = self.in_flight.logged() {
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
        self.body.size_hint()
    }
}
