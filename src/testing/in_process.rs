//! Calls an application in process, as a server would.

use http::Method;
use http::header;

use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::BoxApplication;
use crate::gateway::Environ;
use crate::gateway::Lint;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::call;
use crate::gateway::catch_panic;
use crate::request::Request;
use crate::response::Response;
use crate::testing::runtime::body_within;
use crate::testing::runtime::within;
use crate::testing::seen_error::SeenError;

/// Calls an application behind the edge, and under `Lint` if requested. The response keeps the error that it renders.
pub(super) async fn send(application: &BoxApplication, lint: bool, request: Request) -> Response {
    let mut response = within(answer(application, lint, request)).await;
    let body = std::mem::take(response.body_mut());
    *response.body_mut() = body_within(body);
    response
}

async fn answer(application: &BoxApplication, lint: bool, request: Request) -> Response {
    let seen = SeenError::default();
    let head_only = request.method() == Method::HEAD;
    let environ = request.into_environ();
    let application = application.clone();
    let response = if lint {
        observed(Lint::new(application), &seen, environ).await
    } else {
        observed(application, &seen, environ).await
    };
    let mut response = Response::received(response);
    say_length(&mut response, head_only);
    match seen.take() {
        Some(error) => response.rendering(error),
        None => response,
    }
}

/// Adds the length of the body if it is known; applications leave that to the server.
fn say_length(response: &mut Response, head_only: bool) {
    let without = head_only || matches!(response.status().as_u16(), 204 | 304);
    if let (Some(length), false) = (response.body().length(), without) {
        let headers = response.headers_mut();
        headers
            .entry(header::CONTENT_LENGTH)
            .or_insert_with(|| length.into());
    }
}

/// Calls an application behind the edge, and records its error, which the edge does not return.
async fn observed<A: Application>(
    application: A,
    seen: &SeenError,
    environ: Environ,
) -> http::Response<Body> {
    let seen = seen.clone();
    call(&Observed { application, seen }, environ).await
}

/// An application whose errors are recorded.
struct Observed<A> {
    application: A,
    seen: SeenError,
}

impl<A: Application> Application for Observed<A> {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let outcome = catch_panic(|| self.application.call(environ, start_response)).await;
        match outcome.flatten() {
            Ok(mut reply) => {
                self.seen.set(reply.parts.error.take());
                Ok(reply)
            }
            Err(error) => {
                self.seen.set(Some(error.copy()));
                Err(error)
            }
        }
    }
}
