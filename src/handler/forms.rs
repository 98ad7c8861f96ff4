//! The forms of handlers: which arguments they take.

use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::Environ;
use crate::gateway::Origin;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::poll_now;
use crate::handler::Adapted;
use crate::handler::Deliver;
use crate::handler::Handler;
use crate::handler::Outcome;
use crate::handler::WhenEntered;
use crate::handler::adapted::on_worker;
use crate::handler::adapted::outcome;
use crate::handler::adapted::page;
use crate::handler::adapted::settle;
use crate::handler::render::Context;
use crate::request::Request;
use crate::response::Response;

use std::marker::PhantomData;
use std::sync::Arc;

/// Markers, one per form. Their type parameter lets the compiler infer the kind of outcome.
#[derive(Debug)]
pub struct NoArgument<K>(PhantomData<K>);
/// See [`NoArgument`].
#[derive(Debug)]
pub struct Owned<K>(PhantomData<K>);
/// See [`NoArgument`].
#[derive(Debug)]
pub struct ByRef<K>(PhantomData<K>);
/// See [`NoArgument`].
#[derive(Debug)]
pub struct ByMut<K>(PhantomData<K>);
/// See [`NoArgument`].
#[derive(Debug)]
pub struct Raw<K>(PhantomData<K>);

/// A function that can be called with these arguments, many times and from any thread.
///
/// The compiler checks this after the form is chosen, so a closure that fails here takes the right arguments but is not
/// `Fn`. The trait has no associated type, because with one the compiler reports an `async fn` of a reference as "not
/// general enough".
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a request handler: it changes or moves a captured value, or its future borrows one",
    label = "cannot be called by many threads at once",
    note = "a handler only reads captured values (`Fn`): put a value that changes into a `Mutex` or an atomic, and clone a value before an `async move` block that consumes it",
    note = "for an `async` closure that captures values use `with_state(state, handler)`, where the handler is an `async fn` or `async` closure that takes `(&State, &Request)`"
)]
pub trait Shape<Arguments> {}

#[diagnostic::do_not_recommend]
impl<F: Fn() -> O, O> Shape<()> for F {}
#[diagnostic::do_not_recommend]
impl<F: Fn(Request) -> O, O> Shape<(Request,)> for F {}
#[diagnostic::do_not_recommend]
impl<F: Fn(Environ, StartResponse) -> O, O> Shape<(Environ, StartResponse)> for F {}
#[diagnostic::do_not_recommend]
impl<'a, F: Fn(&'a Request) -> O, O> Shape<(&'a Request,)> for F {}
#[diagnostic::do_not_recommend]
impl<'a, F: Fn(&'a mut Request) -> O, O> Shape<(&'a mut Request,)> for F {}

impl<F: Shape<()>, K> Handler<NoArgument<K>> for F {
    type Adapted = Adapted<F, NoArgument<K>>;

    fn adapt(self, entry: WhenEntered) -> Self::Adapted {
        Adapted::new(self, entry)
    }
}

impl<F: Shape<(Request,)>, K> Handler<Owned<K>> for F {
    type Adapted = Adapted<F, Owned<K>>;

    fn adapt(self, entry: WhenEntered) -> Self::Adapted {
        Adapted::new(self, entry)
    }
}

impl<F: Shape<(Environ, StartResponse)>, K> Handler<Raw<K>> for F {
    type Adapted = Adapted<F, Raw<K>>;

    fn adapt(self, entry: WhenEntered) -> Self::Adapted {
        Adapted::new(self, entry)
    }
}

impl<F: for<'a> Shape<(&'a Request,)>, K> Handler<ByRef<K>> for F {
    type Adapted = Adapted<F, ByRef<K>>;

    fn adapt(self, entry: WhenEntered) -> Self::Adapted {
        Adapted::new(self, entry)
    }
}

impl<F: for<'a> Shape<(&'a mut Request,)>, K> Handler<ByMut<K>> for F {
    type Adapted = Adapted<F, ByMut<K>>;

    fn adapt(self, entry: WhenEntered) -> Self::Adapted {
        Adapted::new(self, entry)
    }
}

/// Passes the arguments of a form to a function, and makes a reply of its outcome.
pub trait Call<M>: Send + Sync + 'static {
    /// Whether the function blocks, and so belongs on a worker.
    const BLOCKS: bool;

    /// Calls it. The reply of a function that blocks is ready at once.
    fn answer(
        &self,
        environ: Environ,
        start_response: StartResponse,
    ) -> impl Future<Output = Result<Reply>> + Send;
}

/// One implementation for all forms: the compiler would list several under every error.
impl<F: Call<M>, M: 'static> Application for Adapted<F, M> {
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

/// Calls a function in place, or on a worker if it blocks.
pub(super) async fn run<F: Call<M>, M>(
    handler: &Arc<F>,
    entry: WhenEntered,
    origin: &'static Origin,
    environ: Environ,
    start_response: StartResponse,
) -> Result<Reply> {
    if !F::BLOCKS {
        return handler.answer(environ, start_response).await;
    }
    let handler = Arc::clone(handler);
    on_worker(environ, entry, origin, move |environ| {
        poll_now(handler.answer(environ, start_response))
            .expect("the outcome of a plain function is ready at once")
    })
    .await
}

impl<F, O, K: 'static> Call<NoArgument<K>> for F
where
    F: Fn() -> O + Send + Sync + 'static,
    O: Outcome<K> + Deliver<'static, K>,
{
    const BLOCKS: bool = O::BLOCKS;

    async fn answer(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let outcome = outcome(O::BLOCKS, || self().deliver()).await;
        settle(outcome, start_response, |error| page(&environ, error))
    }
}

impl<F, O, K: 'static> Call<Owned<K>> for F
where
    F: Fn(Request) -> O + Send + Sync + 'static,
    O: Outcome<K> + Deliver<'static, K>,
{
    const BLOCKS: bool = O::BLOCKS;

    async fn answer(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let context = Context::of(&environ);
        let outcome = outcome(O::BLOCKS, || self(Request::new(environ)).deliver()).await;
        settle(outcome, start_response, |error| context.answer(error))
    }
}

impl<F, O, K: 'static> Call<Raw<K>> for F
where
    F: Fn(Environ, StartResponse) -> O + Send + Sync + 'static,
    O: Outcome<K> + Deliver<'static, K>,
{
    const BLOCKS: bool = O::BLOCKS;

    async fn answer(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let (context, outer) = (Context::of(&environ), StartResponse::of(&environ));
        let outcome = outcome(O::BLOCKS, || self(environ, start_response).deliver()).await;
        settle(outcome, outer, |error| context.answer(error))
    }
}

/// A call of a function of `&Request`.
#[doc(hidden)]
pub trait RefFn<'a, K> {
    /// Whether it blocks.
    const BLOCKS: bool;

    /// Calls the function.
    fn go(&self, request: &'a Request) -> impl Future<Output = Response> + Send;
}

impl<'a, F, O, K> RefFn<'a, K> for F
where
    F: Fn(&'a Request) -> O,
    O: Outcome<K> + Deliver<'a, K>,
{
    const BLOCKS: bool = O::BLOCKS;

    fn go(&self, request: &'a Request) -> impl Future<Output = Response> + Send {
        self(request).deliver()
    }
}

impl<F, K: 'static> Call<ByRef<K>> for F
where
    F: for<'a> RefFn<'a, K> + Send + Sync + 'static,
{
    const BLOCKS: bool = <F as RefFn<'static, K>>::BLOCKS;

    async fn answer(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let request = Request::new(environ);
        let outcome = outcome(<F as RefFn<'static, K>>::BLOCKS, || self.go(&request)).await;
        settle(outcome, start_response, |error| {
            page(request.environ(), error)
        })
    }
}

/// A call of a function of `&mut Request`.
#[doc(hidden)]
pub trait MutFn<'a, K> {
    /// Whether it blocks.
    const BLOCKS: bool;

    /// Calls the function.
    fn go(&self, request: &'a mut Request) -> impl Future<Output = Response> + Send;
}

impl<'a, F, O, K> MutFn<'a, K> for F
where
    F: Fn(&'a mut Request) -> O,
    O: Outcome<K> + Deliver<'a, K>,
{
    const BLOCKS: bool = O::BLOCKS;

    fn go(&self, request: &'a mut Request) -> impl Future<Output = Response> + Send {
        self(request).deliver()
    }
}

impl<F, K: 'static> Call<ByMut<K>> for F
where
    F: for<'a> MutFn<'a, K> + Send + Sync + 'static,
{
    const BLOCKS: bool = <F as MutFn<'static, K>>::BLOCKS;

    async fn answer(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let mut request = Request::new(environ);
        let outcome = outcome(<F as MutFn<'static, K>>::BLOCKS, || self.go(&mut request)).await;
        settle(outcome, start_response, |error| {
            page(request.environ(), error)
        })
    }
}

/// Adapts a closure of a `Request`; its parameter needs no type annotation.
///
/// ```
/// use rustzeug::{Request, handler};
///
/// let app = handler::owned(|request| async move { request.path().to_owned() });
/// assert_eq!(Request::blank("/x").send(&app).wait()?.read_text().wait()?, "/x");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[must_use]
pub fn owned<F, O, K: 'static>(handler: F) -> Adapted<F, Owned<K>>
where
    F: Fn(Request) -> O + Send + Sync + 'static,
    O: Outcome<K> + Deliver<'static, K>,
{
    Adapted::new(handler, WhenEntered::Received)
}

/// Adapts a closure of a `&Request`; its parameter needs no type annotation. The result must not borrow from the
/// request.
///
/// ```
/// use rustzeug::{Request, handler};
///
/// let app = handler::by_ref(|request| request.path().to_owned());
/// assert_eq!(Request::blank("/x").send(&app).wait()?.read_text().wait()?, "/x");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[must_use]
pub fn by_ref<F, O, K: 'static>(handler: F) -> Adapted<F, ByRef<K>>
where
    F: Fn(&Request) -> O + Send + Sync + 'static,
    O: Outcome<K> + Deliver<'static, K>,
{
    Adapted::new(handler, WhenEntered::Received)
}

/// Adapts a closure of a `&mut Request`; its parameter needs no type annotation. The result must not borrow from the
/// request.
///
/// ```
/// use rustzeug::{Request, handler};
///
/// let app = handler::by_mut(|request| {
///     request.headers_mut().remove("cookie");
///     request.headers().contains_key("cookie").to_string()
/// });
/// let request = Request::blank("/").with_header("cookie", "a=1");
/// assert_eq!(request.send(&app).wait()?.read_text().wait()?, "false");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[must_use]
pub fn by_mut<F, O, K: 'static>(handler: F) -> Adapted<F, ByMut<K>>
where
    F: Fn(&mut Request) -> O + Send + Sync + 'static,
    O: Outcome<K> + Deliver<'static, K>,
{
    Adapted::new(handler, WhenEntered::Received)
}

/// Adapts a closure of the raw protocol; its parameters need no type annotation.
///
/// ```
/// use rustzeug::{Request, handler};
///
/// let app = handler::raw(|_environ, start_response| {
///     Ok::<_, rustzeug::Error>(start_response.start(200, [("content-type", "text/plain")])?.body("x"))
/// });
/// assert_eq!(Request::blank("/").send(&app).wait()?.read_text().wait()?, "x");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[must_use]
pub fn raw<F, O, K: 'static>(handler: F) -> Adapted<F, Raw<K>>
where
    F: Fn(Environ, StartResponse) -> O + Send + Sync + 'static,
    O: Outcome<K> + Deliver<'static, K>,
{
    Adapted::new(handler, WhenEntered::Received)
}
