//! The protocol of a listener.

use std::fmt;

/// The protocol that a [`Listener`](crate::server::Listener) speaks with its clients.
///
/// ```
/// use rustzeug::server::{Listener, Protocol};
///
/// let listener = Listener::tcp("127.0.0.1:0")?;
/// assert_eq!(listener.protocol(), Protocol::Http);
/// # Ok::<(), rustzeug::ServeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// HTTP/1.1, and HTTP/2 with prior knowledge.
    #[default]
    Http,
}

impl Protocol {
    /// All of them, in the order of the documentation.
    const ALL: [Self; 1] = [Self::Http];

    /// The scheme in the address of a listener.
    fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
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

/// Writes the scheme in the address of a listener: `http`.
impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scheme())
    }
}
