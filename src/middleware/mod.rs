//! Applications around applications, in short form.
//!
//! Middleware is an [`Application`] that calls another. If it only needs a request and a response, write it as an
//! `async fn(Request, Next)`; see [`wrap`].

#[cfg(feature = "compression")]
mod compression;
#[cfg(feature = "compression")]
mod decoding;

#[cfg(feature = "compression")]
pub use compression::Compression;
#[cfg(feature = "compression")]
pub use compression::compress;
#[cfg(feature = "compression")]
pub use compression::compress_with;
#[cfg(feature = "compression")]
pub use decoding::decode_requests;

#[cfg(feature = "compression")]
pub use crate::wire::compression::Coding;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::BoxApplication;
use crate::gateway::Environ;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::catch_panic;
use crate::handler::Handler;
use crate::handler::StateShape;
use crate::handler::TakesState;
use crate::handler::WhenEntered;
use crate::handler::render::Context;
use crate::handler::render::Format;
use crate::handler::render::Treatment;
use crate::request::Request;
use crate::response::IntoResponse;
use crate::response::Response;

mod conditional;
mod dispatcher;
mod proxy_fix;

pub use conditional::conditional;
pub use conditional::content_etags;
pub use dispatcher::Dispatcher;
pub use proxy_fix::BeforeProxyFix;
pub use proxy_fix::ProxyFix;

/// The application inside the middleware: `next.run(request).await` calls it.
///
/// The call consumes the request, so copy what is needed afterwards: `let path = request.path().to_owned();`.
///
/// ```
/// use rustzeug::{Next, Request, Response, wrap};
///
/// async fn name_path(request: Request, next: Next) -> Response {
///     let path = request.path().to_owned();
///     next.run(request).await.with_header("x-path", path)
/// }
///
/// let app = wrap(|| "hello", name_path);
/// assert_eq!(Request::blank("/a").send(&app).wait()?.headers()["x-path"], "/a");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone)]
pub struct Next(BoxApplication);

impl Next {
    /// Calls the application. The result is always a response: an error has become its page, and is available as
    /// [`Response::error`].
    pub async fn run(self, request: Request) -> Response {
        let context = Context::of(request.environ());
        let outcome = catch_panic(|| self.pass(request)).await;
        let outcome = outcome.flatten();
        outcome.unwrap_or_else(|error| context.render(error))
    }

    /// Calls the application, and leaves its errors and panics to the caller. This costs less than [`run`](Self::run).
    async fn pass(self, request: Request) -> Result<Response> {
        request.check()?;
        let environ = request.into_environ();
        let start_response = StartResponse::of(&environ);
        self.0
            .call(environ, start_response)
            .await
            .map(Response::from)
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next")
    }
}

/// Puts middleware around a handler.
///
/// `middleware` is an `async fn(Request, Next)` or an `async` closure like it, and returns any [`IntoResponse`].
/// Middleware with a state is an `async fn(&S, Request, Next)`, passed as `with_state(state, middleware)`: see
/// [`with_state`](crate::with_state). A closure that captures values clones them for its future:
/// `move |request, next: Next| { let x = x.clone(); async move { … } }`.
///
/// If several are nested, the last one is the outermost. Handlers are not cancelled when a client leaves, so the code
/// after `run` is always reached.
///
/// ```
/// use rustzeug::{Next, Request, Response, wrap};
///
/// async fn no_store(request: Request, next: Next) -> Response {
///     next.run(request).await.with_header("cache-control", "no-store")
/// }
///
/// let app = wrap(|| "hello", no_store);
/// let response = Request::blank("/").send(&app).wait()?;
/// assert_eq!(response.headers()["cache-control"], "no-store");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[doc(alias = "wsgify.middleware")]
#[doc(alias = "from_fn")]
#[doc(alias = "layer")]
#[doc(alias = "before_request")]
#[doc(alias = "after_request")]
#[must_use]
pub fn wrap<M, H, F, R, K>(handler: H, middleware: F) -> impl Application
where
    H: Handler<M>,
    H::Adapted: Application,
    F: Surround<R, K> + Send + Sync + 'static,
    R: Asynchronous + Answer,
{
    Wrapped {
        next: Next(BoxApplication::new(handler.adapt(WhenEntered::Received))),
        middleware,
    }
}

/// Middleware of `(&S, Request, Next)` with its state.
type Stateful = Box<dyn Fn(Request, Next) -> Answering + Send + Sync>;

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Marks middleware with state.
#[doc(hidden)]
#[derive(Debug)]
pub struct Surrounds;

/// A function of state, request and the inner application, by its arguments only.
#[doc(hidden)]
pub trait StateAndNext<'a, S> {}

impl<'a, S: 'a, F: Fn(&'a S, Request, Next) -> R, R> StateAndNext<'a, S> for F {}

#[diagnostic::do_not_recommend]
impl<S, F> StateShape<S, Surrounds> for F where F: for<'a> StateAndNext<'a, S> {}

/// A call of such a function.
#[doc(hidden)]
pub trait TakesStateAndNext<'a, S> {
    /// Calls the function.
    fn go(
        &self,
        state: &'a S,
        request: Request,
        next: Next,
    ) -> impl Future<Output = Response> + Send;
}

impl<'a, S: 'a, F, R> TakesStateAndNext<'a, S> for F
where
    F: Fn(&'a S, Request, Next) -> R,
    R: Asynchronous + Answer,
{
    fn go(
        &self,
        state: &'a S,
        request: Request,
        next: Next,
    ) -> impl Future<Output = Response> + Send {
        let call = self(state, request, next);
        async move { call.await.into_response() }
    }
}

impl<S, F> TakesState<S, Surrounds> for F
where
    F: for<'a> TakesStateAndNext<'a, S> + Send + Sync + 'static,
    S: Send + Sync + 'static,
{
    type Bound = Stateful;

    fn bind(self, state: S) -> Stateful {
        let shared = Arc::new((state, self));
        Box::new(move |request, next| {
            let shared = Arc::clone(&shared);
            Box::pin(async move {
                let (state, middleware) = &*shared;
                middleware.go(state, request, next).await
            })
        })
    }
}

/// A middleware function, by its arguments only.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not middleware: its arguments do not fit",
    label = "does not take `(Request, Next)`",
    note = "middleware is an `async fn(Request, Next)` or an `async` closure like it, in this order",
    note = "for middleware with a state use `with_state(state, middleware)`, where the middleware takes `(&State, Request, Next)`",
    note = "pass the handler before the middleware: `wrap(handler, middleware)`"
)]
pub trait Surround<R, M>: Fn(Request, Next) -> R {}

impl<F: Fn(Request, Next) -> R, R> Surround<R, Fits> for F {}

// If two implementations are possible, rustc reports neither of them, and shows the message above.
impl<F: Fn(Request, Next) -> R + Impossible, R> Surround<R, Misfits> for F {}

/// Marks functions that are middleware.
#[doc(hidden)]
#[derive(Debug)]
pub struct Fits;

/// Marks nothing.
#[doc(hidden)]
#[derive(Debug)]
pub struct Misfits;

/// No type implements this.
#[doc(hidden)]
pub trait Impossible {}

/// A future, under another trait name, so that a type that is not a future gets its own message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "middleware must return a future, and `{Self}` is not a future",
    label = "not an `async fn`",
    note = "middleware is an `async fn(Request, Next)` or an `async` closure like it, and returns a `Response` or another type that implements `IntoResponse`"
)]
pub trait Asynchronous {}

#[diagnostic::do_not_recommend]
impl<F: Future> Asynchronous for F {}

/// The outcome of an `async fn` of middleware.
#[doc(hidden)]
pub trait Answer: Future<Output: IntoResponse> + Send {}

impl<F: Future<Output: IntoResponse> + Send> Answer for F {}

struct Wrapped<F> {
    next: Next,
    middleware: F,
}

impl<F, R> Application for Wrapped<F>
where
    F: Fn(Request, Next) -> R + Send + Sync + 'static,
    R: Answer,
{
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let context = Context::of(&environ);
        let call =
            catch_panic(|| (self.middleware)(Request::new(environ), self.next.clone())).await;
        call.and_then(|value| value.into_response().start(start_response))
            .or_else(|error| context.answer(error))
    }

    fn check(&self) -> Result<()> {
        self.next.0.check()
    }
}

/// Replaces the pages of the errors with which `handler` answers.
///
/// `render` gets the error and the format that the client prefers. If it returns `None`, the default page is sent. So
/// one function can replace all pages, the pages of one status (`error.status()`), or of one cause
/// (`error.downcast_ref::<E>()`). A page with status 200 gets the status of the error. A page with the status of the
/// error gets the headers of the error (`Allow`, `WWW-Authenticate`), except those that the page already has.
///
/// ```
/// use rustzeug::{Error, Request, Response, middleware::render_errors};
///
/// let app = render_errors(
///     || Err::<(), _>(Error::not_found()),
///     |error, _format| (error.status() == 404).then(|| Response::text("nothing here").with_status(404)),
/// );
/// let mut response = Request::blank("/").send(&app).wait()?;
/// assert_eq!((response.status().as_u16(), response.read_text().wait()?), (404, "nothing here".into()));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[doc(alias = "errorhandler")]
#[must_use]
pub fn render_errors<M, H>(
    handler: H,
    render: impl Fn(&Error, Format) -> Option<Response> + Send + Sync + 'static,
) -> impl Application
where
    H: Handler<M>,
    H::Adapted: Application,
{
    Treated {
        application: handler.adapt(WhenEntered::Received),
        treatment: Treatment::rendering(render),
    }
}

/// Maps an error type of the application, which `?` has wrapped in an [`Error`], to an [`Error`] for the client.
///
/// `map` is called for each error with an `E` among its [causes](Error::find_cause), before the error is reported: the
/// log, the spans and the page have the status that `map` returns. The cause is kept, so that a `5xx` is logged with
/// it. Several `map_errors` can be nested, one for each type; if two map the same type, the inner one decides.
///
/// An `E` inside an error that hides it, such as `anyhow::Error`, is not found. There, set the status where the error
/// occurs, with `map_err` or [`or_status`](crate::ResultExt::or_status).
///
/// ```
/// use rustzeug::{Error, Request, Result, middleware::map_errors};
/// use std::fmt;
///
/// #[derive(Debug)]
/// enum StockError {
///     Unknown(u32),
///     Database,
/// }
///
/// impl fmt::Display for StockError {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         write!(f, "{self:?}")
///     }
/// }
///
/// impl std::error::Error for StockError {}
///
/// fn item(id: u32) -> Result<String, StockError> {
///     Err(StockError::Unknown(id))
/// }
///
/// fn show(_: &Request) -> Result<String> {
///     Ok(item(7)?)
/// }
///
/// let app = map_errors(show, |error: &StockError| match error {
///     StockError::Unknown(id) => Error::not_found().with_message(format!("there is no item {id}")),
///     StockError::Database => Error::service_unavailable(5),
/// });
/// let mut response = Request::blank("/").send(&app).wait()?;
/// assert_eq!((response.status().as_u16(), response.read_text().wait()?), (404, "there is no item 7\n".into()));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[doc(alias = "errorhandler")]
#[doc(alias = "HandleError")]
#[must_use]
pub fn map_errors<M, H, E>(
    handler: H,
    map: impl Fn(&E) -> Error + Send + Sync + 'static,
) -> impl Application
where
    H: Handler<M>,
    H::Adapted: Application,
    E: std::error::Error + 'static,
{
    Treated {
        application: handler.adapt(WhenEntered::Received),
        treatment: Treatment::mapping(move |error| error.find_cause().map(&map)),
    }
}

struct Treated<A> {
    application: A,
    treatment: Treatment,
}

impl<A: Application> Application for Treated<A> {
    async fn call(&self, mut environ: Environ, start_response: StartResponse) -> Result<Reply> {
        self.treatment.apply(&mut environ);
        let context = Context::of(&environ);
        let outcome = catch_panic(|| self.application.call(environ, start_response)).await;
        outcome.flatten().or_else(|error| context.answer(error))
    }

    fn check(&self) -> Result<()> {
        self.application.check()
    }
}
