//! Calls of an application without a server.

use std::pin::Pin;

use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::AwaitOrWait;
use crate::gateway::StartResponse;
use crate::request::Request;
use crate::response::Response;

type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'a>>;

impl Request {
    /// Calls an application with this request.
    ///
    /// The application is called as by middleware, without the work of a server at its edge: the response is exactly
    /// what the application returned.
    ///
    /// # Errors
    ///
    /// An `Err` that a raw application returns (an adapted handler answers with a page instead), and the first bad
    /// value given to a `with_…` method of this request.
    ///
    /// ```
    /// use rustzeug::{IntoApplication, Request};
    ///
    /// let app = (|| "hello").into_application();
    /// let mut response = Request::blank("/").send(&app).wait()?;
    /// assert_eq!(response.read_text().wait()?, "hello");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "get_response")]
    pub fn send<A: Application>(self, application: &A) -> AwaitOrWait<Sending<'_>> {
        AwaitOrWait(Box::pin(async move {
            self.check()?;
            let environ = self.into_environ();
            let start_response = StartResponse::of(&environ);
            let reply = application.call(environ, start_response).await?;
            Ok(Response::from(reply))
        }))
    }
}
