//! A protocol of web servers in front, for all connections of a server.

use std::future::poll_fn;
use std::net::IpAddr;
use std::sync::Arc;

use crate::gateway::Address;
use crate::gateway::Application;
use crate::gateway::attempt;
use crate::gateway::report;
use crate::server::front::connection::Connection;
use crate::server::front::connection::End;
use crate::server::front::link::Link;
use crate::server::front::link::PlaceOfLink;
use crate::server::hosting::accept::Accepted;
use crate::server::hosting::open::Ticket;
use crate::server::hosting::shared::Shared;
use crate::server::hosting::transport::Transport;
use crate::wire::front::Codec;

/// A protocol for all connections of a server.
pub(in crate::server) struct Host<A, C> {
    shared: Arc<Shared<A>>,
    /// Makes the codec of a connection.
    codec: fn(&Shared<A>) -> C,
    /// The addresses that may connect; all of them if it is empty.
    allowed: Vec<IpAddr>,
}

impl<A: Application, C: Codec> Host<A, C> {
    /// `allowed` are the addresses that may connect by TCP; all of them if it is empty.
    pub(in crate::server) fn new(
        shared: Arc<Shared<A>>,
        codec: fn(&Shared<A>) -> C,
        allowed: Vec<IpAddr>,
    ) -> Self {
        Self {
            shared,
            codec,
            allowed,
        }
    }

    /// Returns whether a client may connect.
    fn allows(&self, peer: &Address) -> bool {
        let is_named = |ip| self.allowed.contains(&ip);
        self.allowed.is_empty() || peer.ip().is_none_or(is_named)
    }

    /// Serves one connection until it is closed.
    pub(in crate::server) fn serve(
        &self,
        accepted: Accepted,
        ticket: Ticket,
    ) -> impl Future<Output = ()> + Send + use<A, C> {
        let Accepted {
            stream,
            peer,
            local,
            ..
        } = accepted;
        let is_allowed = self.allows(&peer);
        let shared = Arc::clone(&self.shared);
        let transport = Transport::new(stream, &ticket, &shared.limits, b"").without_http();
        let codec = (self.codec)(&shared);
        let link = Arc::new(Link::new(shared, peer, local, ticket));
        let mut connection = Connection::new(Arc::clone(&link), transport, codec);
        async move {
            let _place = PlaceOfLink(Arc::clone(&link));
            if !is_allowed {
                return;
            }
            link.watch().set_fronted();
            link.ticket.wake_on_news().await;
            // A value of the application may panic when it is dropped, such as the owner of a piece of a body.
            let end = poll_fn(|context| match attempt(|| connection.poll(context)) {
                Ok(polled) => polled,
                Err(error) => {
                    report(link.server_info.errors(), None, &error);
                    std::task::Poll::Ready(End::Cut)
                }
            });
            let end = end.await;
            if let Err(error) = attempt(|| connection.finish(end)) {
                report(link.server_info.errors(), None, &error);
            }
            if end == End::Closed {
                poll_fn(|context| connection.poll_close(context)).await;
            }
        }
    }
}
