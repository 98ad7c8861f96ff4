//! Why a server could not be started, in sentences.

use std::error::Error;
use std::fmt;
use std::io;
use std::io::ErrorKind;
use std::net::SocketAddr;

/// Why a server could not be started.
///
/// `Display` and `Debug` are the same sentence, so that it reads well when `main` returns it.
///
/// ```
/// use rustzeug::Server;
///
/// let first = Server::bind("127.0.0.1:0")?;
/// let port = first.local_addr().port();
/// let error = Server::bind(("127.0.0.1", port)).unwrap_err();
/// assert_eq!(error.to_string(), format!("port {port} is taken; set PORT to another one"));
/// # Ok::<(), rustzeug::ServeError>(())
/// ```
pub struct ServeError {
    address: Option<SocketAddr>,
    source: io::Error,
}

impl ServeError {
    pub(super) fn address(source: io::Error) -> Self {
        Self {
            address: None,
            source,
        }
    }

    pub(super) fn bind(address: SocketAddr, source: io::Error) -> Self {
        Self {
            address: Some(address),
            source,
        }
    }

    pub(super) fn runtime(source: impl Into<io::Error>) -> Self {
        Self {
            address: None,
            source: source.into(),
        }
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.address, self.source.kind()) {
            (Some(address), ErrorKind::AddrInUse) => {
                write!(
                    f,
                    "port {} is taken; set PORT to another one",
                    address.port()
                )
            }
            (Some(address), ErrorKind::PermissionDenied) => {
                write!(
                    f,
                    "port {} is not allowed to this user; set PORT to one above 1023",
                    address.port()
                )
            }
            (Some(address), ErrorKind::AddrNotAvailable) => {
                write!(f, "{} is no address of this machine", address.ip())
            }
            (Some(address), _) => write!(f, "cannot listen on {address}: {}", self.source),
            (None, _) => write!(f, "cannot start the server: {}", self.source),
        }
    }
}

impl fmt::Debug for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for ServeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}
