//! Handlers that share state.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::Environ;
use crate::gateway::Origin;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::handler::Deliver;
use crate::handler::Outcome;
use crate::handler::WhenEntered;
use crate::handler::adapted::outcome;
use crate::handler::adapted::page;
use crate::handler::adapted::settle;
use crate::handler::forms::Call;
use crate::handler::forms::run;
use crate::request::Request;
use crate::response::Response;

/// A handler of `(&S, &Request)` with its state: see [`with_state`].
///
/// ```
/// use rustzeug::{Request, with_state};
///
/// fn greet(name: &String, _: &Request) -> String {
///     format!("Hello, {name}!")
/// }
///
/// let app = with_state("Ada".to_owned(), greet); // a `WithState`
/// assert_eq!(Request::blank("/").send(&app).wait()?.read_text().wait()?, "Hello, Ada!");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct WithState<S, F, K> {
    handler: Arc<Stateful<S, F>>,
    entry: WhenEntered,
    origin: &'static Origin,
    kind: PhantomData<fn() -> K>,
}

/// A function and its state.
struct Stateful<S, F> {
    state: Arc<S>,
    function: F,
}

impl<S, F, K> WithState<S, F, K> {
    /// Uses a state that may be shared.
    pub(crate) fn new(state: Arc<S>, function: F) -> Self {
        Self {
            handler: Arc::new(Stateful { state, function }),
            entry: WhenEntered::Received,
            origin: Origin::of_handler(),
            kind: PhantomData,
        }
    }

    /// Calls a plain function before the body of the request has arrived: see [`streaming`](crate::handler::streaming).
    #[must_use]
    pub fn streaming(mut self) -> Self {
        self.entry = WhenEntered::Streaming;
        self
    }
}

impl<S, F, K> fmt::Debug for WithState<S, F, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WithState({})", std::any::type_name::<F>())
    }
}

/// Binds a state to a handler of `(&S, &Request)`, or to middleware of `(&S, Request, Next)`.
///
/// All calls share the state, from any thread. A handler becomes an application; middleware becomes a function of
/// `(Request, Next)`, for [`wrap`](crate::wrap) and the `wrap` of a router.
///
/// ```
/// use rustzeug::{Next, Request, Response, with_state, wrap};
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// fn count(visits: &AtomicU32, _: &Request) -> String {
///     format!("visit {}", visits.fetch_add(1, Ordering::Relaxed) + 1)
/// }
///
/// struct Author(&'static str);
///
/// async fn sign(author: &Author, request: Request, next: Next) -> Response {
///     next.run(request).await.with_header("x-by", author.0)
/// }
///
/// let app = wrap(with_state(AtomicU32::new(0), count), with_state(Author("Ada"), sign));
/// Request::blank("/").send(&app).wait()?;
/// let mut response = Request::blank("/").send(&app).wait()?;
/// assert_eq!(response.read_text().wait()?, "visit 2");
/// assert_eq!(response.headers()["x-by"], "Ada");
/// # Ok::<(), rustzeug::Error>(())
/// ```
///
/// To share a state between several handlers, use an [`Arc`]: `with_state(Arc::clone(&database), handler)`, where the
/// handler takes `&Arc<Database>`. To share one between all handlers of a router, use the `with_state` of the router.
#[must_use]
pub fn with_state<S, F, M>(state: S, function: F) -> <F as TakesState<S, M>>::Bound
where
    S: Send + Sync + 'static,
    F: StateShape<S, M> + TakesState<S, M>,
{
    function.bind(state)
}

/// Marks handlers; its parameter lets the compiler infer the kind of outcome.
#[doc(hidden)]
#[derive(Debug)]
pub struct Handles<K>(PhantomData<K>);

/// A function that takes a state. Its other arguments decide whether it is a handler or middleware.
///
/// The trait is only about arguments, so that other mistakes are reported separately.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be called with a state of type `{S}`",
    label = "its arguments do not fit",
    note = "a handler with this state is a `fn`, `async fn` or closure that takes `(&{S}, &Request)`",
    note = "a handler only borrows the state; put a value that changes into a `Mutex` or an atomic: `with_state(Mutex::new(state), handler)`, where the handler takes `(&Mutex<{S}>, &Request)`",
    note = "middleware with this state is an `async fn` that takes `(&{S}, Request, Next)`"
)]
pub trait StateShape<S, M> {}

/// A function of state and request, by its arguments only.
#[doc(hidden)]
pub trait StateAndRequest<'a, S> {}

impl<'a, S: 'a, F: Fn(&'a S, &'a Request) -> O, O> StateAndRequest<'a, S> for F {}

#[diagnostic::do_not_recommend]
impl<S, F, K> StateShape<S, Handles<K>> for F where F: for<'a> StateAndRequest<'a, S> {}

/// A function to which a state is bound.
#[doc(hidden)]
pub trait TakesState<S, M>: Sized {
    /// The function with its state.
    type Bound;

    /// Binds the state.
    fn bind(self, state: S) -> Self::Bound;
}

impl<S, F, K: 'static> TakesState<S, Handles<K>> for F
where
    F: for<'a> TakesStateAndRequest<'a, S, K> + Send + Sync + 'static,
    S: 'static,
{
    type Bound = WithState<S, F, K>;

    fn bind(self, state: S) -> WithState<S, F, K> {
        WithState::new(Arc::new(state), self)
    }
}

/// A call of a function of state and request.
#[doc(hidden)]
pub trait TakesStateAndRequest<'a, S, K> {
    /// Whether it blocks.
    const BLOCKS: bool;

    /// Calls the function.
    fn go(&self, state: &'a S, request: &'a Request) -> impl Future<Output = Response> + Send;
}

impl<'a, S: 'a, F, O, K> TakesStateAndRequest<'a, S, K> for F
where
    F: Fn(&'a S, &'a Request) -> O,
    O: Outcome<K> + Deliver<'a, K>,
{
    const BLOCKS: bool = O::BLOCKS;

    fn go(&self, state: &'a S, request: &'a Request) -> impl Future<Output = Response> + Send {
        self(state, request).deliver()
    }
}

impl<S, F, K: 'static> Call<Handles<K>> for Stateful<S, F>
where
    S: Send + Sync + 'static,
    F: for<'a> TakesStateAndRequest<'a, S, K> + Send + Sync + 'static,
{
    const BLOCKS: bool = <F as TakesStateAndRequest<'static, S, K>>::BLOCKS;

    async fn answer(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let request = Request::new(environ);
        let call = || self.function.go(&self.state, &request);
        let blocks = <F as TakesStateAndRequest<'static, S, K>>::BLOCKS;
        let outcome = outcome(blocks, call).await;
        settle(outcome, start_response, |error| {
            page(request.environ(), error)
        })
    }
}

impl<S, F, K: 'static> Application for WithState<S, F, K>
where
    S: Send + Sync + 'static,
    F: for<'a> TakesStateAndRequest<'a, S, K> + Send + Sync + 'static,
{
    fn call(
        &self,
        environ: Environ,
        start_response: StartResponse,
    ) -> impl Future<Output = Result<Reply>> + Send {
        run(
            &self.handler,
            self.entry,
            self.origin,
            environ,
            start_response,
        )
    }
}
