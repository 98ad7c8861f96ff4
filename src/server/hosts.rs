//! The protocols of a server: each connection goes to that of its listener.

use std::sync::Arc;

use crate::gateway::Application;
use crate::gateway::ErrorStream;
use crate::server::fastcgi;
use crate::server::hosting::accept::Accepted;
use crate::server::hosting::lanes;
use crate::server::hosting::lanes::Lanes;
use crate::server::hosting::open::Ticket;
use crate::server::hosting::protocol::Protocol;
use crate::server::hosting::shared::Shared;
use crate::server::http;
use crate::server::scgi;
use crate::server::uwsgi;

/// One host for each protocol.
pub(super) struct Hosts<A> {
    http: http::Host<A>,
    fastcgi: fastcgi::Host<A>,
    scgi: scgi::Host<A>,
    uwsgi: uwsgi::Host<A>,
}

/// Returns whether the feature of a protocol is on.
pub(super) fn serves(protocol: Protocol) -> bool {
    match protocol {
        Protocol::Http => http::AVAILABLE,
        Protocol::FastCgi => fastcgi::AVAILABLE,
        Protocol::Scgi => scgi::AVAILABLE,
        Protocol::Uwsgi => uwsgi::AVAILABLE,
    }
}

impl<A: Application> Hosts<A> {
    pub(super) fn new(shared: &Arc<Shared<A>>) -> Self {
        Self {
            http: http::host(shared),
            fastcgi: fastcgi::host(shared),
            scgi: scgi::host(shared),
            uwsgi: uwsgi::host(shared),
        }
    }

    /// Serves a connection on the runtime of the caller.
    pub(super) async fn serve_here(&self, accepted: Accepted, ticket: Ticket) {
        match accepted.protocol {
            Protocol::Http => Box::pin(self.http.serve(accepted, ticket)).await,
            Protocol::FastCgi => Box::pin(self.fastcgi.serve(accepted, ticket)).await,
            Protocol::Scgi => Box::pin(self.scgi.serve(accepted, ticket)).await,
            Protocol::Uwsgi => Box::pin(self.uwsgi.serve(accepted, ticket)).await,
        }
    }

    /// Begins to serve a connection, on a lane if there are any.
    pub(super) fn serve(
        &self,
        accepted: Accepted,
        ticket: Ticket,
        lanes: Option<&Lanes>,
        errors: &ErrorStream,
    ) {
        match accepted.protocol {
            Protocol::Http => {
                let serve = |accepted| self.http.serve(accepted, ticket);
                lanes::serve(lanes, accepted, serve, errors);
            }
            Protocol::FastCgi => {
                let serve = |accepted| self.fastcgi.serve(accepted, ticket);
                lanes::serve(lanes, accepted, serve, errors);
            }
            Protocol::Scgi => {
                let serve = |accepted| self.scgi.serve(accepted, ticket);
                lanes::serve(lanes, accepted, serve, errors);
            }
            Protocol::Uwsgi => {
                let serve = |accepted| self.uwsgi.serve(accepted, ticket);
                lanes::serve(lanes, accepted, serve, errors);
            }
        }
    }
}
