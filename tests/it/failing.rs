//! The failures of the tests of errors: one function, one application.

use std::error::Error as StdError;
use std::fmt;

use rustzeug::Application;
use rustzeug::Error;
use rustzeug::Next;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;

#[derive(Debug)]
pub(crate) struct Missing(pub(crate) &'static str);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no {}", self.0)
    }
}

impl StdError for Missing {}

/// Fails in the way that the path names.
pub(crate) fn fail(request: &Request) -> Result<&'static str> {
    match request.path() {
        "/404" => Err(Error::not_found()),
        "/409" => Err(Error::conflict().with_source(Missing("note"))),
        "/500" => Err(Missing("table").into()),
        "/panic" => panic!("secret 7"),
        _ => Ok("fine"),
    }
}

/// A raw application that fails in the same ways, except by a panic.
pub(crate) struct Raw;

impl Application for Raw {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let text = fail(&Request::new(environ))?;
        Ok(start_response.start(200, ())?.body(text))
    }
}

pub(crate) async fn pass(request: Request, next: Next) -> Response {
    next.run(request).await
}
