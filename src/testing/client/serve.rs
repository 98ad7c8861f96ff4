//! Clients that start a server.

use std::pin::Pin;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::AwaitOrWait;
use crate::gateway::BoxApplication;
use crate::gateway::ErrorStream;
use crate::gateway::Lint;
use crate::handler::Handler;
use crate::handler::WhenEntered;
use crate::server::ServeError;
use crate::server::Server;
use crate::server::ServerLimits;
use crate::server::Stopper;
use crate::testing::Client;
use crate::testing::log::Log;
use crate::testing::runtime::within;

impl Client {
    /// A client that calls an application in process. `build` makes the application inside a tokio runtime: for
    /// applications that need a runtime when they are made, as with [`serve_from`](crate::server::serve_from) for
    /// servers.
    ///
    /// The runtime is that of the test, if it has one; otherwise all clients share one.
    ///
    /// # Errors
    ///
    /// The errors of `build`.
    ///
    /// # Examples
    ///
    /// ```
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::new_from(async || {
    ///     tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    ///     Ok(|| "hello")
    /// });
    /// client.wait()?.get("/").wait()?.expect_text("hello");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn new_from<M, H, F>(
        build: impl FnOnce() -> F + Send + 'static,
    ) -> AwaitOrWait<Pin<Box<dyn Future<Output = Result<Self>> + Send>>>
    where
        H: Handler<M>,
        H::Adapted: Application,
        F: Future<Output = Result<H>> + Send,
    {
        let made = async move { build().await.map(Self::new) };
        AwaitOrWait(Box::pin(within(made)))
    }

    /// A client that calls an embedded server over connections. The server is started on a free port of this machine,
    /// and stopped when its last client is dropped.
    ///
    /// So the same test covers everything between a client and an application. `Lint` is active as well (connect to a
    /// server of your own to avoid it), and the text that the application writes to its error stream is in
    /// [`TestResponse::log`](crate::testing::TestResponse::log).
    ///
    /// # Errors
    ///
    /// If no port is free.
    ///
    /// ```
    /// use rustzeug::testing::Client;
    ///
    /// for client in [Client::new(|| "hello"), Client::serve(|| "hello")?] {
    ///     client.get("/").wait()?.expect_text("hello");
    /// }
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn serve<M, H>(handler: H) -> Result<Self>
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        let limits = ServerLimits::default()
            .with_closing_notice(Duration::ZERO)
            .with_grace_period(Duration::from_secs(1));
        Self::serve_by(
            Server::bind("127.0.0.1:0")?.with_server_limits(limits),
            handler,
        )
    }

    /// Like [`serve`](Self::serve), with a configured server: limits, listeners, an access log. Its error stream is
    /// replaced.
    ///
    /// # Errors
    ///
    /// If no thread can be started.
    ///
    /// # Panics
    ///
    /// Panics if the server listens on Unix sockets only.
    pub fn serve_by<M, H>(server: Server, handler: H) -> Result<Self>
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        let (log, address) = (Log::default(), server.local_addr());
        let server = server.with_errors(ErrorStream::new(log.clone()));
        let stopper = server.stopper();
        // One type for all applications, so that the server is compiled once and not for each of them.
        let application = Lint::new(BoxApplication::new(handler.adapt(WhenEntered::Received)));
        let thread = std::thread::Builder::new().name("rustzeug-served".to_owned());
        let serving = thread.spawn(move || server.serve_without_signals(application))?;
        // Waits for the start message of the server, so that it is not in the log of an answer.
        while log.position() == 0 && !serving.is_finished() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let guard = Served {
            stopper,
            serving: Some(serving),
        };
        Self::served(&address.to_string(), log, Arc::new(guard))
    }
}

/// A server that stops when this is dropped.
struct Served {
    stopper: Stopper,
    serving: Option<JoinHandle<Result<(), ServeError>>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(serving) = self.serving.take() {
            let _ = serving.join();
        }
    }
}
