//! The facts that a server declares about itself and a connection.

use std::sync::Arc;

use crate::gateway::Address;
use crate::gateway::Blocking;
use crate::gateway::Budget;
use crate::gateway::ErrorStream;
use crate::gateway::Limits;
use crate::gateway::Signal;

/// The facts that a server declares with every request, shared by all requests of a connection: its name and
/// port, the scheme, both addresses, how it runs applications and blocking work, the error stream, and the
/// limits.
///
/// These are the `wsgi.*` and `SERVER_*` entries of PEP 3333.
///
/// ```
/// use rustzeug::gateway::ServerInfo;
///
/// let server_info = ServerInfo::new("example.org", 443).with_scheme("https");
/// assert_eq!((server_info.scheme(), server_info.server_port()), ("https", 443));
/// ```
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "flags that are independent of one another"
)]
pub struct ServerInfo {
    server_name: Arc<str>,
    server_port: u16,
    scheme: &'static str,
    peer: Option<Address>,
    local: Option<Address>,
    multithread: bool,
    multiprocess: bool,
    run_once: bool,
    can_upgrade: bool,
    connect: bool,
    front: bool,
    log_notes: bool,
    errors: ErrorStream,
    limits: Arc<Limits>,
    budget: Budget,
    blocking: Blocking,
    client_left: Signal,
    stopping: Signal,
}

impl ServerInfo {
    /// Creates the facts of a server that is reached over plain `http`, calls applications from one thread of
    /// one process, and runs blocking work in place. An empty name becomes `localhost`; an IPv6 address gets
    /// brackets.
    #[must_use]
    pub fn new(server_name: &str, server_port: u16) -> Self {
        Self {
            server_name: named(server_name),
            server_port,
            scheme: "http",
            peer: None,
            local: None,
            multithread: false,
            multiprocess: false,
            run_once: false,
            can_upgrade: false,
            connect: false,
            front: false,
            log_notes: true,
            errors: ErrorStream::default(),
            limits: Arc::default(),
            budget: Budget::default(),
            blocking: Blocking::default(),
            client_left: Signal::default(),
            stopping: Signal::default(),
        }
    }

    /// Sets the server's own name and port, for a server that listens in several places.
    #[must_use]
    pub fn with_server(mut self, name: &str, port: u16) -> Self {
        if *name != *self.server_name {
            self.server_name = named(name);
        }
        self.server_port = port;
        self
    }

    pub(crate) fn with_port(mut self, port: u16) -> Self {
        self.server_port = port;
        self
    }

    /// Sets the scheme: `https` for the text `https` in any case, else `http`.
    #[must_use]
    pub fn with_scheme(mut self, scheme: &str) -> Self {
        self.scheme = if scheme.eq_ignore_ascii_case("https") {
            "https"
        } else {
            "http"
        };
        self
    }

    /// Sets the address of the client, or of the last proxy.
    #[must_use]
    pub fn with_peer(mut self, peer: impl Into<Address>) -> Self {
        self.peer = Some(peer.into());
        self
    }

    /// Sets the address that the client connected to.
    #[must_use]
    pub fn with_local(mut self, local: impl Into<Address>) -> Self {
        self.local = Some(local.into());
        self
    }

    /// Sets whether the application may be called from several threads at once.
    #[must_use]
    pub fn with_multithread(mut self, multithread: bool) -> Self {
        self.multithread = multithread;
        self
    }

    /// Sets whether other processes run the same application.
    #[must_use]
    pub fn with_multiprocess(mut self, multiprocess: bool) -> Self {
        self.multiprocess = multiprocess;
        self
    }

    /// Sets whether this process answers only one request, like CGI.
    #[must_use]
    pub fn with_run_once(mut self, run_once: bool) -> Self {
        self.run_once = run_once;
        self
    }

    /// Sets whether the server reads [`LogNote`](crate::gateway::LogNote)s; the default is `true`. A server
    /// without a log sets `false`, so that no notes are written.
    #[must_use]
    pub fn with_log_notes(mut self, log_notes: bool) -> Self {
        self.log_notes = log_notes;
        self
    }

    /// Sets whether a connection can leave HTTP ([`Environ::upgrade`](crate::gateway::Environ::upgrade)).
    #[must_use]
    pub fn with_can_upgrade(mut self, can_upgrade: bool) -> Self {
        self.can_upgrade = can_upgrade;
        self
    }

    /// Sets whether applications receive `CONNECT` requests, which otherwise get `501`.
    #[must_use]
    pub fn with_connect(mut self, connect: bool) -> Self {
        self.connect = connect;
        self
    }

    /// Sets whether another server has already read the head of the request, like the web server in front of
    /// CGI. That server has checked the head, so HTTP/1.1 without `Host` is accepted.
    #[must_use]
    pub fn with_front(mut self, front: bool) -> Self {
        self.front = front;
        self
    }

    /// Sets the error stream.
    #[must_use]
    pub fn with_errors(mut self, errors: ErrorStream) -> Self {
        self.errors = errors;
        self
    }

    /// Sets the limits for requests, unless a router or route sets its own.
    #[must_use]
    pub fn with_limits(mut self, limits: impl Into<Arc<Limits>>) -> Self {
        self.limits = limits.into();
        self
    }

    /// Sets the budget that request bodies share. For a connection, pass [`Budget::for_connection`] of the
    /// server's budget. The default is a new budget, shared by the clones of this value.
    #[must_use]
    pub fn with_budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Sets how blocking work is run.
    #[must_use]
    pub fn with_blocking(mut self, blocking: Blocking) -> Self {
        self.blocking = blocking;
        self
    }

    /// Sets the signal that the connection is over, for a server that can detect it.
    #[must_use]
    pub fn with_client_left(mut self, signal: Signal) -> Self {
        self.client_left = signal;
        self
    }

    /// Sets the signal that the server is stopping.
    #[must_use]
    pub fn with_stopping(mut self, signal: Signal) -> Self {
        self.stopping = signal;
        self
    }

    /// The server's own name, for requests without a host; never empty.
    #[must_use]
    pub fn server_name(&self) -> &str {
        &self.server_name
    }

    /// The server's own port.
    #[must_use]
    pub fn server_port(&self) -> u16 {
        self.server_port
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The address of the client, or of the last proxy.
    #[must_use]
    pub fn peer(&self) -> Option<&Address> {
        self.peer.as_ref()
    }

    /// The address that the client connected to.
    #[must_use]
    pub fn local(&self) -> Option<&Address> {
        self.local.as_ref()
    }

    /// Whether the application may be called from several threads at once.
    #[must_use]
    pub fn multithread(&self) -> bool {
        self.multithread
    }

    /// Whether other processes run the same application.
    #[must_use]
    pub fn multiprocess(&self) -> bool {
        self.multiprocess
    }

    /// Whether this process answers only one request.
    #[must_use]
    pub fn run_once(&self) -> bool {
        self.run_once
    }

    /// Whether the server reads [`LogNote`](crate::gateway::LogNote)s.
    #[must_use]
    pub fn has_log_notes(&self) -> bool {
        self.log_notes
    }

    /// Whether a connection can leave HTTP.
    #[must_use]
    pub fn can_upgrade(&self) -> bool {
        self.can_upgrade
    }

    /// Whether applications receive `CONNECT` requests.
    #[must_use]
    pub fn connect(&self) -> bool {
        self.connect
    }

    /// Whether another server has already read the head of the request.
    #[must_use]
    pub fn has_front(&self) -> bool {
        self.front
    }

    /// The error stream.
    #[must_use]
    pub fn errors(&self) -> &ErrorStream {
        &self.errors
    }

    /// The server's limits.
    #[must_use]
    pub fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    /// The budget that request bodies share. Its size is set by the server's limits.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// How blocking work is run.
    #[must_use]
    pub fn blocking(&self) -> &Blocking {
        &self.blocking
    }

    /// The signal that the connection is over. For a single request, use
    /// [`Environ::client_left`](crate::gateway::Environ::client_left).
    #[must_use]
    pub fn client_left(&self) -> &Signal {
        &self.client_left
    }

    /// The signal that the server is stopping.
    #[must_use]
    pub fn stopping(&self) -> &Signal {
        &self.stopping
    }
}

fn named(server_name: &str) -> Arc<str> {
    match server_name {
        "" => "localhost".into(),
        // Brackets, as in a URL.
        ipv6 if ipv6.contains(':') && !ipv6.starts_with('[') => format!("[{ipv6}]").into(),
        name => name.into(),
    }
}

/// The facts for a test or a script: `localhost`, port 80.
impl Default for ServerInfo {
    fn default() -> Self {
        Self::new("localhost", 80)
    }
}
