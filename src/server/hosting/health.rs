//! The health of the server, for load balancers.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use http::header;

use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::Environ;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::server::hosting::open::Open;
use crate::server::hosting::open::Stage;

/// An application that reports the health of a server: `200` and `ok`, or `503` and `draining` once the server is
/// stopping.
///
/// [`Server::with_health_path`](crate::Server::with_health_path) puts it in front of the application.
/// [`Server::health`](crate::Server::health) returns it, to be mounted inside the application, where middleware sees
/// the request and adds its headers. It responds to every method in the same way.
///
/// ```
/// use rustzeug::{Next, Request, Response, Server, wrap};
///
/// async fn no_sniff(request: Request, next: Next) -> Response {
///     let response = next.run(request).await;
///     response.with_header("x-content-type-options", "nosniff")
/// }
///
/// let server = Server::bind("127.0.0.1:0")?;
/// let app = wrap(server.health(), no_sniff);
///
/// let mut response = Request::blank("/healthz").send(&app).wait()?;
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.headers()["x-content-type-options"], "nosniff");
/// assert_eq!(response.read_text().wait()?, "ok\n");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone)]
pub struct Health(pub(in crate::server) Arc<Open>);

impl Application for Health {
    async fn call(&self, _: Environ, start_response: StartResponse) -> Result<Reply> {
        let (status, text) = match self.0.stage() {
            Stage::Serving => (StatusCode::OK, "ok\n"),
            _ => (StatusCode::SERVICE_UNAVAILABLE, "draining\n"),
        };
        let headers = [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        Ok(start_response.start(status, headers)?.body(text))
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Health").field(&self.0.stage()).finish()
    }
}
