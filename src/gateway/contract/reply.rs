//! The answer of an application: a checked head and a body.

use std::fmt;

use http::Extensions;
use http::HeaderMap;
use http::StatusCode;

use crate::base::error::Error;
use crate::gateway::Body;

/// The answer to one request: status, headers, body.
///
/// [`Started::body`](crate::gateway::Started::body) makes it. Middleware may edit it freely; the edge of the
/// server sets the framing afterwards.
///
/// It is one pointer wide, since every layer of middleware passes it on.
///
/// ```
/// use rustzeug::gateway::{Body, StartResponse};
///
/// let reply = StartResponse::new().start(200, [("content-type", "text/plain")])?.body("hello");
/// assert_eq!(reply.status(), 200);
///
/// let mut reply = reply.map_body(|body| Body::chain([body, ", world".into()]));
/// reply.headers_mut().remove("content-type");
/// assert_eq!(reply.body().length(), Some(12));
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct Reply {
    pub(crate) parts: Box<Parts>,
}

pub(crate) struct Parts {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) extensions: Extensions,
    pub(crate) error: Option<Error>,
}

impl Reply {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Body) -> Self {
        let extensions = Extensions::new();
        Self {
            parts: Box::new(Parts {
                status,
                headers,
                body,
                extensions,
                error: None,
            }),
        }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.parts.status
    }

    /// Replaces the status.
    pub fn set_status(&mut self, status: StatusCode) {
        self.parts.status = status;
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// Returns the headers for editing.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.parts.headers
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &Body {
        &self.parts.body
    }

    /// Replaces the body with the result of `change`.
    ///
    /// The server corrects a `Content-Length` that no longer fits.
    #[must_use]
    pub fn map_body(mut self, change: impl FnOnce(Body) -> Body) -> Self {
        self.parts.body = change(std::mem::take(&mut self.parts.body));
        self
    }

    /// The extensions: values by type that travel with the reply and are not sent.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// Returns the extensions for editing.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.parts.extensions
    }

    /// The error that this reply renders, if any.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.parts.error.as_ref()
    }
}

impl From<Reply> for http::Response<Body> {
    #[inline]
    fn from(reply: Reply) -> Self {
        let Parts {
            status,
            headers,
            body,
            extensions,
            ..
        } = *reply.parts;
        let mut response = Self::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        *response.extensions_mut() = extensions;
        response
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.parts.status)
            .field("headers", &self.parts.headers)
            .field("body", &self.parts.body)
            .field("error", &self.parts.error)
            .finish_non_exhaustive()
    }
}
