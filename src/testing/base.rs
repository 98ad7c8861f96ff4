//! Where the requests of a client go.

use crate::base::url::Host;
use crate::base::url::default_port;

/// What targets without a host are relative to.
#[derive(Clone, Debug)]
pub(in crate::testing) struct Base {
    pub(in crate::testing) scheme: &'static str,
    pub(in crate::testing) name: String,
    pub(in crate::testing) port: u16,
    /// Where the application is mounted, percent-encoded, without a slash at its end.
    pub(in crate::testing) mount: String,
}

impl Base {
    /// From an authority that was checked.
    pub(in crate::testing) fn new(scheme: &'static str, host: Host<'_>) -> Self {
        Self {
            scheme,
            name: host.name().to_ascii_lowercase(),
            port: host.port().unwrap_or(default_port(scheme)),
            mount: String::new(),
        }
    }
}
