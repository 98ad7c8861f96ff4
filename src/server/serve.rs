//! The functions for most programs: one call that listens and serves.

use crate::base::error::Result;
use crate::gateway::Application;
use crate::handler::Handler;
use crate::server::hosting::serve_error::ServeError;
use crate::server::listen_at::ListenAt;
use crate::server::settings::Server;

/// Serves a handler at an address, until `SIGTERM` or `SIGINT`. In an `async fn` it is
/// [`serve_async`]`(address, handler).await`.
///
/// The handler is any type that [`into_application`](crate::IntoApplication::into_application) accepts. The server
/// starts its own runtimes, so that `main` is an ordinary function, and writes its address to stderr. After the signal
/// it stops step by step: [`lame_duck`](crate::server::ServerLimits::lame_duck),
/// [`closing_notice`](crate::server::ServerLimits::closing_notice),
/// [`grace_period`](crate::server::ServerLimits::grace_period). A second signal, of either kind, stops it at once. Both
/// signals stay handled for the rest of the process.
///
/// # Errors
///
/// A [`ServeError`], which is a readable sentence, if the server cannot listen at the address.
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

/// [`serve`] for programs that already have a tokio runtime.
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

/// [`serve`] for an application that needs a tokio runtime when it is made: see [`Server::serve_from`].
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
