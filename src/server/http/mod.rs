//! HTTP/1.1 on hyper and HTTP/2 on h2: a connection, its requests and their responses.

mod answer;
mod connection;
mod date;
mod exchange;
mod http1;
mod http2;
mod input;
mod output;
mod preface;
mod refusal;
mod source;
mod streams;
mod trailers;

use std::sync::Arc;

use crate::gateway::Application;
use crate::server::hosting::shared::Shared;

pub(super) use http1::Http as Host;

pub(super) const AVAILABLE: bool = true;

pub(super) fn host<A: Application>(shared: &Arc<Shared<A>>) -> Host<A> {
    Host::new(Arc::clone(shared))
}
