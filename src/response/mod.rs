//! The response as an application makes it.

use std::fmt;

use bytes::Bytes;
use http::Extensions;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::header::AsHeaderName;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::error::response_header;
use crate::gateway::AwaitOrWait;
use crate::gateway::Body;
use crate::gateway::Collect;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::is_final;
use crate::syntax::media_type::completed;

mod caching;
mod convert;
mod into_response;
mod make;
mod typed;

pub use into_response::IntoError;
pub use into_response::IntoResponse;
pub use make::Html;

/// One response: status, headers, body.
///
/// Constructors are named after the kind of content ([`text`](Self::text), [`html`](Self::html),
/// [`bytes`](Self::bytes), …); any [`IntoResponse`] becomes a response too. In a chain it is changed by `with_…`:
/// `Response::text("x").with_header(name, value)`. In a statement it is changed by `set_…`, which returns a `Result`:
/// `response.set_header(name, value)?;`. JSON and cookies are features: without default features,
/// `features = ["json"]`.
///
/// A chain never fails. Its first bad value turns the response into a logged `500`, and the headers and cookies of the
/// chain are not sent.
///
/// A handler returns the response. An application over the raw protocol ends with [`start`](Self::start), as in WebOb.
///
/// # Examples
///
/// ```
/// use rustzeug::Response;
///
/// let response = Response::text("made\n").with_status(201).with_header("location", "/notes/7");
/// assert_eq!(response.status(), 201);
/// assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
/// ```
pub struct Response {
    reply: Reply,
    /// The error that is still to be rendered as this response.
    failure: Option<Error>,
    /// Whether the error comes from a `with_…` call; no later call removes it.
    faulty: bool,
}

impl Response {
    fn bare() -> Self {
        Self {
            reply: Reply::new(StatusCode::OK, HeaderMap::new(), Body::empty()),
            failure: None,
            faulty: false,
        }
    }

    /// The status.
    #[must_use]
    #[doc(alias = "status_int")]
    #[doc(alias = "status_code")]
    pub fn status(&self) -> StatusCode {
        self.reply.parts.status
    }

    /// Replaces the status.
    ///
    /// # Errors
    ///
    /// A `500` if the number is outside 200..=599.
    pub fn set_status<S: TryInto<StatusCode>>(&mut self, status: S) -> Result<&mut Self> {
        let status = status.try_into().ok().filter(|status| is_final(*status));
        let status = status.ok_or("the status of a response must be from 200 to 599")?;
        match self.failure.take() {
            // The fault of a chain stays, and an error keeps its error status.
            Some(error) if self.faulty || status.as_u16() < 400 => self.failure = Some(error),
            failure => {
                self.reply.parts.status = status;
                self.failure = failure.map(|error| error.with_status(status));
            }
        }
        Ok(self)
    }

    /// Replaces the status; a number outside 200..=599 turns the response into a `500`.
    #[must_use]
    #[doc(alias = "status_code")]
    pub fn with_status<S: TryInto<StatusCode>>(mut self, status: S) -> Self {
        let outcome = self.set_status(status).map(drop);
        self.keep_fault(outcome)
    }

    /// The headers. Names are in lower case, and repeated headers stay separate.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.reply.parts.headers
    }

    /// The headers, for editing. To set one, use [`set_header`](Self::set_header):
    /// `response.set_header(name, value)?;`.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.reply.parts.headers
    }

    /// The text of a header; if it has several lines, the text of the first. `None` if the header is absent or not
    /// valid UTF-8.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// assert_eq!(Response::redirect("/login").header_text("location"), Some("/login"));
    /// ```
    #[must_use]
    pub fn header_text(&self, name: impl AsHeaderName) -> Option<&str> {
        let value = self.headers().get(name)?;
        std::str::from_utf8(value.as_bytes()).ok()
    }

    /// Sets a header and replaces all lines of its name.
    ///
    /// A `Content-Type` of `text/…` without a charset gets `charset=utf-8`: see
    /// [`set_content_type`](Self::set_content_type). To remove a header: `headers_mut().remove(name)`.
    ///
    /// # Errors
    ///
    /// A `500` if the name is not a valid token, or the value has a control character. (CR and LF are control
    /// characters; this prevents header injection.) Also a `500` for a header that belongs to the connection, since
    /// only the server sets these: `Connection`, `Transfer-Encoding` and the like (RFC 9110
    /// [§7.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1)). Of these, only `Upgrade` is allowed, for a
    /// `426`. The cause names the header and the reason.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let mut response = Response::text("x");
    /// response.set_header("x-a", "1")?.set_header("x-b", "2")?;
    /// assert!(response.set_header("x-c", "3\r\nx-d: 4").is_err());
    ///
    /// let error = response.set_header("connection", "close").err().unwrap();
    /// let cause = error.source().unwrap().to_string();
    /// assert_eq!(cause, "the header `connection` belongs to the connection, so to the server");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn set_header<N, V>(&mut self, name: N, value: V) -> Result<&mut Self>
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        let (name, value) = response_header(name, value)?;
        let value = completed(&name, value);
        self.reply.parts.headers.try_insert(name, value)?;
        Ok(self)
    }

    /// Sets a header and replaces all lines of its name: [`set_header`](Self::set_header) in a chain.
    ///
    /// A bad name or value turns the response into a `500`, and so does a header that belongs to the connection.
    #[must_use]
    pub fn with_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        let outcome = self.set_header(name, value).map(drop);
        self.keep_fault(outcome)
    }

    /// Adds a header line and keeps lines of the same name. Use it for fields that may have several lines, such as
    /// `Link` and `Vary`.
    ///
    /// # Errors
    ///
    /// As for [`set_header`](Self::set_header).
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let mut response = Response::text("x").with_header("vary", "cookie");
    /// response.append_header("vary", "accept")?;
    /// assert_eq!(response.headers().get_all("vary").iter().count(), 2);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "headers.add")]
    pub fn append_header<N, V>(&mut self, name: N, value: V) -> Result<&mut Self>
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        let (name, value) = response_header(name, value)?;
        let value = completed(&name, value);
        self.reply.parts.headers.try_append(name, value)?;
        Ok(self)
    }

    /// Adds a header line and keeps lines of the same name: [`append_header`](Self::append_header) in a chain. A bad
    /// name or value turns the response into a `500`.
    #[must_use]
    pub fn with_appended_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        let outcome = self.append_header(name, value).map(drop);
        self.keep_fault(outcome)
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &Body {
        &self.reply.parts.body
    }

    /// The body, for reading it chunk by chunk.
    pub fn body_mut(&mut self) -> &mut Body {
        &mut self.reply.parts.body
    }

    /// Replaces the body; the headers are not changed. The page of an error keeps its own body.
    pub fn set_body(&mut self, body: impl Into<Body>) -> &mut Self {
        self.reply.parts.body = body.into();
        self
    }

    /// Replaces the body in a chain: [`set_body`](Self::set_body).
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Body>) -> Self {
        self.set_body(body);
        self
    }

    /// Replaces the body with the result of `change`.
    #[must_use]
    pub fn map_body(mut self, change: impl FnOnce(Body) -> Body) -> Self {
        self.reply.parts.body = change(std::mem::take(&mut self.reply.parts.body));
        self
    }

    /// Returns the body and drops the rest.
    #[must_use]
    pub fn into_body(self) -> Body {
        self.reply.parts.body
    }

    /// Reads the whole body and keeps it in the response: for tests and middleware.
    ///
    /// # Errors
    ///
    /// The errors of the body's source.
    pub fn read_bytes(&mut self) -> AwaitOrWait<Collect<'_, Bytes>> {
        AwaitOrWait(Collect::new(&mut self.reply.parts, |_, bytes| Ok(bytes)))
    }

    /// Reads the whole body as UTF-8 text and keeps it in the response.
    ///
    /// # Errors
    ///
    /// The errors of the body's source, and a `500` if the text is not valid UTF-8.
    pub fn read_text(&mut self) -> AwaitOrWait<Collect<'_, String>> {
        AwaitOrWait(Collect::new(&mut self.reply.parts, |_, bytes| {
            Ok(String::from_utf8(bytes.into())?)
        }))
    }

    /// Values by type that travel with the response. They are not sent.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.reply.parts.extensions
    }

    /// Values by type, for editing.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.reply.parts.extensions
    }

    /// Adds a value by its type; it replaces a value of the same type.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// #[derive(Clone)]
    /// struct CacheFor(u64);
    ///
    /// let response = Response::text("x").with_extension(CacheFor(60));
    /// assert_eq!(response.extensions().get::<CacheFor>().map(|it| it.0), Some(60));
    /// ```
    #[must_use]
    pub fn with_extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.extensions_mut().insert(value);
        self
    }

    /// The error that this response renders, with its cause: for middleware that logs or restyles it.
    ///
    /// ```
    /// use rustzeug::{Error, Response};
    ///
    /// let response = Response::from(Error::not_found());
    /// assert_eq!(response.error().map(|error| error.status().as_u16()), Some(404));
    /// assert!(Response::text("fine").error().is_none());
    /// ```
    #[must_use]
    #[doc(alias = "exc_info")]
    pub fn error(&self) -> Option<&Error> {
        self.failure.as_ref().or(self.reply.parts.error.as_ref())
    }

    /// Starts the response and returns the reply: the last step of an application over the raw protocol.
    ///
    /// # Errors
    ///
    /// The error, if the response was made from one or a `with_…` call failed; and the errors of
    /// [`StartResponse::start`].
    ///
    /// ```
    /// use rustzeug::gateway::{Environ, Reply, StartResponse};
    /// use rustzeug::{Request, Response, Result};
    ///
    /// fn app(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    ///     let request = Request::new(environ);
    ///     Response::text(request.path().to_owned()).start(start_response)
    /// }
    /// ```
    pub fn start(self, start_response: StartResponse) -> Result<Reply> {
        match self.failure {
            Some(fault) if self.faulty => Err(fault),
            // The page of the error gets the headers that were set here.
            Some(error) => Err(error.with_headers(self.reply.parts.headers)),
            None => start_response.accept(self.reply),
        }
    }

    /// Takes the error that is still to be rendered.
    pub(crate) fn take_failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    /// Marks the response as the rendering of `error`.
    pub(crate) fn rendering(mut self, error: Error) -> Self {
        self.reply.parts.error = Some(error);
        self
    }

    pub(crate) fn keep_fault(self, outcome: Result<()>) -> Self {
        match outcome {
            Err(error) if !self.faulty => Self::failed(error),
            _ => self,
        }
    }

    /// A response that could not be made. Nothing that is chained onto it is sent with its page: a cookie that was
    /// meant for a success must not arrive with a failure.
    pub(crate) fn failed(error: Error) -> Self {
        Self {
            faulty: true,
            ..Self::from(error)
        }
    }
}

impl Default for Response {
    fn default() -> Self {
        Self::bare()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("headers", self.headers())
            .field("body", self.body())
            .field("error", &self.error())
            .finish_non_exhaustive()
    }
}
