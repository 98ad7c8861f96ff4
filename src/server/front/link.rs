//! What a connection and the tasks of its requests share.

use std::sync::Arc;

use crate::gateway::Address;
use crate::gateway::ServerInfo;
use crate::server::hosting::access_log::AccessLog;
use crate::server::hosting::in_flight::Served;
use crate::server::hosting::open::Ticket;
use crate::server::hosting::shared::Shared;
use crate::server::hosting::watch::Watch;

/// A connection from a web server in front, which exists as long as it is open or one of its handlers runs.
pub(super) struct Link<A> {
    pub(super) shared: Arc<Shared<A>>,
    /// The facts of the connection; those of a request come with its variables.
    pub(super) server_info: ServerInfo,
    pub(super) ticket: Ticket,
}

impl<A> Link<A> {
    pub(super) fn new(
        shared: Arc<Shared<A>>,
        peer: Address,
        local: Address,
        ticket: Ticket,
    ) -> Self {
        let mut server_info = shared.server_info.clone().with_connect(false);
        if let (Some(ip), Some(port)) = (local.ip(), local.port()) {
            server_info = server_info.with_server(&ip.to_string(), port);
        }
        let budget = server_info.budget().for_connection();
        Self {
            server_info: server_info
                .with_front(true)
                .with_peer(peer)
                .with_local(local)
                .with_budget(budget),
            shared,
            ticket,
        }
    }

    pub(super) fn watch(&self) -> &Arc<Watch> {
        self.ticket.watch()
    }
}

impl<A> Served for Link<A> {
    fn watch(&self) -> &Watch {
        self.ticket.watch()
    }

    fn server_info(&self) -> &ServerInfo {
        &self.server_info
    }

    fn access_log(&self) -> Option<&AccessLog> {
        self.shared.access_log.as_ref()
    }
}

/// Frees the slot when the connection ends, although handlers and bodies may go on.
pub(super) struct PlaceOfLink<A>(pub(super) Arc<Link<A>>);

impl<A> Drop for PlaceOfLink<A> {
    fn drop(&mut self) {
        self.0.ticket.give_back();
    }
}
