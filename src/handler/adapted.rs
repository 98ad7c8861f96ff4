//! Adapted handlers, and the code that all forms share.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::StatusCode;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::Environ;
use crate::gateway::Origin;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::attempt;
use crate::gateway::catch_panic;
use crate::gateway::poll_now;
use crate::handler::Handler;
use crate::handler::WhenEntered;
use crate::handler::render::Context;
use crate::response::Response;

/// A function as an application; `M` is the marker of its form.
///
/// ```
/// use rustzeug::{IntoApplication, Request};
///
/// fn hello(_: &Request) -> &'static str {
///     "hello"
/// }
///
/// let app = hello.into_application(); // an `Adapted`
/// assert_eq!(Request::blank("/").send(&app).wait()?.status(), 200);
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct Adapted<F, M> {
    pub(super) handler: Arc<F>,
    pub(super) entry: WhenEntered,
    pub(super) origin: &'static Origin,
    form: PhantomData<fn() -> M>,
}

impl<F, M> Adapted<F, M> {
    pub(super) fn new(handler: F, entry: WhenEntered) -> Self {
        Self {
            handler: Arc::new(handler),
            entry,
            origin: Origin::of_handler(),
            form: PhantomData,
        }
    }
}

impl<F, M> fmt::Debug for Adapted<F, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Adapted({})", std::any::type_name::<F>())
    }
}

/// Runs a plain function on a worker. If `entry` is `Received`, the body is received first.
pub(super) async fn on_worker(
    environ: Environ,
    entry: WhenEntered,
    origin: &'static Origin,
    work: impl FnOnce(Environ) -> Result<Reply> + Send + 'static,
) -> Result<Reply> {
    if entry == WhenEntered::Received
        && !environ.has_arrived()
        && let Err(error) = environ.receive().await
    {
        return page(&environ, error);
    }
    let context = Context::of(&environ);
    let work = move || {
        // The client may have left while the request waited for a worker.
        if environ.has_client_left() {
            return Err(Error::client_left());
        }
        work(environ)
    };
    let blocking = context.server().blocking();
    let reply = blocking.run_handler(origin, work).await;
    reply.flatten().or_else(|error| context.answer(error))
}

/// The outcome of a function; a panic becomes a `500`. The future of a function that blocks is always ready.
pub(super) async fn outcome<F: Future<Output = Response>>(
    blocks: bool,
    call: impl FnOnce() -> F,
) -> Result<Response> {
    if !blocks {
        return catch_panic(call).await;
    }
    attempt(|| poll_now(call()))
        .map(|response| response.expect("the outcome of a plain function is ready at once"))
}

/// The reply for an outcome; `page` makes the replies for errors.
pub(super) fn settle(
    outcome: Result<Response>,
    start_response: StartResponse,
    page: impl FnOnce(Error) -> Result<Reply>,
) -> Result<Reply> {
    let reply = outcome.and_then(|response| response.start(start_response));
    reply.or_else(page)
}

/// The page of an error.
pub(super) fn page(environ: &Environ, error: Error) -> Result<Reply> {
    Context::of(environ).answer(error)
}

/// Marks values that need no adapting.
#[derive(Debug)]
pub enum Identity {}

#[diagnostic::do_not_recommend]
impl<A: Application> Handler<Identity> for A {
    type Adapted = A;

    fn adapt(self, _: WhenEntered) -> A {
        self
    }
}

/// An application that answers every request with the same response.
///
/// ```
/// use rustzeug::{IntoApplication, Request, Response};
///
/// let app = Response::text("closed for today").with_status(503).into_application(); // a `Fixed`
/// assert_eq!(Request::blank("/").send(&app).wait()?.status(), 503);
/// assert_eq!(Request::blank("/x").send(&app).wait()?.status(), 503);
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Debug)]
pub struct Fixed {
    status: StatusCode,
    headers: HeaderMap,
    body: Result<Bytes>,
}

#[diagnostic::do_not_recommend]
impl Handler<Fixed> for Response {
    type Adapted = Fixed;

    fn adapt(self, _: WhenEntered) -> Fixed {
        let status = self.status();
        let once = "a response whose body is a stream cannot answer more than one request";
        let (headers, body) = match self.start(StartResponse::new()) {
            Ok(reply) => {
                let body = reply.body().as_bytes().cloned();
                (reply.headers().clone(), body.ok_or_else(|| once.into()))
            }
            Err(error) => (HeaderMap::new(), Err(error)),
        };
        Fixed {
            status,
            headers,
            body,
        }
    }
}

impl Application for Fixed {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let started = match &self.body {
            Ok(body) => start_response
                .start(self.status, self.headers.clone())
                .map(|started| started.body(body.clone())),
            Err(error) => Err(error.copy()),
        };
        started.or_else(|error| page(&environ, error))
    }
}
