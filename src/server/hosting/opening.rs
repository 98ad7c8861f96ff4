//! What the connections of a listener begin with, before their protocol.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::gateway::Address;
use crate::gateway::Network;
use crate::server::hosting::tls::Tls;

/// The first things on the connections of a listener.
#[derive(Clone, Debug, Default)]
pub(in crate::server) struct Opening {
    /// The proxies that send a header.
    pub(super) proxies: Option<Arc<Proxies>>,
    pub(super) tls: Option<Tls>,
}

/// The proxies that speak the PROXY protocol.
#[derive(Debug)]
pub(super) struct Proxies {
    networks: Vec<Network>,
    /// A header was missing or wrong; this is logged once.
    pub(super) warned: AtomicBool,
}

impl Proxies {
    pub(super) fn new(networks: Vec<Network>) -> Self {
        Self {
            networks,
            warned: AtomicBool::new(false),
        }
    }

    pub(super) fn trust(&self, peer: &Address) -> bool {
        self.networks.iter().any(|network| network.has_peer(peer))
    }
}

impl Opening {
    /// Returns whether the protocol begins with the first byte.
    pub(in crate::server) fn is_empty(&self) -> bool {
        self.proxies.is_none() && self.tls.is_none()
    }
}
