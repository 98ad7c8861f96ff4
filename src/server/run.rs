//! Runs a server, from its first connection to the end of its last one.

use std::io;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::Blocking;
#[cfg(all(feature = "server", feature = "testing"))]
use crate::gateway::BoxApplication;
use crate::gateway::ErrorStream;
#[cfg(all(feature = "server", feature = "testing"))]
use crate::gateway::Lint;
use crate::gateway::ServerInfo;
use crate::gateway::discard;
use crate::handler::Handler;
use crate::handler::WhenEntered;
use crate::server::Server;
use crate::server::hosting;
use crate::server::hosting::accept::Accepted;
use crate::server::hosting::accept::Listening;
use crate::server::hosting::lanes::LaneWorkers;
use crate::server::hosting::lanes::Lanes;
use crate::server::hosting::lines::Lines;
use crate::server::hosting::listener::Listener;
use crate::server::hosting::opener::Opener;
use crate::server::hosting::protocol::Protocol;
use crate::server::hosting::serve_error::ServeError;
use crate::server::hosting::service_manager::ServiceManager;
use crate::server::hosting::shared::Shared;
use crate::server::hosting::span::Span;
use crate::server::hosting::stopper::StopOnDrop;
use crate::server::hosts;
use crate::server::hosts::Hosts;
use crate::server::schedule::Schedule;
use crate::server::workers::worker_pool::WorkerPool;

impl Server {
    /// Serves until it is stopped or a signal arrives, on its own runtimes.
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if a runtime cannot be started, or if this is called inside another runtime; use
    /// [`serve_async`](Self::serve_async) there.
    pub fn serve<M, H>(self, handler: H) -> Result<(), ServeError>
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        if Handle::try_current().is_ok() {
            return Err(ServeError::inside_runtime());
        }
        let schedule = self.schedule;
        schedule.run(self.run(handler.adapt(WhenEntered::Received)))
    }

    /// [`serve`](Self::serve) for an application that needs a tokio runtime when it is made: a connection pool, a
    /// client of another service. `build` runs inside the runtime of the server that accepts connections, before the
    /// first request is answered. Tasks that it spawns stay there, and must not block.
    ///
    /// # Errors
    ///
    /// As for [`serve`](Self::serve), and the errors of `build`.
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
        self.schedule.run(async move {
            let handler = build()
                .await
                .map_err(|error| ServeError::application(&error))?;
            let application = handler.adapt(WhenEntered::Received);
            self.run(application).await
        })
    }

    /// Serves until it is stopped or a signal arrives, on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if the listener or the signals cannot be registered.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime, and in a runtime without I/O and time drivers (`enable_all`).
    pub async fn serve_async<M, H>(mut self, handler: H) -> Result<(), ServeError>
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        self.schedule = Schedule::Current;
        self.run(handler.adapt(WhenEntered::Received)).await
    }

    async fn run(mut self, application: impl Application) -> Result<(), ServeError> {
        application
            .check()
            .map_err(|error| ServeError::application(&error))?;
        let mut protocols = self.listeners.iter().map(Listener::protocol);
        if let Some(missing) = protocols.find(|protocol| !hosts::serves(*protocol)) {
            return Err(ServeError::feature(missing));
        }
        // Connections have their own tasks, which must end with this one.
        let _stop = StopOnDrop(Arc::clone(&self.open));
        let _signals =
            hosting::signals::stop_on_signals(&self.open, self.speaks(Protocol::FastCgi))
                .map_err(ServeError::runtime)?;
        let queues = self.queue_lines().map_err(ServeError::runtime)?;
        let threads = self.start_threads()?;
        self.raise_files();
        let manager = ServiceManager::from_env();
        let certificates = self.listeners.iter().filter_map(Listener::tls).cloned();
        let _hangup = manager
            .reload_on_hangup(certificates.collect(), &self.errors)
            .map_err(ServeError::runtime)?;
        let answers = threads.0.as_ref().map(Lanes::answers);
        let is_alive = move |time| answers.iter().all(|answer| answer(time));
        let _manager = manager.accompany(&self.open, is_alive);
        let served = self.run_until_stopped(application, threads).await;
        for lines in &queues {
            lines.written().await;
        }
        served
    }

    /// Raises the number of files that the process may open, and reserves some of them.
    fn raise_files(&mut self) {
        let files = hosting::descriptors::raise();
        let (wanted, room) = (
            self.own_limits.connections(),
            hosting::descriptors::room(files),
        );
        if room < wanted {
            let files = files.unwrap_or(u64::MAX);
            self.errors.line(&format!(
                "Only {room} connections at a time are possible, not {wanted} (limit `connections`), since the process may \
                 have {files} open files: raise its hard limit (`ulimit -Hn`, `LimitNOFILE=` in a unit of systemd), \
                 or lower `connections`"
            ));
            self.own_limits = self.own_limits.clone().with_connections(room);
        }
    }

    /// Puts queues in front of the error stream and the access log, so that requests do not wait for their readers.
    fn queue_lines(&mut self) -> io::Result<Vec<Lines>> {
        let lines = Lines::to(self.errors.clone(), None, self.open.dropped_lines())?;
        self.errors = ErrorStream::new(lines.clone());
        let mut queues = vec![lines];
        if let Some(log) = self.access_log.take() {
            let (log, lines) = log.queued(&self.errors, &self.open)?;
            self.access_log = Some(log);
            // First, because it may report to the error stream.
            queues.insert(0, lines);
        }
        Ok(queues)
    }

    /// Returns whether one of the listeners has a protocol.
    fn speaks(&self, protocol: Protocol) -> bool {
        self.listeners.iter().any(|own| own.protocol() == protocol)
    }

    /// Starts the lanes, if the server has any, and provides the threads for plain functions.
    fn start_threads(&self) -> Result<(Option<Lanes>, Blocking), ServeError> {
        let pool = WorkerPool::new(&self.own_limits, &self.errors);
        if self.schedule != Schedule::Lanes {
            return Ok((None, Blocking::on(Arc::new(pool))));
        }
        let lanes = Lanes::start(&pool, &self.own_limits).map_err(ServeError::runtime)?;
        let workers = LaneWorkers::new(pool, &self.own_limits);
        Ok((Some(lanes), Blocking::on(Arc::new(workers))))
    }

    async fn run_until_stopped(
        self,
        application: impl Application,
        (lanes, blocking): (Option<Lanes>, Blocking),
    ) -> Result<(), ServeError> {
        let is_shared = self.listeners.iter().any(Listener::is_shared);
        let listening = Listening::new(self.listeners, &self.errors, &self.own_limits)
            .map_err(ServeError::runtime)?;
        let body_rate = self.limits.body_rate();
        let server_info = ServerInfo::default()
            .with_multithread(true)
            .with_multiprocess(is_shared)
            .with_connect(self.connect)
            .with_log_notes(self.access_log.is_some() || Span::AVAILABLE)
            .with_errors(self.errors)
            .with_limits(self.limits)
            .with_budget(self.open.budget.clone())
            .with_blocking(blocking)
            .with_stopping(self.open.stopping().clone());
        let _guide = hosting::ending::guide(&self.open, &self.own_limits, server_info.errors());
        let ping = lanes.as_ref().map(Lanes::pings);
        let also = move || ping.iter().for_each(|ping| ping());
        let _look = hosting::ending::look_after(&self.open, &self.own_limits, also);
        let shared = Shared::new(application, server_info, self.own_limits, self.open)
            .with_health(self.health)
            .with_script_name_fix(self.script_name_fix)
            .with_access_log(self.access_log);
        let shared = Arc::new(shared);
        let hosts = Arc::new(Hosts::new(&shared));
        let errors = shared.server_info.errors().clone();
        let opener = Opener::new(&shared.limits, &errors);
        let admit = |accepted: Accepted| {
            let ticket = shared.open.enter(&shared.limits, body_rate);
            if accepted.opening.is_empty() {
                return hosts.serve(accepted, ticket, lanes.as_ref(), &errors);
            }
            let (opening, hosts) = (opener.begin(), Arc::clone(&hosts));
            let serve = |accepted| async move {
                if let Some(accepted) = opening.open(accepted, &ticket).await {
                    hosts.serve_here(accepted, ticket).await;
                }
            };
            hosting::lanes::serve(lanes.as_ref(), accepted, serve, &errors);
        };
        hosting::accept::accept(listening, &shared.open, &errors, &shared.limits, admit).await;
        hosting::ending::wait(&shared.open, &shared.limits, &errors).await;
        if let Some(lanes) = &lanes {
            lanes.end();
        }
        discard((hosts, shared), &errors);
        Ok(())
    }
}

/// For the test client.
#[cfg(all(feature = "server", feature = "testing"))]
impl Server {
    /// Serves until it is stopped, without handling the signals of the process.
    pub(crate) fn serve_without_signals(
        self,
        application: Lint<BoxApplication>,
    ) -> Result<(), ServeError> {
        self.schedule.run(async move {
            let _stop = StopOnDrop(Arc::clone(&self.open));
            let threads = self.start_threads()?;
            self.run_until_stopped(application, threads).await
        })
    }
}
