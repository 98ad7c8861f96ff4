//! The request as an application sees it: a wrapper around the environ.
//!
//! It has no state of its own, so several wrappers and middleware can share one request.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::Extensions;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::Version;
use http::header::AsHeaderName;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::error::header_pair;
use crate::gateway::AwaitOrWait;
use crate::gateway::Body;
use crate::gateway::Entire;
use crate::gateway::Environ;
use crate::gateway::Signal;
use crate::semantics::content_coding;
use crate::syntax::media_type;

mod build;
mod content_type;
mod convert;
mod location;
mod typed;

#[cfg(feature = "routing")]
pub(crate) use location::domain;

/// One request.
///
/// It is `Send + Sync` and one pointer wide. Its methods read and write the [`Environ`] underneath. Some methods belong
/// to modules that are features:
///
/// | elsewhere | here |
/// |---|---|
/// | `request.args["q"]`, `GET` | `request.query().get("q")` |
/// | `request.form["name"]`, `POST` | `request.form().wait()?.get("name")`; `.await?` in an `async fn` |
/// | `request.files["photo"]` | `request.form().wait()?.file("photo")?` |
/// | `request.json`, `Json(note)` | `request.json::<Note>().wait()?`; without default features: `features = ["json"]` |
/// | `Path(id)` | `request.path_param::<u64>("id")?` |
///
/// A task, a thread or a body that outlives the handler needs an owned copy of its data
/// (`let path = request.path().to_owned();`), or the handler takes the `Request` itself. The same applies to data that
/// middleware needs after `next.run(request)`.
///
/// * **Location**: [`method`](Self::method), [`path`](Self::path), [`host`](Self::host), [`url`](Self::url) …
/// * **Headers**: [`headers`](Self::headers), `cookies`; **values by type**: [`extensions`](Self::extensions).
/// * **Body**: [`bytes`](Self::bytes), [`text`](Self::text), `json`, each as often as needed, or
///   [`take_body`](Self::take_body) as a stream.
/// * **Construction**: [`blank`](Self::blank), `with_…`, [`send`](Self::send).
///
/// # Examples
///
/// ```
/// use rustzeug::{Request, Response};
///
/// fn greet(request: &Request) -> Response {
///     Response::text(format!("{} {} from {}", request.method(), request.path(), request.domain()))
/// }
///
/// let request = Request::blank("http://example.org/a%20b?c=d");
/// assert_eq!(greet(&request).read_text().wait()?, "GET /a b from example.org");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct Request {
    environ: Environ,
}

impl Request {
    /// Wraps an environ.
    #[must_use]
    pub fn new(environ: Environ) -> Self {
        Self { environ }
    }

    /// The environ underneath.
    #[must_use]
    pub fn environ(&self) -> &Environ {
        &self.environ
    }

    /// The environ underneath, for changes that have no setter here.
    pub fn environ_mut(&mut self) -> &mut Environ {
        &mut self.environ
    }

    /// The environ, for calling an [`Application`](crate::gateway::Application).
    #[must_use]
    pub fn into_environ(self) -> Environ {
        self.environ
    }

    /// The method; methods are case-sensitive.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// assert_eq!(Request::blank("/").method(), "GET");
    /// ```
    ///
    /// A `match` compares it as text: `match request.method().as_str() { "POST" => …, _ => … }`.
    #[must_use]
    #[doc(alias = "request_method")]
    pub fn method(&self) -> &Method {
        self.environ.method()
    }

    /// Replaces the method.
    pub fn set_method(&mut self, method: Method) -> &mut Self {
        self.environ.set_method(method);
        self
    }

    /// The HTTP version of the request.
    #[must_use]
    #[doc(alias = "http_version")]
    pub fn version(&self) -> Version {
        self.environ.version()
    }

    /// The headers. Names are in lower case, and repeated headers stay separate.
    ///
    /// To compare one header as text: `request.header_text("x-token") == Some("sesame")`.
    #[must_use]
    #[doc(alias = "header")]
    pub fn headers(&self) -> &HeaderMap {
        self.environ.headers()
    }

    /// The headers, for editing.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.environ.headers_mut()
    }

    /// The text of a header; if it has several lines, the text of the first.
    ///
    /// `None` if the header is absent or not valid UTF-8; [`headers`](Self::headers) has the bytes and all lines. The
    /// value comes from the client, so check it: it may be empty.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// let request = Request::blank("/").with_header("x-name", "Jürgen");
    /// assert_eq!(request.header_text("x-name"), Some("Jürgen"));
    /// assert_eq!(request.header_text("X-Name"), Some("Jürgen"));
    /// assert_eq!(request.header_text("x-other"), None);
    /// ```
    #[must_use]
    pub fn header_text(&self, name: impl AsHeaderName) -> Option<&str> {
        let value = self.headers().get(name)?;
        std::str::from_utf8(value.as_bytes()).ok()
    }

    /// Sets a header and replaces all lines of its name.
    ///
    /// To remove one: `headers_mut().remove(name)`.
    ///
    /// # Errors
    ///
    /// A `500` if the name is not a valid token, or the value has a control character. (CR and LF are control
    /// characters; this prevents header injection.) The cause names the header.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// let mut request = Request::blank("/");
    /// request.set_header("x-trace", "7")?;
    /// assert_eq!(request.headers()["x-trace"], "7");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "headers.set")]
    pub fn set_header<N, V>(&mut self, name: N, value: V) -> Result<&mut Self>
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        let (name, value) = header_pair(name, value)?;
        self.headers_mut().try_insert(name, value)?;
        Ok(self)
    }

    /// Adds a header line and keeps lines of the same name.
    ///
    /// # Errors
    ///
    /// As for [`set_header`](Self::set_header).
    ///
    /// ```
    /// # use rustzeug::Request;
    /// let mut request = Request::blank("/").with_header("via", "1.1 a");
    /// request.append_header("via", "1.1 b")?;
    /// assert_eq!(request.headers().get_all("via").iter().count(), 2);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "headers.add")]
    pub fn append_header<N, V>(&mut self, name: N, value: V) -> Result<&mut Self>
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        let (name, value) = header_pair(name, value)?;
        self.headers_mut().try_append(name, value)?;
        Ok(self)
    }

    /// Values by type, shared by all wrappers and middleware of this request.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// #[derive(Clone)]
    /// struct User(&'static str);
    ///
    /// let mut request = Request::blank("/");
    /// request.extensions_mut().insert(User("ada"));
    /// assert_eq!(request.extensions().get::<User>().map(|user| user.0), Some("ada"));
    /// ```
    #[must_use]
    #[doc(alias = "g")]
    #[doc(alias = "state")]
    pub fn extensions(&self) -> &Extensions {
        self.environ.extensions()
    }

    /// Values by type, for editing.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        self.environ.extensions_mut()
    }

    /// Reads the whole body as it was sent: a `Content-Encoding` is not decoded.
    ///
    /// The body can be read again by every function that sees the request. Memory is not allocated from the value of
    /// `Content-Length`; if that value exceeds the limit, the body is refused before it is read.
    ///
    /// # Errors
    ///
    /// `413` if the body is longer than [`Limits::body_bytes`](crate::gateway::Limits::body_bytes) (2 MiB) or the limit
    /// given by `.limit(bytes)`; `400` if the body ends early; `500` if it was taken as a stream before.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// let request = Request::blank("/").with_body("a b");
    /// assert_eq!(request.bytes().wait()?, "a b");
    /// assert_eq!(request.bytes().wait()?, "a b");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "get_data")]
    #[doc(alias = "body")]
    #[doc(alias = "data")]
    pub fn bytes(&self) -> AwaitOrWait<Entire<'_, Bytes>> {
        self.environ.read(|_, bytes| Ok(bytes))
    }

    /// Reads the whole body as text, in the charset of its content type; the default is UTF-8.
    ///
    /// Charsets other than UTF-8 need the feature `charsets`.
    ///
    /// # Errors
    ///
    /// As for [`bytes`](Self::bytes). Also `400` if the body is malformed in its charset, and `415` if the charset is
    /// unknown or not supported in this build, or if the body has a `Content-Encoding`.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// let request = Request::blank("/").with_body(vec![0xff]);
    /// assert_eq!(request.text().wait().unwrap_err().status(), 400);
    /// let request = request.with_header("content-type", "text/plain; charset=nonsense");
    /// assert_eq!(request.text().wait().unwrap_err().status(), 415);
    /// ```
    ///
    /// RFC 9110 [§8.3.2].
    ///
    /// [§8.3.2]: https://www.rfc-editor.org/rfc/rfc9110#section-8.3.2
    pub fn text(&self) -> AwaitOrWait<Entire<'_, String>> {
        self.environ
            .read(|environ, bytes| text(environ.headers(), bytes))
    }

    /// A signal that is set when the client has left: see [`Environ::client_left`].
    ///
    /// If the connection breaks off, the signal is set at once, and in HTTP/2 also when the client resets the stream.
    /// If the client closes the connection normally, as browsers and curl do, the signal is set after
    /// `ServerLimits::half_closed` (5 s), because the client may have closed only its sending side.
    ///
    /// ```
    /// use rustzeug::{Error, Request, Result};
    ///
    /// fn report(request: &Request) -> Result<String> {
    ///     let (left, mut sum) = (request.client_left(), 0_u64);
    ///     for number in 0..10_000 {
    ///         // A cheap check: nobody waits for the sum any more.
    ///         if left.is_set() {
    ///             return Err(Error::service_unavailable(0));
    ///         }
    ///         sum += number;
    ///     }
    ///     Ok(sum.to_string())
    /// }
    /// # assert_eq!(report(&Request::blank("/"))?, "49995000");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "is_disconnected")]
    pub fn client_left(&self) -> Signal {
        self.environ.client_left()
    }

    /// A signal that is set when the server is stopping: see [`Environ::stopping`] and the example of [`Signal`].
    #[must_use]
    pub fn stopping(&self) -> Signal {
        self.environ.stopping()
    }

    /// Takes the body as a stream, to be read as it arrives. The stream has no limit, since it is not stored;
    /// [`Body::at_most`] sets one.
    ///
    /// Afterwards, no other function can read the part of the body that had not arrived before.
    ///
    /// ```
    /// # use rustzeug::{Request, Result};
    /// async fn size(request: &Request) -> Result<String> {
    ///     let (mut body, mut size) = (request.take_body(), 0);
    ///     while let Some(chunk) = body.chunk().await? {
    ///         size += chunk.len();
    ///     }
    ///     Ok(size.to_string())
    /// }
    /// ```
    #[must_use]
    #[doc(alias = "body_file")]
    #[doc(alias = "stream")]
    #[doc(alias = "wsgi_input")]
    pub fn take_body(&self) -> Body {
        self.environ.take_body()
    }

    /// Wraps the body, for example in a limit ([`Body::at_most`]) or a decoder.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// let mut request = Request::blank("/").with_body("12345");
    /// request.map_body(|body| body.at_most(4));
    /// assert_eq!(request.bytes().wait().unwrap_err().status(), 413);
    /// ```
    pub fn map_body(&mut self, change: impl FnOnce(Body) -> Body) -> &mut Self {
        self.environ.map_body(change);
        self
    }

    /// Replaces the body. `Content-Length` is removed, unless it is the length of the new body too.
    pub fn set_body(&mut self, body: impl Into<Body>) -> &mut Self {
        self.environ.set_body(body);
        self
    }
}

fn text(headers: &HeaderMap, bytes: Bytes) -> Result<String> {
    let malformed = |why: &dyn fmt::Display| {
        Error::bad_request().with_message(format!("the body is not text: {why}"))
    };
    content_coding::refuse_coded(headers)?;
    let charset = media_type::charset_of(headers).unwrap_or_default();
    if charset.is_utf8() {
        return String::from_utf8(bytes.into()).map_err(|error| malformed(&error));
    }
    let text = charset.decode_strictly(&bytes).map_err(|unknown| {
        Error::unsupported_media_type().with_message(format!("the body cannot be read: {unknown}"))
    })?;
    text.map(Cow::into_owned)
        .ok_or_else(|| malformed(&"it is malformed in its charset"))
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The query is left out, because it may contain secrets.
        write!(f, "{} {}", self.method(), self.raw_path())
    }
}
