//! The body of a response as it is sent.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Signal;
use crate::server::hosting::in_flight::InFlight;
use crate::server::hosting::in_flight::Outbound;
use crate::server::http::connection::Connection;

/// Signals that a stream of HTTP/2 is over. In HTTP/1, the connection does this.
#[derive(Default)]
pub(super) struct SetOnDrop(pub(super) Option<Signal>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        if let Some(signal) = &self.0 {
            signal.set();
        }
    }
}

/// The body of a response, for hyper.
pub(super) struct Output<A: Application> {
    outbound: Outbound<Connection<A>>,
    failure: Option<BoxError>,
    _left: SetOnDrop,
}

impl<A: Application> Output<A> {
    pub(super) fn new(body: Body, in_flight: InFlight<Connection<A>>, left: SetOnDrop) -> Self {
        Self {
            outbound: Outbound::new(body, in_flight),
            failure: None,
            _left: left,
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
        match ready!(self.outbound.poll(context)) {
            Some(Err(failure)) => {
                // One poll later, so that hyper sends its bytes before it cuts the connection.
                self.failure = Some(failure);
                context.waker().wake_by_ref();
                Poll::Pending
            }
            frame => Poll::Ready(frame),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.failure.is_none() && self.outbound.is_over()
    }

    fn size_hint(&self) -> SizeHint {
        self.outbound.size_hint()
    }
}
