//! Why a server could not be started, in sentences.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;

use crate::server::hosting::protocol::Protocol;

/// Why a server could not be started.
///
/// `Display` and `Debug` write the same sentence, so that it is readable when `main` returns it.
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
    attempt: Attempt,
    source: io::Error,
}

/// The operation that failed.
enum Attempt {
    Address,
    Port(OsString),
    Variable(String),
    Bind(SocketAddr),
    Unix(PathBuf),
    Inherited(usize),
    Stdin,
    Protocol(String),
    Feature(Protocol),
    Runtime,
    Application,
}

impl ServeError {
    pub(super) fn address(source: io::Error) -> Self {
        Self {
            attempt: Attempt::Address,
            source,
        }
    }

    pub(in crate::server) fn port(port: OsString) -> Self {
        Self {
            attempt: Attempt::Port(port),
            source: ErrorKind::InvalidInput.into(),
        }
    }

    /// For a variable of the environment; `text` is the whole sentence.
    pub(in crate::server) fn variable(text: String) -> Self {
        Self {
            attempt: Attempt::Variable(text),
            source: ErrorKind::InvalidInput.into(),
        }
    }

    /// For other settings; `text` is the whole sentence.
    pub(in crate::server) fn sentence(text: String) -> Self {
        Self::variable(text)
    }

    pub(super) fn bind(address: SocketAddr, source: io::Error) -> Self {
        Self {
            attempt: Attempt::Bind(address),
            source,
        }
    }

    pub(super) fn unix(path: &Path, source: io::Error) -> Self {
        Self {
            attempt: Attempt::Unix(path.to_owned()),
            source,
        }
    }

    /// For the inherited socket at an index.
    pub(super) fn inherited(index: usize, source: io::Error) -> Self {
        Self {
            attempt: Attempt::Inherited(index),
            source,
        }
    }

    pub(super) fn stdin(source: io::Error) -> Self {
        Self {
            attempt: Attempt::Stdin,
            source,
        }
    }

    /// For text that should name a protocol.
    pub(super) fn protocol(name: &str) -> Self {
        Self {
            attempt: Attempt::Protocol(name.to_owned()),
            source: ErrorKind::InvalidInput.into(),
        }
    }

    /// For a protocol whose feature is off.
    pub(in crate::server) fn feature(protocol: Protocol) -> Self {
        Self {
            attempt: Attempt::Feature(protocol),
            source: ErrorKind::Unsupported.into(),
        }
    }

    pub(in crate::server) fn inside_runtime() -> Self {
        let text = "serve() was called inside a tokio runtime; use serve_async(…).await there";
        Self::runtime(io::Error::other(text))
    }

    /// For an application that reports that it cannot be served.
    pub(in crate::server) fn application(error: &crate::base::error::Error) -> Self {
        let why = error.causes().unwrap_or_else(|| error.to_string());
        Self {
            attempt: Attempt::Application,
            source: io::Error::other(why),
        }
    }

    pub(in crate::server) fn runtime(source: impl Into<io::Error>) -> Self {
        Self {
            attempt: Attempt::Runtime,
            source: source.into(),
        }
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = &self.source;
        match (&self.attempt, source.kind()) {
            (Attempt::Address, _) => write!(f, "this is not an address to listen on: {source}"),
            (Attempt::Port(port), _) => {
                write!(
                    f,
                    "PORT is `{}`; set it to a number from 0 to 65535",
                    port.display()
                )
            }
            (Attempt::Variable(text), _) => f.write_str(text),
            (Attempt::Bind(address), ErrorKind::AddrInUse) => {
                write!(
                    f,
                    "port {} is taken; set PORT to another one",
                    address.port()
                )
            }
            (Attempt::Bind(address), ErrorKind::PermissionDenied) => {
                write!(
                    f,
                    "this user may not listen on port {}; set PORT to a port above 1023",
                    address.port()
                )
            }
            (Attempt::Bind(address), ErrorKind::AddrNotAvailable) => {
                write!(f, "{} is not an address of this machine", address.ip())
            }
            (Attempt::Bind(address), _) => write!(f, "cannot listen on {address}: {source}"),
            (Attempt::Unix(path), kind) => unix(f, path, kind, source),
            (Attempt::Inherited(index), _) => {
                write!(
                    f,
                    "inherited socket {} is not a socket that accepts connections: {source}",
                    index + 1
                )
            }
            (Attempt::Stdin, _) => {
                write!(
                    f,
                    "the standard input is not a socket that accepts connections: {source}"
                )
            }
            (Attempt::Protocol(name), _) => {
                write!(
                    f,
                    "`{name}` is not a protocol of this server; it has {}",
                    Protocol::names()
                )
            }
            (Attempt::Feature(protocol), _) => {
                write!(
                    f,
                    "a listener speaks {protocol}: enable the feature `{}` of rustzeug",
                    protocol.feature()
                )
            }
            (Attempt::Application, _) => write!(f, "the application cannot be served: {source}"),
            (Attempt::Runtime, _) => write!(f, "cannot start the server: {source}"),
        }
    }
}

fn unix(
    f: &mut fmt::Formatter<'_>,
    path: &Path,
    kind: ErrorKind,
    source: &io::Error,
) -> fmt::Result {
    let path = path.display();
    match kind {
        ErrorKind::AddrInUse => write!(f, "{path} is taken: another process listens there"),
        ErrorKind::AlreadyExists => write!(f, "{path} is not a socket, and was not changed"),
        ErrorKind::InvalidInput => write!(f, "`{path}` cannot name a socket: {source}"),
        ErrorKind::NotFound => write!(f, "the folder of {path} does not exist"),
        ErrorKind::PermissionDenied => write!(f, "this user may not create {path}"),
        _ => write!(f, "cannot listen on {path}: {source}"),
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
