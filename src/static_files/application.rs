//! Files as an application, alone or in front of another application.

use std::fmt;
use std::sync::Arc;

use http::Method;

use super::answer::is_reading;
use super::settings::StaticFiles;
use super::url::StaticUrls;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::Environ;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::handler::Handler;
use crate::handler::IntoApplication;
use crate::handler::render::Context;
use crate::request::Request;
use crate::response::Response;

#[diagnostic::do_not_recommend]
impl Application for StaticFiles {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let request = Request::new(environ);
        let outcome = self.respond(&request).await;
        outcome
            .and_then(|response| response.start(start_response))
            .or_else(|error| Context::of(request.environ()).answer(error))
    }
}

impl StaticFiles {
    async fn respond(&self, request: &Request) -> Result<Response> {
        if !is_reading(request.method()) {
            return Err(Error::method_not_allowed([Method::GET, Method::HEAD]));
        }
        match self.answer(request).await? {
            Some(response) => Ok(response),
            None => self.nothing(request).await,
        }
    }
}

/// Files in front of an application.
impl StaticFiles {
    /// Passes all requests that are not for a file to an application, so that both share one name space.
    ///
    /// A file takes precedence over the application. Inside the application
    /// [`Request::static_url`](crate::Request::static_url) writes links to files.
    ///
    /// ```
    /// use rustzeug::{Request, static_files::StaticFiles};
    ///
    /// let app = StaticFiles::new("examples")?.or(|| "the application");
    /// let mut response = Request::blank("/form.rs").send(&app).wait()?;
    /// assert!(response.read_text().wait()?.starts_with("//!"));
    /// let mut response = Request::blank("/elsewhere").send(&app).wait()?;
    /// assert_eq!(response.read_text().wait()?, "the application");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn or<M, H>(self, handler: H) -> FilesOr<H::Adapted>
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        FilesOr::new(self, handler.into_application())
    }
}

/// Files, and an application for all other requests: [`StaticFiles::or`].
pub struct FilesOr<A> {
    files: Arc<StaticFiles>,
    application: A,
}

impl<A> FilesOr<A> {
    pub(super) fn new(files: StaticFiles, application: A) -> Self {
        Self {
            files: Arc::new(files),
            application,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<A: Application> Application for FilesOr<A> {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let mut environ = environ;
        if is_reading(environ.method()) {
            let request = Request::new(environ);
            match self.files.answer(&request).await {
                Ok(None) => {}
                Ok(Some(response)) => {
                    let reply = response.start(start_response);
                    return reply.or_else(|error| Context::of(request.environ()).answer(error));
                }
                Err(error) => return Context::of(request.environ()).answer(error),
            }
            environ = request.into_environ();
        }
        let urls = StaticUrls::new(&self.files, environ.raw_script_name());
        environ.extensions_mut().insert(urls);
        self.application.call(environ, start_response).await
    }

    fn check(&self) -> Result<()> {
        self.application.check()
    }
}

impl<A> fmt::Debug for FilesOr<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilesOr({:?})", self.files)
    }
}
