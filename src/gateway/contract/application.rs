//! The trait that servers call and applications implement.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::base::error::Result;
use crate::gateway::Environ;
use crate::gateway::Reply;
use crate::gateway::StartResponse;

/// Answers requests: servers call it, applications implement it.
///
/// There is no `Box<dyn Application>`. To mix types, use a [`BoxApplication`]:
/// `BoxApplication::new(handler.into_application())`.
///
/// `call` is called once per request, from any thread, for many requests at the same time. Write it as
/// `async fn`, or turn a function into an application with
/// [`into_application`](crate::IntoApplication::into_application).
///
/// The future must not block: it runs on the server's event loop. Run blocking work with
/// [`Environ::blocking`].
///
/// # Errors
///
/// The server answers an `Err` in plain text, with the status of the error.
///
/// # Examples
///
/// Middleware is an application around another application:
///
/// ```
/// use rustzeug::gateway::{Application, Environ, Reply, StartResponse};
/// use rustzeug::http::HeaderValue;
/// use rustzeug::{IntoApplication, Request, Result};
///
/// struct NoSniff<A>(A);
///
/// impl<A: Application> Application for NoSniff<A> {
///     async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
///         let mut reply = self.0.call(environ, start_response).await?;
///         reply.headers_mut().insert("x-content-type-options", HeaderValue::from_static("nosniff"));
///         Ok(reply)
///     }
/// }
///
/// let app = NoSniff((|| "hello").into_application());
/// let response = Request::blank("/").send(&app).wait()?;
/// assert_eq!(response.headers()["x-content-type-options"], "nosniff");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an application",
    label = "not an application",
    note = "to turn a function into an application call `.into_application()`"
)]
pub trait Application: Send + Sync + 'static {
    /// Answers one request.
    fn call(
        &self,
        environ: Environ,
        start_response: StartResponse,
    ) -> impl Future<Output = Result<Reply>> + Send;

    /// Checks that the application can be served. A server calls it once before it accepts requests, and does
    /// not start if it returns an error. An application that contains others checks them too.
    ///
    /// ```
    /// use rustzeug::gateway::Application;
    /// use rustzeug::Router;
    ///
    /// let app = Router::new().get("/{id}", || "one").get("/{name}", || "other");
    /// let error = app.check().unwrap_err();
    /// assert_eq!(error.source().unwrap().to_string(), "the rules `/{id}` and `/{name}` match the same paths");
    /// ```
    ///
    /// # Errors
    ///
    /// The default never fails. An implementation returns an error for a wrong setup, such as two equal
    /// routes.
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

impl<T: Application> Application for Arc<T> {
    fn call(
        &self,
        environ: Environ,
        start_response: StartResponse,
    ) -> impl Future<Output = Result<Reply>> + Send {
        T::call(self, environ, start_response)
    }

    fn check(&self) -> Result<()> {
        T::check(self)
    }
}

/// A type-erased application, for tables and fields that hold several types.
///
/// Clones share the application. A call through it costs one allocation.
///
/// ```
/// use rustzeug::gateway::BoxApplication;
/// use rustzeug::{IntoApplication, Request};
///
/// let apps = [
///     BoxApplication::new((|| "one").into_application()),
///     BoxApplication::new((async || "two").into_application()),
/// ];
/// assert_eq!(Request::blank("/").send(&apps[1]).wait()?.read_text().wait()?, "two");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone)]
pub struct BoxApplication(Arc<dyn Erased>);

impl BoxApplication {
    /// Erases the type of `application`.
    #[must_use]
    pub fn new(application: impl Application) -> Self {
        Self(Arc::new(application))
    }
}

impl Application for BoxApplication {
    fn call(
        &self,
        environ: Environ,
        start_response: StartResponse,
    ) -> impl Future<Output = Result<Reply>> + Send {
        self.0.call_boxed(environ, start_response)
    }

    fn check(&self) -> Result<()> {
        self.0.check_boxed()
    }
}

impl fmt::Debug for BoxApplication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxApplication")
    }
}

/// `Application` as a trait object. Its methods have other names, so that they do not hide those of
/// `Application`.
trait Erased: Send + Sync {
    fn call_boxed<'a>(
        &'a self,
        environ: Environ,
        start_response: StartResponse,
    ) -> Pin<Box<dyn Future<Output = Result<Reply>> + Send + 'a>>;

    fn check_boxed(&self) -> Result<()>;
}

impl<A: Application> Erased for A {
    fn call_boxed<'a>(
        &'a self,
        environ: Environ,
        start_response: StartResponse,
    ) -> Pin<Box<dyn Future<Output = Result<Reply>> + Send + 'a>> {
        Box::pin(self.call(environ, start_response))
    }

    fn check_boxed(&self) -> Result<()> {
        self.check()
    }
}
