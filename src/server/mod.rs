//! The embedded server: HTTP/1.1 on hyper, HTTP/2 on h2, both on tokio.
//!
//! [`serve`] is all that most programs need. [`Server`] is for those that choose limits, listen in
//! several places or on a unix socket, or stop the server themselves.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::base::error::Result;
use crate::gateway::Address;
use crate::gateway::Application;
use crate::gateway::Blocking;
#[cfg(feature = "testing")]
use crate::gateway::BoxApplication;
use crate::gateway::ErrorStream;
use crate::gateway::Limits;
#[cfg(feature = "testing")]
use crate::gateway::Lint;
use crate::gateway::ServerInfo;
use crate::gateway::discard;
use crate::handler::Entry;
use crate::handler::Handler;

mod hosting;
mod http;
mod listen_at;
mod platform;

pub use hosting::access_log::AccessLog;
pub use hosting::access_log::LogLine;
pub use hosting::access_log::LogOutcome;
pub use hosting::counters::Counters;
pub use hosting::error::ServeError;
pub use hosting::health::Health;
pub use hosting::listener::Listener;
pub use hosting::monitor::Monitor;
pub use hosting::stopper::Stopper;
pub use hosting::workers::WorkerPool;
pub use platform::address_from_port;

use hosting::accept::Accepted;
use hosting::accept::Listening;
use hosting::lines::Lines;
use hosting::open::Open;
use hosting::span::Span;
use hosting::stopper::StopOnDrop;
use http::connection::Shared;
use listen_at::ListenAt;

/// Serves a handler at an address, until `SIGTERM` or `SIGINT`. In an `async fn` it is
/// [`serve_async`]`(address, handler).await`.
///
/// Takes whatever [`into_application`](crate::IntoApplication::into_application) takes, and
/// brings its own runtime, so that `main` is an ordinary function. Says on stderr where it
/// listens. After the signal it ends step by step: [`Limits::lame_duck`],
/// [`Limits::closing_notice`], [`Limits::grace_period`]. A second one, of either kind, ends it at
/// once. Both signals stay taken for the rest of the process.
///
/// # Errors
///
/// [`ServeError`], a sentence for people, when the address cannot be listened on.
///
/// # Examples
///
/// ```no_run
/// use rustzeug::{Request, ServeError, serve};
///
/// fn hello(request: &Request) -> String {
///     format!("Hello from {}\n", request.path())
/// }
///
/// fn main() -> Result<(), ServeError> {
///     serve("127.0.0.1:8000", hello)
/// }
/// ```
#[doc(alias = "run_simple")]
#[doc(alias = "run")]
#[doc(alias = "uvicorn")]
pub fn serve<M, H>(address: impl ListenAt, handler: H) -> Result<(), ServeError>
where
    H: Handler<M>,
    H::Adapted: Application,
{
    Server::bind(address)?.serve(handler)
}

/// [`serve`] for programs that have a tokio runtime already.
///
/// # Errors
///
/// As for [`serve`].
///
/// ```no_run
/// # async fn example() -> Result<(), rustzeug::ServeError> {
/// rustzeug::serve_async("127.0.0.1:8000", async || "hello\n").await
/// # }
/// ```
pub async fn serve_async<M, H>(address: impl ListenAt, handler: H) -> Result<(), ServeError>
where
    H: Handler<M>,
    H::Adapted: Application,
{
    Server::bind(address)?.serve_async(handler).await
}

/// [`serve`] for an application that needs the server's tokio runtime to be made: see [`Server::serve_from`].
///
/// # Errors
///
/// As for [`Server::serve_from`].
///
/// ```no_run
/// use rustzeug::{ServeError, server::serve_from};
///
/// fn main() -> Result<(), ServeError> {
///     serve_from("127.0.0.1:8000", async || {
///         let started = tokio::time::Instant::now();
///         Ok(move || format!("up for {:?}\n", started.elapsed()))
///     })
/// }
/// ```
pub fn serve_from<M, H, F>(
    address: impl ListenAt,
    build: impl FnOnce() -> F + Send + 'static,
) -> Result<(), ServeError>
where
    H: Handler<M>,
    H::Adapted: Application,
    F: Future<Output = Result<H>> + Send,
{
    Server::bind(address)?.serve_from(build)
}

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
    listeners: Vec<Listener>,
    limits: Limits,
    errors: ErrorStream,
    access_log: Option<AccessLog>,
    health: Option<String>,
    connect: bool,
    open: Arc<Open>,
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
            errors: ErrorStream::default(),
            access_log: None,
            health: None,
            connect: false,
            open: Arc::default(),
        }
    }

    /// Adds a listener. They take turns, and [`Limits::connections`] counts what comes to all of
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

    /// Replaces the limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
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
    /// use rustzeug::{Server, gateway::Limits};
    /// use std::time::Duration;
    ///
    /// Server::bind("0.0.0.0:8000")?
    ///     .with_health_path("/healthz")
    ///     .with_limits(Limits::default().with_lame_duck(Duration::from_secs(5)))
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

    /// Has the application see `CONNECT` over HTTP/1, which is `501` otherwise: see
    /// [`Environ::tunnel`](crate::Environ::tunnel).
    #[must_use]
    pub fn with_connect(mut self) -> Self {
        self.connect = true;
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

    /// Serves until it is stopped or a signal comes, on a runtime of its own.
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the runtime cannot be started, and inside of another runtime, where
    /// [`serve_async`](Self::serve_async) is right.
    pub fn serve<M, H>(self, handler: H) -> Result<(), ServeError>
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        if Handle::try_current().is_ok() {
            return Err(ServeError::inside_runtime());
        }
        on_runtime(self.run(handler.adapt(Entry::Received)))
    }

    /// [`serve`](Self::serve) for an application that needs the server's tokio runtime to be made: a pool of
    /// connections, a client of another service. `build` runs inside of the runtime, before the first request
    /// is answered.
    ///
    /// # Errors
    ///
    /// Those of [`serve`](Self::serve), and what `build` gives.
    ///
    /// ```no_run
    /// use rustzeug::{Request, Result, ServeError, Server, with_state};
    /// # struct Pool;
    /// # impl Pool { async fn connect(_: &str) -> Result<Self> { Ok(Self) } }
    ///
    /// async fn front(pool: &Pool, _: &Request) -> &'static str {
    ///     "hello\n"
    /// }
    ///
    /// fn main() -> Result<(), ServeError> {
    ///     Server::bind("127.0.0.1:8000")?.serve_from(async || {
    ///         let pool = Pool::connect("sqlite:notes.db").await?;
    ///         Ok(with_state(pool, front))
    ///     })
    /// }
    /// ```
    pub fn serve_from<M, H, F>(
        self,
        build: impl FnOnce() -> F + Send + 'static,
    ) -> Result<(), ServeError>
    where
        H: Handler<M>,
        H::Adapted: Application,
        F: Future<Output = Result<H>> + Send,
    {
        if Handle::try_current().is_ok() {
            return Err(ServeError::inside_runtime());
        }
        on_runtime(async move {
            let handler = build()
                .await
                .map_err(|error| ServeError::application(&error))?;
            let application = handler.adapt(Entry::Received);
            self.run(application).await
        })
    }

    /// Serves until it is stopped or a signal comes, on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the listener or the signals cannot be registered.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, and in one without I/O and time drivers (`enable_all`).
    pub async fn serve_async<M, H>(self, handler: H) -> Result<(), ServeError>
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        self.run(handler.adapt(Entry::Received)).await
    }

    async fn run(mut self, application: impl Application) -> Result<(), ServeError> {
        application
            .check()
            .map_err(|error| ServeError::application(&error))?;
        // Connections have tasks of their own, which are to end with this one.
        let _stop = StopOnDrop(Arc::clone(&self.open));
        let _signals =
            hosting::signals::stop_on_signals(&self.open).map_err(ServeError::runtime)?;
        let queues = self.queue_lines().map_err(ServeError::runtime)?;
        self.raise_files();
        let served = self.run_until_stopped(application).await;
        for lines in &queues {
            lines.written().await;
        }
        served
    }

    /// Has the process open as many files as it may, and keeps some of them from connections.
    fn raise_files(&mut self) {
        let files = hosting::descriptors::raise();
        let (wanted, room) = (self.limits.connections(), hosting::descriptors::room(files));
        if room < wanted {
            let files = files.unwrap_or(u64::MAX);
            self.errors.line(&format!(
                "Only {room} connections at a time are possible, not {wanted} (limit `connections`), since the process may \
                 have {files} open files: raise its hard limit (`ulimit -Hn`, `LimitNOFILE=` in a unit of systemd), \
                 or lower `connections`"
            ));
            self.limits = self.limits.clone().with_connections(room);
        }
    }

    /// Puts queues in front of the error stream and the access log, so that no request waits for those who
    /// read them.
    fn queue_lines(&mut self) -> io::Result<Vec<Lines>> {
        let lines = Lines::to(self.errors.clone(), None, self.open.dropped_lines())?;
        self.errors = ErrorStream::new(lines.clone());
        let mut queues = vec![lines];
        if let Some(log) = self.access_log.take() {
            let (log, lines) = log.queued(&self.errors, &self.open)?;
            self.access_log = Some(log);
            // First, since it may have something to tell the errors.
            queues.insert(0, lines);
        }
        Ok(queues)
    }

    async fn run_until_stopped(self, application: impl Application) -> Result<(), ServeError> {
        let listening = Listening::new(self.listeners, &self.errors, &self.limits)
            .map_err(ServeError::runtime)?;
        let pool = Arc::new(WorkerPool::new(&self.limits, &self.errors));
        let server_info = ServerInfo::default()
            .with_multithread(true)
            .with_connect(self.connect)
            .with_log_notes(self.access_log.is_some() || Span::AVAILABLE)
            .with_errors(self.errors)
            .with_limits(self.limits.clone())
            .with_budget(self.open.budget.clone())
            .with_blocking(Blocking::on(pool))
            .with_stopping(self.open.stopping().clone());
        let _guide = hosting::ending::guide(&self.open, &self.limits, server_info.errors());
        let _look = hosting::ending::look_after(&self.open, &self.limits);
        let shared = Arc::new(Shared::new(
            application,
            server_info,
            self.open,
            self.health,
            self.access_log,
        ));
        let errors = shared.server_info.errors().clone();
        let admit = |accepted: Accepted, ticket| {
            tokio::spawn(http::http1::serve(accepted, Arc::clone(&shared), ticket));
        };
        hosting::accept::accept(listening, &shared.open, &errors, &self.limits, admit).await;
        hosting::ending::wait(&shared.open, &self.limits, &errors).await;
        discard(shared, &errors);
        Ok(())
    }
}

/// What the test client needs.
#[cfg(feature = "testing")]
impl Server {
    /// Serves until it is stopped, and leaves the signals of the process alone.
    pub(crate) fn serve_without_signals(
        self,
        application: Lint<BoxApplication>,
    ) -> Result<(), ServeError> {
        on_runtime(async move {
            let _stop = StopOnDrop(Arc::clone(&self.open));
            self.run_until_stopped(application).await
        })
    }
}

/// Runs a server on a runtime of its own.
fn on_runtime(
    serving: impl Future<Output = Result<(), ServeError>> + Send + 'static,
) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(ServeError::runtime)?;
    // Spawned, so that connections are accepted on a thread that also polls for I/O.
    let served =
        runtime.block_on(async { tokio::spawn(serving).await.map_err(ServeError::runtime)? });
    // Whoever is still at work has had the grace period.
    runtime.shutdown_background();
    served
}

/// Its listeners, separated by `, `.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listeners: Vec<_> = self.listeners.iter().map(ToString::to_string).collect();
        f.write_str(&listeners.join(", "))
    }
}
