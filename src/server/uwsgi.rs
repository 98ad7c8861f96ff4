//! The protocol of uWSGI for the connections of a server.

use std::sync::Arc;

use crate::gateway::Application;
use crate::server::front::host;
use crate::server::hosting::shared::Shared;
use crate::wire::uwsgi::Uwsgi;

pub(super) const AVAILABLE: bool = true;

pub(super) type Host<A> = host::Host<A, Uwsgi>;

pub(super) fn host<A: Application>(shared: &Arc<Shared<A>>) -> Host<A> {
    let codec = |shared: &Shared<A>| Uwsgi::new(shared.server_info.limits().variables_bytes());
    Host::new(Arc::clone(shared), codec, Vec::new())
}
