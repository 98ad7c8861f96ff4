//! FastCGI for the connections of a server.

use std::env;
use std::net::IpAddr;
use std::sync::Arc;

use crate::gateway::Application;
use crate::server::front::host;
use crate::server::hosting::shared::Shared;
use crate::wire::fastcgi::FastCgi;

pub(super) const AVAILABLE: bool = true;

pub(super) type Host<A> = host::Host<A, FastCgi>;

pub(super) fn host<A: Application>(shared: &Arc<Shared<A>>) -> Host<A> {
    let codec = |shared: &Shared<A>| {
        let variables_bytes = shared.server_info.limits().variables_bytes();
        FastCgi::new(variables_bytes, shared.limits.connections())
    };
    Host::new(Arc::clone(shared), codec, allowed())
}

/// The addresses of web servers that may connect, if the program that started the process names them (§3.2).
fn allowed() -> Vec<IpAddr> {
    let named = env::var("FCGI_WEB_SERVER_ADDRS").unwrap_or_default();
    named
        .split(',')
        .filter_map(|address| address.trim().parse().ok())
        .collect()
}
