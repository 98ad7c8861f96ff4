//! Making responses: one constructor for each thing that can be in one.

use std::io::Read;

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::error::Error;
use crate::error::Result;
use crate::gateway::Body;
use crate::gateway::BodyWriter;
use crate::response::Response;
use crate::url;

/// Text to be sent as `text/html; charset=utf-8`, as the result of a handler.
///
/// ```
/// use rustzeug::{Html, IntoResponse};
///
/// let response = Html("<p>Hello</p>").into_response();
/// assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html<T>(pub T);

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const BINARY: HeaderValue = HeaderValue::from_static("application/octet-stream");

impl Response {
    /// A `200` with `body` under a content type.
    pub(crate) fn typed(content_type: HeaderValue, body: Body) -> Self {
        let mut response = Self::new();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
        response.with_body(body)
    }

    /// Text, as `text/plain; charset=utf-8`.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let response = Response::text("hello");
    /// assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    /// ```
    #[must_use]
    pub fn text(text: impl Into<Body>) -> Self {
        Self::typed(TEXT, text.into())
    }

    /// Markup, as `text/html; charset=utf-8`. Text from elsewhere goes through
    /// [`html::escape`](crate::html::escape) first.
    #[must_use]
    #[doc(alias = "render_template_string")]
    pub fn html(markup: impl Into<Body>) -> Self {
        Self::typed(HTML, markup.into())
    }

    /// Bytes, as `application/octet-stream`.
    #[must_use]
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::typed(BINARY, bytes.into().into())
    }

    /// What a reader gives, as `application/octet-stream`: see [`Body::reader`].
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let mut response = Response::reader("a,b\n".as_bytes()).with_header("content-type", "text/csv");
    /// assert_eq!(response.read_text().wait()?, "a,b\n");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn reader(reader: impl Read + Send + 'static) -> Self {
        Self::typed(BINARY, Body::reader(reader))
    }

    /// The chunks of an iterator, as `application/octet-stream`: see [`Body::iterator`].
    #[must_use]
    pub fn iterator<I>(chunks: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'static, Item: Into<Bytes>>,
    {
        Self::typed(BINARY, Body::iterator(chunks))
    }

    /// The chunks of a stream, as `application/octet-stream`: see [`Body::stream`].
    #[must_use]
    #[doc(alias = "StreamingResponse")]
    #[doc(alias = "app_iter")]
    pub fn stream<B: Into<Bytes>, E: Into<Error>>(
        stream: impl Stream<Item = Result<B, E>> + Send + 'static,
    ) -> Self {
        Self::typed(BINARY, Body::stream(stream))
    }

    /// What a function writes, as `application/octet-stream`: see [`Body::writer`].
    #[must_use]
    pub fn writer(write: impl FnOnce(&mut BodyWriter) -> Result<()> + Send + 'static) -> Self {
        Self::typed(BINARY, Body::writer(write))
    }

    /// An empty response with a status; a number outside 200..=599 makes it a `500`.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// assert_eq!(Response::empty(204).status(), 204);
    /// ```
    #[must_use]
    pub fn empty<S: TryInto<StatusCode>>(status: S) -> Self {
        Self::new().with_status(status)
    }

    /// A `303 See Other` to a place on this site or an absolute URL.
    ///
    /// Other kinds by [`with_status`](Self::with_status): 307 and 308 keep the method. What
    /// may not stand in a URL is percent-encoded. A control character, and a reference that
    /// only looks local (`//evil.org`, `/\evil.org`), make it a `500`: see
    /// [`redirect_external`](Self::redirect_external) and
    /// [`redirect_local`](Self::redirect_local).
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// assert_eq!(Response::redirect("/notes/7").headers()["location"], "/notes/7");
    /// assert_eq!(Response::redirect("//evil.org/").status(), 500);
    /// ```
    ///
    /// RFC 9110 [§10.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.2).
    #[must_use]
    #[doc(alias = "seeother")]
    #[doc(alias = "HTTPFound")]
    pub fn redirect(location: &str) -> Self {
        let scheme = location.split_once("://").map_or("", |(scheme, _)| scheme);
        let says_so = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        if url::leaves_site(location) && !says_so {
            let text = format!(
                "redirect: `{}` leaves the site without saying so",
                location.escape_debug()
            );
            return Self::from(Error::from(text));
        }
        Self::redirect_external(location)
    }

    /// A `303 See Other` to wherever `location` leads, other sites included.
    #[must_use]
    pub fn redirect_external(location: &str) -> Self {
        if location.chars().any(char::is_control) {
            let text = format!(
                "redirect: `{}` has a control character",
                location.escape_debug()
            );
            return Self::from(Error::from(text));
        }
        Self::empty(StatusCode::SEE_OTHER).with_header(
            header::LOCATION,
            url::clean_reference(location).into_owned(),
        )
    }

    /// A `303 See Other` to a place on this site, for a target that came with the request.
    ///
    /// Whatever would leave the site is a `400`.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// assert_eq!(Response::redirect_local("/after-login").status(), 303);
    /// assert_eq!(Response::redirect_local("https://evil.org/").status(), 400);
    /// ```
    #[must_use]
    pub fn redirect_local(location: &str) -> Self {
        if url::leaves_site(location) || location.chars().any(char::is_control) {
            return Self::from(
                Error::bad_request().with_message("the place to go to is not on this site"),
            );
        }
        Self::redirect_external(location)
    }
}
