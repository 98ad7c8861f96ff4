//! Constructors of responses: one for each kind of content.

use std::io;
use std::io::Read;
use std::io::Seek;

use bytes::Bytes;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url;
use crate::gateway::AsyncBodyWriter;
use crate::gateway::Body;
use crate::gateway::BodyWriter;
use crate::gateway::ChunkStream;
use crate::response::Response;

/// Markup that a handler returns, sent as `text/html; charset=utf-8`.
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
    /// A `200` with `body` and a content type.
    pub(crate) fn typed(content_type: HeaderValue, body: Body) -> Self {
        let mut response = Self::default();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
        response.with_body(body)
    }

    /// A `200` with text, as `text/plain; charset=utf-8`.
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

    /// A `200` with markup, as `text/html; charset=utf-8`. Text from elsewhere must be escaped with
    /// [`html::escape`](crate::html::escape): use the result in a `format!`, or call `.into_owned()` on it.
    #[must_use]
    #[doc(alias = "render_template_string")]
    pub fn html(markup: impl Into<Body>) -> Self {
        Self::typed(HTML, markup.into())
    }

    /// A `200` with bytes, as `application/octet-stream`; [`with_content_type`](Self::with_content_type) sets another
    /// type.
    #[must_use]
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::typed(BINARY, bytes.into().into())
    }

    /// A `200` with the bytes of a reader, as `application/octet-stream`: see [`Body::reader`].
    ///
    /// ```
    /// use rustzeug::{Response, mime};
    ///
    /// let mut response = Response::reader("a,b\n".as_bytes()).with_content_type(mime::TEXT_CSV);
    /// assert_eq!(response.read_text().wait()?, "a,b\n");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn reader(reader: impl Read + Send + 'static) -> Self {
        Self::typed(BINARY, Body::reader(reader))
    }

    /// A `200` with the bytes of a reader from its current position to its end, as `application/octet-stream`: see
    /// [`Body::seekable`]. With [`conditional`](Self::conditional), a client can request ranges of it.
    ///
    /// # Errors
    ///
    /// Those of seeking.
    pub fn seekable(reader: impl Read + Seek + Send + 'static) -> io::Result<Self> {
        Ok(Self::typed(BINARY, Body::seekable(reader)?))
    }

    /// A `200` with the chunks of an iterator, as `application/octet-stream`: see [`Body::iterator`].
    ///
    /// It is read after the handler has returned, so it owns what it reads: a `Vec`, a clone, an `Arc`, or
    /// `text.into_bytes()` after `let text = request.text().wait()?;`. It must not borrow from the request.
    #[must_use]
    pub fn iterator<I>(chunks: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'static, Item: Into<Bytes>>,
    {
        Self::typed(BINARY, Body::iterator(chunks))
    }

    /// A `200` with the chunks of a `futures_core::Stream` of `Result`s, as `application/octet-stream`: see
    /// [`Body::stream`].
    #[must_use]
    #[doc(alias = "StreamingResponse")]
    #[doc(alias = "app_iter")]
    pub fn stream<B: Into<Bytes>, E: Into<Error>>(
        stream: impl ChunkStream<B, E> + Send + 'static,
    ) -> Self {
        Self::typed(BINARY, Body::stream(stream))
    }

    /// A `200` with the output of a function, as `application/octet-stream`; it ends with `Ok(())`. See
    /// [`Body::writer`].
    ///
    /// ```
    /// use rustzeug::Response;
    /// use std::io::Write;
    ///
    /// let mut response = Response::writer(|out| {
    ///     writeln!(out, "id,name")?;
    ///     writeln!(out, "1,Ada")?;
    ///     Ok(())
    /// });
    /// assert_eq!(response.read_text().wait()?, "id,name\n1,Ada\n");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn writer(write: impl FnOnce(&mut BodyWriter) -> Result<()> + Send + 'static) -> Self {
        Self::typed(BINARY, Body::writer(write))
    }

    /// A `200` with the output of an asynchronous function, as `application/octet-stream`: see [`Body::async_writer`].
    ///
    /// ```
    /// use rustzeug::{Response, mime};
    ///
    /// let response = Response::async_writer(async |mut out| {
    ///     out.write("id,name\n").await?;
    ///     out.write("1,Ada\n").await
    /// });
    /// let mut response = response.with_content_type(mime::TEXT_CSV);
    /// assert_eq!(response.read_text().wait()?, "id,name\n1,Ada\n");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn async_writer<F>(write: impl FnOnce(AsyncBodyWriter) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Self::typed(BINARY, Body::async_writer(write))
    }

    /// An empty response with a status. A number outside 200..=599 gives a `500`.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// assert_eq!(Response::empty(204).status(), 204);
    /// ```
    #[must_use]
    pub fn empty<S: TryInto<StatusCode>>(status: S) -> Self {
        Self::default().with_status(status)
    }

    /// A `303 See Other` to a path on this site or to an absolute URL.
    ///
    /// [`with_status`](Self::with_status) gives the other kinds: 307 and 308 keep the method. Characters that are not
    /// allowed in a URL are percent-encoded. A location with a control character, or a reference that only looks local
    /// (`//evil.org`, `/\evil.org`), gives a `500`, and the headers and cookies of the chain are not sent. See
    /// [`redirect_external`](Self::redirect_external), and [`redirect_local`](Self::redirect_local) for a target from
    /// the request.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// assert_eq!(Response::redirect("/notes/7").headers()["location"], "/notes/7");
    /// assert_eq!(Response::redirect(format!("/notes/{}", 7)).headers()["location"], "/notes/7");
    /// assert_eq!(Response::redirect("//evil.org/").status(), 500);
    /// ```
    ///
    /// RFC 9110 [§10.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.2).
    #[must_use]
    #[doc(alias = "seeother")]
    #[doc(alias = "HTTPFound")]
    pub fn redirect(location: impl AsRef<str>) -> Self {
        let location = location.as_ref();
        let scheme = location.split_once("://").map_or("", |(scheme, _)| scheme);
        let says_so = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        if url::leaves_site(location) && !says_so {
            let text = format!(
                "redirect: `{}` leaves the site, but is not an absolute http or https URL",
                location.escape_debug()
            );
            return Self::failed(Error::from(text));
        }
        Self::redirect_external(location)
    }

    /// A `303 See Other` to `location`, which may be on another site.
    ///
    /// A control character gives a `500`, as in [`redirect`](Self::redirect).
    #[must_use]
    pub fn redirect_external(location: impl AsRef<str>) -> Self {
        let location = location.as_ref();
        if location.chars().any(char::is_control) {
            let text = format!(
                "redirect: `{}` has a control character",
                location.escape_debug()
            );
            return Self::failed(Error::from(text));
        }
        Self::empty(StatusCode::SEE_OTHER).with_header(
            header::LOCATION,
            url::clean_reference(location).into_owned(),
        )
    }
}
