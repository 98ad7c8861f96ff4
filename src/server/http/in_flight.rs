//! A request in flight, and the report at its end.

use std::sync::Arc;

use crate::gateway::Signal;
use crate::server::hosting::logged::Logged;
use crate::server::hosting::span::Span;
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

/// A request whose response is not sent completely.
pub(super) struct InFlight<A> {
    pub(super) connection: Arc<Connection<A>>,
    logged: Option<Box<Logged>>,
}

impl<A> InFlight<A> {
    pub(super) fn new(connection: Arc<Connection<A>>) -> Self {
        connection.watch().begin();
        Self {
            connection,
            logged: None,
        }
    }

    /// Puts the last request in flight again, for the protocol that it switched to.
    pub(super) fn again(connection: Arc<Connection<A>>) -> Self {
        connection.watch().resume();
        Self {
            connection,
            logged: None,
        }
    }

    /// Reports the request at its end, if a log or a subscriber wants it.
    pub(super) fn log<B>(&mut self, request: &http::Request<B>) {
        let Connection {
            shared,
            server_info,
            ..
        } = &*self.connection;
        let log = shared.access_log.as_ref();
        self.logged = Logged::begin(log, request, server_info.peer());
    }

    pub(super) fn answered<B>(&mut self, response: &mut http::Response<B>) {
        if let Some(logged) = &mut self.logged {
            logged.answered(response);
        }
    }

    pub(super) fn span(&self) -> Option<&Span> {
        self.logged.as_ref().and_then(|logged| logged.span())
    }

    pub(super) fn logged(&mut self) -> Option<&mut Logged> {
        self.logged.as_deref_mut()
    }
}

impl<A> Drop for InFlight<A> {
    fn drop(&mut self) {
        self.connection.watch().end();
    }
}
