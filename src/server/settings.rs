//! The server before it serves: where it listens, and what it was told.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::gateway::Address;
use crate::gateway::ErrorStream;
use crate::gateway::Limits;
use crate::server::hosting::access_log::AccessLog;
use crate::server::hosting::health::Health;
use crate::server::hosting::listener::Listener;
use crate::server::hosting::monitor::Monitor;
use crate::server::hosting::open::Open;
use crate::server::hosting::serve_error::ServeError;
use crate::server::hosting::stopper::Stopper;
use crate::server::limits::ServerLimits;
use crate::server::listen_at::ListenAt;

/// An embedded server that listens, and is about to serve.
///
/// ```
/// use rustzeug::{Server, gateway::Limits};
/// use std::io::{Read, Write};
///
/// let server = Server::bind("127.0.0.1:0")?.with_limits(Limits::default().with_received_body_bytes(1 << 20));
/// let (address, stopper) = (server.local_addr(), server.stopper());
/// let serving = std::thread::spawn(move || server.serve(|| "hello"));
///
/// let mut client = std::net::TcpStream::connect(address)?;
/// client.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
/// let mut answer = String::new();
/// client.read_to_string(&mut answer)?;
/// assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhello"));
///
/// stopper.stop();
/// serving.join().expect("no panic")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Server {
    pub(super) listeners: Vec<Listener>,
    pub(super) limits: Limits,
    pub(super) own_limits: ServerLimits,
    pub(super) errors: ErrorStream,
    pub(super) access_log: Option<AccessLog>,
    pub(super) health: Option<String>,
    pub(super) connect: bool,
    pub(super) open: Arc<Open>,
}

impl Server {
    /// Listens on an address; port 0 takes any that is free.
    ///
    /// Clients can connect from now on; they are answered once it serves.
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the address is none, is taken or is not allowed.
    pub fn bind(address: impl ListenAt) -> Result<Self, ServeError> {
        Listener::tcp(address).map(Self::on)
    }

    /// Serves what comes to a listener: a [`Listener`], or one of the standard library that was
    /// bound or handed over already.
    ///
    /// ```
    /// use rustzeug::Server;
    ///
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let port = listener.local_addr()?.port();
    /// assert_eq!(Server::on(listener).local_addr().port(), port);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn on(listener: impl Into<Listener>) -> Self {
        Self {
            listeners: vec![listener.into()],
            limits: Limits::default(),
            own_limits: ServerLimits::default(),
            errors: ErrorStream::default(),
            access_log: None,
            health: None,
            connect: false,
            open: Arc::default(),
        }
    }

    /// Adds a listener. They take turns, and [`ServerLimits::connections`] counts what comes to all of
    /// them.
    #[must_use]
    pub fn with_listener(mut self, listener: impl Into<Listener>) -> Self {
        self.listeners.push(listener.into());
        self
    }

    /// Where it listens by TCP, at the first such listener.
    ///
    /// # Panics
    ///
    /// If it listens on unix sockets only: [`addresses`](Self::addresses) has them all.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.addresses()
            .find_map(|address| match address {
                Address::Inet(address) => Some(*address),
                _ => None,
            })
            .expect("`local_addr` was asked of a server that listens on unix sockets only")
    }

    /// Where it listens, in the order of its listeners.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.listeners.iter().map(Listener::address)
    }

    /// Replaces the limits of requests.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Replaces the limits of the server itself: of connections, threads and its end.
    ///
    /// ```
    /// use rustzeug::{Server, server::ServerLimits};
    ///
    /// let limits = ServerLimits::default().with_connections(200).with_workers(50);
    /// let server = Server::bind("127.0.0.1:0")?.with_server_limits(limits);
    /// # Ok::<(), rustzeug::ServeError>(())
    /// ```
    #[must_use]
    pub fn with_server_limits(mut self, limits: ServerLimits) -> Self {
        self.own_limits = limits;
        self
    }

    /// Replaces the error stream, which is stderr. A thread of the server's writes to it, so that no request
    /// waits for it.
    #[must_use]
    pub fn with_errors(mut self, errors: ErrorStream) -> Self {
        self.errors = errors;
        self
    }

    /// Writes a line to `log` for each request; without this there is no access log.
    ///
    /// ```
    /// use rustzeug::{Server, server::AccessLog};
    ///
    /// let server = Server::bind("127.0.0.1:0")?.with_access_log(AccessLog::common());
    /// # Ok::<(), rustzeug::ServeError>(())
    /// ```
    #[must_use]
    pub fn with_access_log(mut self, log: AccessLog) -> Self {
        self.access_log = Some(log);
        self
    }

    /// Answers `GET` and `HEAD` of this path itself, without the application: `200` and `ok`, or
    /// `503` and `draining` once the server is to end. For those who decide where requests go.
    ///
    /// The request may come without a `Host`. Otherwise it is refused for what any request is
    /// refused for. Middleware of the application does not see it: mount
    /// [`health`](Self::health) where it should.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), rustzeug::ServeError> {
    /// use rustzeug::{Server, server::ServerLimits};
    /// use std::time::Duration;
    ///
    /// Server::bind("0.0.0.0:8000")?
    ///     .with_health_path("/healthz")
    ///     .with_server_limits(ServerLimits::default().with_lame_duck(Duration::from_secs(5)))
    ///     .serve(|| "hello\n")
    /// # }
    /// ```
    #[must_use]
    pub fn with_health_path(mut self, path: impl Into<String>) -> Self {
        self.health = Some(path.into());
        self
    }

    /// The server's health as an application, to mount where middleware adds its headers; without
    /// it, or beside it, there is [`with_health_path`](Self::with_health_path).
    ///
    /// ```no_run
    /// # #[cfg(feature = "routing")]
    /// # fn example() -> Result<(), rustzeug::ServeError> {
    /// use rustzeug::{Router, Server};
    ///
    /// let server = Server::bind("0.0.0.0:8000")?;
    /// let app = Router::new().get("/healthz", server.health());
    /// server.serve(app)
    /// # }
    /// ```
    #[must_use]
    pub fn health(&self) -> Health {
        Health(Arc::clone(&self.open))
    }

    /// Sets whether the application sees `CONNECT` over HTTP/1, which is a `501` unless this is set: see
    /// [`Environ::tunnel`](crate::gateway::Environ::tunnel).
    #[must_use]
    pub fn with_connect(mut self, connect: bool) -> Self {
        self.connect = connect;
        self
    }

    /// A handle that tells what the server has done so far.
    #[must_use]
    pub fn monitor(&self) -> Monitor {
        Monitor(Arc::clone(&self.open))
    }

    /// A handle that ends the server as a signal would.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(Arc::clone(&self.open))
    }
}

/// Its listeners, separated by `, `.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listeners: Vec<_> = self.listeners.iter().map(ToString::to_string).collect();
        f.write_str(&listeners.join(", "))
    }
}
