//! An adapted handler, and what all forms of it share.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::StatusCode;

use crate::error::Error;
use crate::error::Result;
use crate::gateway::Application;
use crate::gateway::Environ;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::attempt;
use crate::gateway::poll_now;
use crate::handler::Entry;
use crate::handler::Handler;
use crate::render::Context;
use crate::response::Response;

/// A function as an application; `M` says which form it has.
pub struct Adapted<F, M> {
    pub(super) handler: Arc<F>,
    pub(super) entry: Entry,
    form: PhantomData<fn() -> M>,
}

impl<F, M> Adapted<F, M> {
    pub(super) fn new(handler: F, entry: Entry) -> Self {
        Self {
            handler: Arc::new(handler),
            entry,
            form: PhantomData,
        }
    }
}

impl<F, M> fmt::Debug for Adapted<F, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Adapted({})", std::any::type_name::<F>())
    }
}

/// Runs a plain function on a worker, once the body is there if `entry` wants that.
pub(super) async fn on_worker(
    environ: Environ,
    entry: Entry,
    work: impl FnOnce(Environ) -> Result<Reply> + Send + 'static,
) -> Result<Reply> {
    if entry == Entry::Received
        && !environ.has_arrived()
        && let Err(error) = environ.receive().await
    {
        return page(&environ, error);
    }
    let blocking = environ.blocking().clone();
    blocking.run(move || work(environ)).await?
}

/// The outcome of a plain function, whose future is ready; a panic is its `500`.
pub(super) fn outcome_now<F: Future<Output = Response>>(
    call: impl FnOnce() -> F,
) -> Result<Response> {
    attempt(|| poll_now(call()))
        .map(|response| response.expect("the outcome of a plain function is there at once"))
}

/// The reply of an outcome; errors become their pages.
pub(super) fn settle(
    outcome: Result<Response>,
    environ: &Environ,
    start_response: StartResponse,
) -> Result<Reply> {
    outcome
        .and_then(|response| response.start(start_response))
        .or_else(|error| page(environ, error))
}

/// The same, where the request has been given away and only its context is left.
pub(super) fn settle_without(outcome: Result<Response>, context: &Context) -> Result<Reply> {
    outcome
        .and_then(|response| response.start(StartResponse::new()))
        .or_else(|error| context.render(error).start(StartResponse::new()))
}

fn page(environ: &Environ, error: Error) -> Result<Reply> {
    Context::of(environ)
        .render(error)
        .start(StartResponse::new())
}

/// Markers for values that need no adapting.
#[derive(Debug)]
pub enum Identity {}

#[diagnostic::do_not_recommend]
impl<A: Application> Handler<Identity> for A {
    type Adapted = A;

    fn adapt(self, _: Entry) -> A {
        self
    }
}

/// A response that answers every request.
#[derive(Clone, Debug)]
pub struct Fixed {
    status: StatusCode,
    headers: HeaderMap,
    /// `None` for a body that can be sent only once.
    body: Option<Bytes>,
}

#[diagnostic::do_not_recommend]
impl Handler<Fixed> for Response {
    type Adapted = Fixed;

    fn adapt(self, _: Entry) -> Fixed {
        let body = self.body().as_bytes().cloned();
        Fixed {
            status: self.status(),
            headers: self.headers().clone(),
            body,
        }
    }
}

impl Application for Fixed {
    async fn call(&self, _: Environ, start_response: StartResponse) -> Result<Reply> {
        let body = self
            .body
            .clone()
            .ok_or("a response with a stream for a body cannot answer more than one request")?;
        Ok(start_response
            .start(self.status, self.headers.clone())?
            .body(body))
    }
}
