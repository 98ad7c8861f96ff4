//! The server before it serves: its listeners and settings.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::gateway::Address;
use crate::gateway::ErrorStream;
use crate::gateway::Limits;
use crate::gateway::ScriptNameFix;
use crate::server::hosting::access_log::AccessLog;
use crate::server::hosting::health::Health;
use crate::server::hosting::listener::Listener;
use crate::server::hosting::monitor::Monitor;
use crate::server::hosting::open::Open;
use crate::server::hosting::protocol::Protocol;
use crate::server::hosting::serve_error::ServeError;
use crate::server::hosting::stopper::Stopper;
use crate::server::limits::ServerLimits;
use crate::server::listen_at::ListenAt;
use crate::server::schedule::Schedule;

/// An embedded server that listens and is ready to serve.
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
    pub(super) script_name_fix: ScriptNameFix,
    pub(super) schedule: Schedule,
    pub(super) open: Arc<Open>,
}

impl Server {
    /// Listens on a TCP address; port 0 selects a free port.
    ///
    /// Clients can connect from now on; they get responses once the server serves.
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if the address is not valid, is taken or is not allowed.
    pub fn bind(address: impl ListenAt) -> Result<Self, ServeError> {
        Listener::tcp(address).map(Self::on)
    }

    /// Uses a listener: a [`Listener`], or one of the standard library that was already bound or inherited.
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
            script_name_fix: ScriptNameFix::default(),
            schedule: Schedule::default(),
            open: Arc::default(),
        }
    }

    /// Adds a listener, which may speak another protocol than the others. Listeners take turns, and
    /// [`ServerLimits::connections`] applies to the connections of all of them.
    #[must_use]
    pub fn with_listener(mut self, listener: impl Into<Listener>) -> Self {
        self.listeners.push(listener.into());
        self
    }

    /// Sets the protocol of all listeners that the server has so far; by default, each has its own.
    ///
    /// It is for programs whose listeners come from outside, as those of [`from_env`](Self::from_env).
    ///
    /// ```
    /// use rustzeug::{Server, server::Protocol};
    ///
    /// let server = Server::bind("127.0.0.1:0")?.with_protocol(Protocol::FastCgi);
    /// assert!(server.to_string().starts_with("fastcgi://127.0.0.1:"));
    /// # Ok::<(), rustzeug::ServeError>(())
    /// ```
    #[must_use]
    pub fn with_protocol(mut self, protocol: Protocol) -> Self {
        let listeners = self.listeners.into_iter();
        self.listeners = listeners.map(|at| at.with_protocol(protocol)).collect();
        self
    }

    /// The address of the first TCP listener.
    ///
    /// # Panics
    ///
    /// Panics if the server listens on Unix sockets only: [`addresses`](Self::addresses) returns all addresses.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.addresses()
            .find_map(|address| match address {
                Address::Inet(address) => Some(*address),
                _ => None,
            })
            .expect("`local_addr` was called on a server that listens on Unix sockets only")
    }

    /// The addresses of its listeners, in order.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.listeners.iter().map(Listener::address)
    }

    /// Replaces the limits of requests.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Replaces the limits of the server itself: of connections, threads and stopping.
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

    /// Replaces the error stream; the default is stderr. A thread of the server writes to it, so that requests do not
    /// wait for it.
    #[must_use]
    pub fn with_errors(mut self, errors: ErrorStream) -> Self {
        self.errors = errors;
        self
    }

    /// Writes a line to `log` for each request; by default there is no access log.
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

    /// Sets a path whose `GET` and `HEAD` requests the server answers itself, without the application: with `200` and
    /// `ok`, or with `503` and `draining` once the server is stopping. Load balancers use it.
    ///
    /// The request may lack a `Host`. All other rules for requests apply to it. Middleware of the application does not
    /// see it: mount [`health`](Self::health) for that.
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

    /// The health of the server as an application, to be mounted where middleware adds its headers. It can be used
    /// instead of [`with_health_path`](Self::with_health_path), or in addition to it.
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

    /// Sets whether the application sees `CONNECT` over HTTP/1; by default the response is a `501`. See
    /// [`Environ::tunnel`](crate::gateway::Environ::tunnel).
    #[must_use]
    pub fn with_connect(mut self, connect: bool) -> Self {
        self.connect = connect;
        self
    }

    /// Sets the mount points, for web servers in front that do not split the path as the program needs it (FastCGI,
    /// SCGI, uwsgi).
    ///
    /// ```
    /// use rustzeug::{Server, server::Listener};
    ///
    /// let listener = Listener::at("fastcgi://127.0.0.1:0")?;
    /// let server = Server::on(listener).with_script_name_fix("/app,/".parse()?);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn with_script_name_fix(mut self, fix: ScriptNameFix) -> Self {
        self.script_name_fix = fix;
        self
    }

    /// Runs the server on tokio's multi-thread runtime, where idle threads take tasks from busy ones. By default it
    /// runs on [lanes](crate::guide::architecture#lanes). Each task stays on its lane.
    ///
    /// A plain `fn` needs more switches between threads than on a lane. This is the better choice for `async fn`s that
    /// compute for milliseconds, or call [`block_in_place`](tokio::task::block_in_place).
    ///
    /// ```no_run
    /// # fn example() -> Result<(), rustzeug::ServeError> {
    /// use rustzeug::Server;
    ///
    /// Server::bind("127.0.0.1:8000")?.work_stealing().serve(|| "hello\n")
    /// # }
    /// ```
    #[must_use]
    pub fn work_stealing(mut self) -> Self {
        self.schedule = Schedule::WorkStealing;
        self
    }

    /// A handle that reads the counters of the server.
    #[must_use]
    pub fn monitor(&self) -> Monitor {
        Monitor(Arc::clone(&self.open))
    }

    /// A handle that stops the server as a signal does.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(Arc::clone(&self.open))
    }
}

/// Writes its listeners, separated by `, `.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listeners: Vec<_> = self.listeners.iter().map(ToString::to_string).collect();
        f.write_str(&listeners.join(", "))
    }
}
