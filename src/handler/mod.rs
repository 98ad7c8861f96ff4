//! Functions as applications: [`into_application()`](IntoApplication::into_application).
//!
//! There are four steps, each a trait, so that the compiler reports a mistake at the step where it is: the *arguments*
//! ([`Handler`]), the *kind* of outcome (a response now, or a future), its *fitness* (it is a response and may cross
//! threads), and the finished application. The kind is a constant of the type, so it is known before the call whether a
//! function may block.

mod adapted;
pub(crate) mod conditional;
mod forms;
mod outcome;
mod redirect;
pub mod render;
mod send;
mod state;

pub use adapted::Adapted;
pub use adapted::Fixed;
pub use forms::by_mut;
pub use forms::by_ref;
pub use forms::owned;
pub use forms::raw;
pub use state::WithState;
pub use state::with_state;

pub(crate) use state::StateShape;
pub(crate) use state::TakesState;
#[cfg(feature = "routing")]
pub(crate) use state::TakesStateAndRequest;

#[doc(hidden)]
pub use outcome::Deliver;
#[doc(hidden)]
pub use outcome::Later;
#[doc(hidden)]
pub use outcome::Now;
#[doc(hidden)]
pub use outcome::Outcome;

use crate::gateway::Application;

/// A function or value that takes the arguments of a request handler.
///
/// `M` is the marker of its form and is always inferred. See [`into_application`](IntoApplication::into_application)
/// for the forms.
///
/// ```
/// use rustzeug::gateway::Application;
/// use rustzeug::{IntoApplication, Request, Result, handler::Handler};
///
/// /// Takes every kind of handler, as `serve` does.
/// fn status<M, H>(handler: H) -> Result<u16>
/// where
///     H: Handler<M>,
///     H::Adapted: Application,
/// {
///     let app = handler.into_application();
///     Ok(Request::blank("/").send(&app).wait()?.status().as_u16())
/// }
///
/// assert_eq!(status(|| "hello")?, 200);
/// assert_eq!(status(async |_: &Request| 404_u16)?, 404);
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a request handler: its arguments do not fit",
    label = "does not take the arguments of a handler",
    note = "a handler is a `fn`, `async fn` or closure that takes `&Request` (or nothing, `Request`, `&mut Request`, or `(Environ, StartResponse)`), and nothing else",
    note = "read the data of a request from the request, in a `fn`: a path parameter with `request.path_param(\"id\")?`, JSON with `request.json().wait()?`, a form with `request.form().wait()?`; in an `async fn` use `.await?`",
    note = "for shared state, one value of any type, use `with_state(state, handler)` with a handler that takes `(&State, &Request)`",
    note = "pass the function itself, `h`, not its result, `h()`"
)]
pub trait Handler<M> {
    /// The application that the handler becomes.
    type Adapted;

    /// Adapts the handler.
    #[doc(hidden)]
    fn adapt(self, entry: WhenEntered) -> Self::Adapted;
}

/// When a plain function is called.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenEntered {
    /// Once the body has been received, so that a slow client holds no worker.
    Received,
    /// At once.
    Streaming,
}

/// Turns functions, closures and other values that answer requests into an [`Application`].
pub trait IntoApplication: Sized {
    /// Converts the handler into an application.
    ///
    /// | the handler takes | |
    /// |---|---|
    /// | `&Request` | the form to begin with |
    /// | nothing | |
    /// | `Request` | to pass it on or to keep it |
    /// | `&mut Request` | to change it, then pass it on |
    /// | `Environ, StartResponse` | the raw protocol |
    /// | `&S, &Request` | with [`with_state`]`(state, handler)` |
    ///
    /// The handler is a `fn`, an `async fn`, or a closure of either kind. It returns any
    /// [`IntoResponse`](crate::IntoResponse). An [`Application`] is returned unchanged. A [`Response`](crate::Response)
    /// whose body is in memory becomes an application that answers every request with it.
    ///
    /// A **plain function may block**: it runs on one of the server's workers, after the body of the request has been
    /// received; a server without workers runs it in place. An **`async` function runs in place** and must not block.
    /// The type decides.
    ///
    /// Errors and panics become the negotiated page of their status here, so that middleware around the handler sees a
    /// response.
    ///
    /// ```
    /// use rustzeug::{IntoApplication, Request, Response, Result};
    ///
    /// fn hello(request: &Request) -> String {
    ///     format!("Hello, {}!", request.path())
    /// }
    ///
    /// async fn length(request: &Request) -> Result<Response> {
    ///     let body = request.bytes().await?;
    ///     Ok(Response::text(body.len().to_string()))
    /// }
    ///
    /// # fn main() -> Result<()> {
    /// let app = hello.into_application();
    /// assert_eq!(Request::blank("/x").send(&app).wait()?.read_text().wait()?, "Hello, /x!");
    ///
    /// let app = length.into_application();
    /// assert_eq!(Request::blank("/").with_body("four").send(&app).wait()?.read_text().wait()?, "4");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    fn into_application<M>(self) -> Self::Adapted
    where
        Self: Handler<M>,
        Self::Adapted: Application,
    {
        self.adapt(WhenEntered::Received)
    }
}

impl<T> IntoApplication for T {}

/// Adapts a plain function that is called before the body of the request has arrived, because it may answer without
/// reading the body, or reads it as it arrives.
///
/// A slow client can then hold a worker for as long as it likes. (An `async fn` is always called at once.) For a
/// handler with state, use `with_state(state, handler).streaming()`.
///
/// ```
/// use rustzeug::{Request, Result, handler::streaming};
/// use std::io::Read;
///
/// fn count(request: &Request) -> Result<String> {
///     let bytes = request.take_body().into_reader().bytes().count();
///     Ok(bytes.to_string())
/// }
///
/// let app = streaming(count);
/// let mut response = Request::blank("/").with_body("four").send(&app).wait()?;
/// assert_eq!(response.read_text().wait()?, "4");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[must_use]
pub fn streaming<M, H>(handler: H) -> Adapted<H, M>
where
    H: Handler<M, Adapted = Adapted<H, M>>,
    Adapted<H, M>: Application,
{
    handler.adapt(WhenEntered::Streaming)
}
