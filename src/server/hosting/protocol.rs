//! The protocol of a listener.

use std::fmt;

/// The protocol that a [`Listener`](crate::server::Listener) speaks with its clients. Clients of all but HTTP are web
/// servers in front.
///
/// ```
/// use rustzeug::server::{Listener, Protocol};
///
/// let listener = Listener::tcp("127.0.0.1:0")?.with_protocol(Protocol::FastCgi);
/// assert!(listener.to_string().starts_with("fastcgi://127.0.0.1:"));
/// # Ok::<(), rustzeug::ServeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// HTTP/1.1, and HTTP/2 with prior knowledge. It needs the feature `server`.
    #[default]
    Http,
    /// FastCGI, the role of a responder. It needs the feature `fastcgi`.
    FastCgi,
    /// SCGI. It needs the feature `scgi`.
    Scgi,
    /// The protocol of uWSGI, with `modifier1` 0. It needs the feature `uwsgi`.
    Uwsgi,
}

impl Protocol {
    /// All of them, in the order of the documentation.
    const ALL: [Self; 4] = [Self::Http, Self::FastCgi, Self::Scgi, Self::Uwsgi];

    /// The scheme in the address of a listener.
    fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::FastCgi => "fastcgi",
            Self::Scgi => "scgi",
            Self::Uwsgi => "uwsgi",
        }
    }

    /// The feature of this crate that it needs.
    pub(super) fn feature(self) -> &'static str {
        match self {
            Self::Http => "server",
            other => other.scheme(),
        }
    }

    /// All schemes, for a message.
    pub(super) fn names() -> String {
        Self::ALL.map(|protocol| format!("`{protocol}`")).join(", ")
    }

    pub(super) fn of_scheme(scheme: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|protocol| protocol.scheme() == scheme)
    }
}

/// Writes the scheme in the address of a listener: `http`, `fastcgi`, `scgi` or `uwsgi`.
impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scheme())
    }
}
