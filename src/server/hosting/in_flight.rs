//! A request in flight, and the body of its response while it is sent.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Body as _;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::gateway::Address;
use crate::gateway::Body;
use crate::gateway::ServerInfo;
use crate::gateway::discard;
use crate::gateway::report_cut;
use crate::server::hosting::access_log::AccessLog;
use crate::server::hosting::logged::Logged;
use crate::server::hosting::request_head::RequestHead;
use crate::server::hosting::span;
use crate::server::hosting::span::Span;
use crate::server::hosting::watch::Watch;

/// A connection that has requests.
pub(in crate::server) trait Served {
    fn watch(&self) -> &Watch;
    fn server_info(&self) -> &ServerInfo;
    fn access_log(&self) -> Option<&AccessLog>;
}

/// A request whose response is not sent completely. It is reported at its end.
pub(in crate::server) struct InFlight<C: Served> {
    pub(in crate::server) connection: Arc<C>,
    logged: Option<Box<Logged>>,
}

impl<C: Served> InFlight<C> {
    pub(in crate::server) fn new(connection: Arc<C>) -> Self {
        connection.watch().begin();
        Self {
            connection,
            logged: None,
        }
    }

    /// Puts the last request in flight again, for the protocol that it switched to.
    pub(in crate::server) fn again(connection: Arc<C>) -> Self {
        connection.watch().resume();
        Self {
            connection,
            logged: None,
        }
    }

    /// Reports the request at its end, if a log or a subscriber wants it.
    pub(in crate::server) fn log<'r>(
        &mut self,
        head: impl Into<RequestHead<'r>>,
        peer: Option<&Address>,
    ) {
        self.logged = Logged::begin(self.connection.access_log(), head, peer);
    }

    /// Reports input that is not a request, with its first line as far as there is one.
    pub(in crate::server) fn log_refused(&mut self, line: &[u8]) {
        let peer = self.connection.server_info().peer();
        if let Some(log) = self.connection.access_log() {
            let line = log.begin_refused(line, &http::Request::new(()), peer);
            self.logged = Logged::new(Some(line), None);
        }
    }

    pub(in crate::server) fn answered<B>(&mut self, response: &mut http::Response<B>) {
        if let Some(logged) = &mut self.logged {
            logged.answered(response);
        }
    }

    pub(in crate::server) fn span(&self) -> Option<&Span> {
        self.logged.as_ref().and_then(|logged| logged.span())
    }
}

impl<C: Served> Drop for InFlight<C> {
    fn drop(&mut self) {
        self.connection.watch().end();
    }
}

/// The body of a response, which keeps its request in flight until it is sent or dropped.
pub(in crate::server) struct Outbound<C: Served> {
    body: Body,
    in_flight: InFlight<C>,
}

impl<C: Served> Outbound<C> {
    pub(in crate::server) fn new(body: Body, mut in_flight: InFlight<C>) -> Self {
        if let Some(logged) = &mut in_flight.logged {
            logged.sending(body.length());
        }
        Self { body, in_flight }
    }

    /// The length of the body, if it is known.
    pub(in crate::server) fn length(&self) -> Option<u64> {
        self.body.length()
    }

    /// Takes all of the body, if it is in memory and shorter than `most`.
    pub(in crate::server) fn take_small(&mut self, most: usize) -> Option<Bytes> {
        let content = self.body.as_bytes();
        let content = content.filter(|content| content.len() < most)?.clone();
        if let Some(logged) = &mut self.in_flight.logged {
            logged.sent(Some(&Frame::data(content.clone())), true);
        }
        self.body = Body::empty();
        Some(content)
    }

    /// Polls the body within the span of its request; an error is reported.
    pub(in crate::server) fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self { body, in_flight } = self;
        let polled = span::inside(in_flight.span(), || {
            let polled = Pin::new(&mut *body).poll_frame(context);
            if let Poll::Ready(Some(Err(failure))) = &polled {
                report_cut(in_flight.connection.server_info().errors(), failure);
            }
            polled
        });
        let frame = ready!(polled).transpose();
        if let (Ok(frame), Some(logged)) = (&frame, &mut in_flight.logged) {
            logged.sent(frame.as_ref(), body.is_end_stream());
        }
        Poll::Ready(frame.transpose())
    }

    pub(in crate::server) fn is_over(&self) -> bool {
        self.body.is_end_stream()
    }

    pub(in crate::server) fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }

    /// Drops the body, which may hold that of the request.
    pub(in crate::server) fn discard(&mut self) {
        if self.body.as_bytes().is_none() {
            let (body, in_flight) = (std::mem::take(&mut self.body), &self.in_flight);
            let errors = in_flight.connection.server_info().errors();
            span::inside(in_flight.span(), || discard(body, errors));
        }
    }
}

/// The body is dropped before its request ends, even if its destructor panics.
impl<C: Served> Drop for Outbound<C> {
    fn drop(&mut self) {
        self.discard();
    }
}
