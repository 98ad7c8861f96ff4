//! The head of a request, for the log, the span and the health path.

use http::HeaderMap;
use http::Method;
use http::Uri;
use http::Version;

use crate::gateway::Environ;

/// The head of a request, wherever it is kept.
#[derive(Clone, Copy)]
pub(in crate::server) struct RequestHead<'r> {
    pub(super) method: &'r Method,
    pub(super) uri: &'r Uri,
    pub(super) version: Version,
    pub(super) headers: &'r HeaderMap,
}

impl<'r, B> From<&'r http::Request<B>> for RequestHead<'r> {
    fn from(request: &'r http::Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
        }
    }
}

impl<'r> From<&'r Environ> for RequestHead<'r> {
    fn from(environ: &'r Environ) -> Self {
        Self {
            method: environ.method(),
            uri: environ.uri(),
            version: environ.version(),
            headers: environ.headers(),
        }
    }
}
