//! A server of its own for a client.

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
    /// A client that calls in process what `build` makes inside a tokio runtime: for an application that needs one to
    /// be made, as [`serve_from`](crate::server::serve_from) is for servers.
    ///
    /// The runtime is that of the test if it has one, and else one that is kept for all clients.
    ///
    /// # Errors
    ///
    /// Those of `build`.
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

    /// A client that makes its calls over connections to an embedded server, started for it on a
    /// free port of this machine, and ended when the last client of it is dropped.
    ///
    /// So the same test runs with all that lies between a client and an application. The referee is there
    /// as well (connect to a server of your own to do without), and what the application writes to its error stream is in
    /// [`TestResponse::log`](crate::testing::TestResponse::log).
    ///
    /// # Errors
    ///
    /// When no port is free.
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

    /// The same on a server with limits, listeners or a log of its own. Its error stream is replaced.
    ///
    /// # Errors
    ///
    /// When no thread can be started.
    ///
    /// # Panics
    ///
    /// For a server that listens on unix sockets only.
    pub fn serve_by<M, H>(server: Server, handler: H) -> Result<Self>
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        let (log, address) = (Log::default(), server.local_addr());
        let server = server.with_errors(ErrorStream::new(log.clone()));
        let stopper = server.stopper();
        // One type for all, so that a server is compiled once and not for each application.
        let application = Lint::new(BoxApplication::new(handler.adapt(WhenEntered::Received)));
        let thread = std::thread::Builder::new().name("rustzeug-served".to_owned());
        let serving = thread.spawn(move || server.serve_without_signals(application))?;
        // What it says at its beginning is in no answer's log.
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

/// A server that ends when this is dropped.
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
