//! The base URL of a client.

use crate::base::url::Host;
use crate::base::url::default_port;

/// The URL against which targets without a host are resolved.
#[derive(Clone, Debug)]
pub(super) struct Base {
    pub(super) scheme: &'static str,
    pub(super) name: String,
    pub(super) port: u16,
    /// The path at which the application is mounted, percent-encoded, without a slash at its end.
    pub(super) mount: String,
}

impl Base {
    /// Makes a base from a host that was checked.
    pub(super) fn new(scheme: &'static str, host: Host<'_>) -> Self {
        Self {
            scheme,
            name: host.name().to_ascii_lowercase(),
            port: host.port().unwrap_or(default_port(scheme)),
            mount: String::new(),
        }
    }
}
