//! A response while it is sent.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Body as _;
use http_body::Frame;

use crate::base::error::BoxError;
use crate::gateway::Body;
use crate::gateway::discard;
use crate::gateway::report_cut;
use crate::server::front::answering::Answer;
use crate::server::front::in_flight::InFlight;
use crate::server::hosting::span;
use crate::server::response_head::Asked;
use crate::wire::cgi_head::Form;
use crate::wire::front::Codec;
use crate::wire::front::outgoing::Outgoing;

/// A body that is shorter than this is sent in one piece with its head.
const SMALL: usize = 16 << 10;

/// The body of a response, which keeps its request in flight until it is sent or dropped.
pub(super) struct Sending<A> {
    body: Body,
    in_flight: InFlight<A>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// There may be more of the body.
    Body,
    /// The body has ended.
    Whole,
    /// The body has failed.
    Failed,
}

impl<A> Sending<A> {
    /// Writes the head, and a small body with it.
    pub(super) fn begin<C: Codec>(
        (response, mut in_flight): Answer<A>,
        asked: &Asked,
        codec: &mut C,
        out: &mut Outgoing,
    ) -> Self {
        let form = if C::HAS_STATUS_LINE {
            Form::Http
        } else {
            Form::Status
        };
        let mut bytes = Vec::with_capacity(512);
        asked.write_head(form, &response, &mut bytes);
        let mut body = response.into_body();
        if let Some(logged) = &mut in_flight.logged {
            logged.sending(body.length());
        }
        let mut state = State::Body;
        if let Some(content) = body.as_bytes()
            && content.len() < SMALL
        {
            bytes.extend_from_slice(content);
            if let Some(logged) = &mut in_flight.logged {
                logged.sent(Some(&Frame::data(content.clone())), true);
            }
            body = Body::empty();
            state = State::Whole;
        }
        codec.encode(bytes.into(), out);
        Self {
            body,
            in_flight,
            state,
        }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// Writes the next piece of the body, or finds its end.
    pub(super) fn poll<C: Codec>(
        &mut self,
        codec: &mut C,
        out: &mut Outgoing,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        match ready!(self.poll_body(context)) {
            Some(Ok(frame)) => {
                let is_over = self.body.is_end_stream();
                if let Some(logged) = &mut self.in_flight.logged {
                    logged.sent(Some(&frame), is_over);
                }
                if let Ok(piece) = frame.into_data() {
                    codec.encode(piece, out);
                }
                if is_over {
                    self.end();
                }
            }
            None => {
                if let Some(logged) = &mut self.in_flight.logged {
                    logged.sent(None, true);
                }
                self.end();
            }
            Some(Err(_)) => self.state = State::Failed,
        }
        Poll::Ready(())
    }

    /// The body has ended. It is dropped, because it may hold the body of the request.
    fn end(&mut self) {
        self.state = State::Whole;
        self.discard();
    }

    fn discard(&mut self) {
        if self.body.as_bytes().is_none() {
            let (body, in_flight) = (std::mem::take(&mut self.body), &self.in_flight);
            let errors = in_flight.link.server_info.errors();
            span::inside(in_flight.span(), || discard(body, errors));
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
                report_cut(in_flight.link.server_info.errors(), failure);
            }
            polled
        })
    }
}

/// The body is dropped before its request ends, even if its destructor panics.
impl<A> Drop for Sending<A> {
    fn drop(&mut self) {
        self.discard();
    }
}
