//! Applications around applications, in short form.
//!
//! Middleware is an [`Application`] that calls another. What only needs a request and a
//! response is written as an `async fn(Request, Next)`; see [`wrap`].

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

/// The application that middleware stands around: `next.run(request).await` calls it.
///
/// The request is used up by that, so what is needed of it afterwards is taken out before:
/// `let path = request.path().to_owned();`.
#[derive(Clone)]
pub struct Next(BoxApplication);

impl Next {
    /// Calls it. What comes back is always a response: an error has become its page, and is
    /// still to be had as [`Response::error`].
    pub async fn run(self, request: Request) -> Response {
        let context = Context::of(request.environ());
        let outcome = match request.check() {
            Ok(()) => {
                let environ = request.into_environ();
                let start_response = StartResponse::of(&environ);
                catch_panic(|| self.0.call(environ, start_response))
                    .await
                    .flatten()
            }
            Err(fault) => Err(fault),
        };
        outcome.map_or_else(|error| context.render(error), Response::from)
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next")
    }
}

/// Puts middleware around a handler.
///
/// `middleware` is an `async fn(Request, Next)` or an `async` closure like it, and gives
/// anything that is an [`IntoResponse`]. With a state it is `with_state(state, middleware)`, an
/// `async fn(&S, Request, Next)`: see [`with_state`](crate::with_state). A closure that captures clones what its
/// future needs: `move |request, next: Next| { let x = x.clone(); async move { … } }`. Around several, the last is the outermost. Handlers
/// are not cancelled when a client leaves, so what stands after `run` is always reached.
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

/// Middleware of `(&S, Request, Next)` together with its state.
type Stateful = Box<dyn Fn(Request, Next) -> Answering + Send + Sync>;

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The mark of middleware with state.
#[doc(hidden)]
#[derive(Debug)]
pub struct Surrounds;

/// A function of state, request and what it stands around, by its arguments alone.
#[doc(hidden)]
pub trait StateAndNext<'a, S> {}

impl<'a, S: 'a, F: Fn(&'a S, Request, Next) -> R, R> StateAndNext<'a, S> for F {}

#[diagnostic::do_not_recommend]
impl<S, F> StateShape<S, Surrounds> for F where F: for<'a> StateAndNext<'a, S> {}

/// The same, called.
#[doc(hidden)]
pub trait TakesStateAndNext<'a, S> {
    /// Calls it.
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

/// A function of middleware, by its arguments alone.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not middleware: its arguments do not fit",
    label = "does not take `(Request, Next)`",
    note = "middleware is an `async fn(Request, Next)` or an `async` closure like it, in this order",
    note = "with a state of its own: `with_state(state, middleware)`, where the middleware takes `(&State, Request, Next)`",
    note = "the handler stands before the middleware: `wrap(handler, middleware)`"
)]
pub trait Surround<R, M>: Fn(Request, Next) -> R {}

impl<F: Fn(Request, Next) -> R, R> Surround<R, Fits> for F {}

// Of two that could be meant rustc blames neither, and says what is above.
impl<F: Fn(Request, Next) -> R + Impossible, R> Surround<R, Misfits> for F {}

/// The mark of what is middleware.
#[doc(hidden)]
#[derive(Debug)]
pub struct Fits;

/// The mark of nothing.
#[doc(hidden)]
#[derive(Debug)]
pub struct Misfits;

/// Nothing is.
#[doc(hidden)]
pub trait Impossible {}

/// A future, asked for under a name of its own so that what is none is told what to do.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "middleware gives a future, and `{Self}` is none",
    label = "not an `async fn`",
    note = "middleware is an `async fn(Request, Next)` or an `async` closure like it, and gives a `Response` or anything else that is an `IntoResponse`"
)]
pub trait Asynchronous {}

#[diagnostic::do_not_recommend]
impl<F: Future> Asynchronous for F {}

/// What an `async fn` of middleware gives.
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

/// Puts pages of its own around everything that `handler` answers with an error.
///
/// `render` gets the error and the form that the client prefers; `None` leaves the usual
/// page. So one function replaces all pages, or those of one status (`error.status()`), or
/// of one cause (`error.downcast_ref::<E>()`). A page whose status is 200 gets the error's; one with
/// that status gets the headers that belong to the error (`Allow`, `WWW-Authenticate`), except those
/// that it has itself.
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

/// Makes the application's own errors, which `?` has put into an [`Error`], into what they mean to a client.
///
/// `map` is asked for each error with an `E` among its [causes](Error::find_cause), before it is reported: the log, the
/// spans and the page have the status that `map` gives. The cause is kept, so that a `5xx` is still
/// told with it. Several around one another each know their own type; of two for one type the inner one decides.
///
/// Not found is what a cause keeps to itself, as `anyhow::Error` does: there `map_err`, or
/// [`status`](crate::ResultExt::or_status), says at the place what is meant.
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
