//! CGI (RFC 3875): the web server starts a process for each request.
//!
//! [`serve`] is enough for most programs. Use [`Cgi`] for limits and mount points.
//!
//! It needs no tokio. With the feature `server` there is a tokio runtime, so that an `async fn` can use timers and
//! sockets. Handlers and bodies run in place, one after another.

use std::process::ExitCode;

use crate::gateway::Application;
use crate::handler::Handler;

mod answer;
mod host;
mod input;
#[cfg(not(feature = "hosting"))]
mod no_runtime;
#[cfg(feature = "hosting")]
mod runtime;

#[cfg(not(feature = "hosting"))]
use no_runtime as runtime;

pub use host::Cgi;

/// Answers the request for which the web server has started this process.
///
/// The request is read from the environment and from standard input, the response is written to standard output, and
/// messages to the operator go to standard error. The result is what `main` returns: success if the response was
/// written, or if the client has left; failure if the process was not started as a CGI program, if the application is
/// put together wrongly, or if a body has failed after the head was written.
///
/// The handler is any type that [`into_application`](crate::IntoApplication::into_application) accepts. Make it small:
/// it is made for each request.
///
/// ```no_run
/// use rustzeug::{Request, cgi};
/// use std::process::ExitCode;
///
/// fn hello(request: &Request) -> String {
///     format!("Hello from {}\n", request.path())
/// }
///
/// fn main() -> ExitCode {
///     cgi::serve(hello)
/// }
/// ```
#[doc(alias = "CGIHandler")]
#[must_use = "`main` returns it, so that the web server learns of a failure"]
pub fn serve<M, H>(handler: H) -> ExitCode
where
    H: Handler<M>,
    H::Adapted: Application,
{
    Cgi::new().serve(handler)
}
