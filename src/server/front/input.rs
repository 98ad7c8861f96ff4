//! The body of a request for the application, and its timeouts.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::server::front::link::Link;
use crate::server::front::slot::Slot;
use crate::server::hosting::pace::Pace;

/// The body of a request. Its errors, including slowness, are the client's fault.
pub(super) struct Input<A> {
    slot: Arc<Slot>,
    link: Arc<Link<A>>,
    pace: Pace,
    ended: bool,
}

impl<A> Input<A> {
    pub(super) fn new(slot: Arc<Slot>, link: Arc<Link<A>>) -> Self {
        link.watch().begin_body();
        Self {
            slot,
            pace: Pace::new(link.server_info.limits()),
            link,
            ended: false,
        }
    }

    fn end(&mut self) {
        if !std::mem::replace(&mut self.ended, true) {
            self.pace.arrived(0, &self.link.ticket);
            self.link.watch().end_body();
        }
    }
}

impl<A: Send + Sync + 'static> http_body::Body for Input<A> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        match this.slot.poll_take(context) {
            Poll::Pending => {
                let runtime = &this.link.shared.runtime;
                let late = this.pace.poll_over(&this.link.ticket, runtime, context);
                Poll::Ready(Some(Err(ready!(late).into_boxed())))
            }
            Poll::Ready(Some(Ok(piece))) => {
                this.pace.arrived(piece.len(), &this.link.ticket);
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
            Poll::Ready(Some(Err(()))) => {
                this.end();
                let cut = Error::bad_request().with_message("the request body ended early");
                Poll::Ready(Some(Err(cut.into_boxed())))
            }
            Poll::Ready(None) => {
                this.end();
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

impl<A> Drop for Input<A> {
    fn drop(&mut self) {
        self.end();
        self.slot.abandon();
    }
}
