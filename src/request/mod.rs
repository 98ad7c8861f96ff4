//! The request as an application sees it: a wrapper around the environ.
//!
//! It has no state of its own, so several wrappers and middleware see the same request.

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

#[cfg(feature = "routing")]
pub(crate) use location::domain;

/// One request.
///
/// `Send + Sync`, one pointer wide. Whatever is read goes through to the
/// [`Environ`], and so does whatever is set. Everything is a method, some of them in modules that are features:
///
/// | elsewhere | here |
/// |---|---|
/// | `request.args["q"]`, `GET` | `request.query().get("q")` |
/// | `request.form["name"]`, `POST` | `request.form().wait()?.get("name")`; `.await?` in an `async fn` |
/// | `request.files["photo"]` | `request.form().wait()?.file("photo")?` |
/// | `request.json`, `Json(note)` | `request.json::<Note>().wait()?`; without default features: `features = ["json"]` |
/// | `Path(id)` | `request.path_param::<u64>("id")?` |
///
/// A task, a thread or a body that goes on after the handler takes an owned copy of what it needs
/// (`let path = request.path().to_owned();`), or the handler takes the `Request` itself. So does what middleware needs
/// after `next.run(request)`.
///
/// * **Where to**: [`method`](Self::method), [`path`](Self::path), [`host`](Self::host),
///   [`url`](Self::url) …
/// * **Headers**: [`headers`](Self::headers), `cookies`; **values by type**:
///   [`extensions`](Self::extensions).
/// * **Body**: [`bytes`](Self::bytes), [`text`](Self::text), `json`, each as often as wanted,
///   or [`take_body`](Self::take_body) as a stream.
/// * **Making one**: [`blank`](Self::blank), `with_…`, [`send`](Self::send).
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

    /// The environ underneath, to change what has no setter here.
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
    /// In a `match` it is text: `match request.method().as_str() { "POST" => …, _ => … }`.
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

    /// The version of HTTP that the client spoke.
    #[must_use]
    #[doc(alias = "http_version")]
    pub fn version(&self) -> Version {
        self.environ.version()
    }

    /// The headers, names in lower case, repeated ones kept apart.
    ///
    /// One as text, to compare: `request.header_text("x-token") == Some("sesame")`.
    #[must_use]
    #[doc(alias = "header")]
    pub fn headers(&self) -> &HeaderMap {
        self.environ.headers()
    }

    /// The headers, to edit.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.environ.headers_mut()
    }

    /// The text of a header, of its first line if there are several.
    ///
    /// `None` where it is absent, and where it is not valid UTF-8; for the bytes of that, and for all lines, there
    /// is [`headers`](Self::headers). What the client has sent is still to be checked: it may be empty.
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

    /// Sets a header, in place of all lines of its name.
    ///
    /// To remove one: `headers_mut().remove(name)`.
    ///
    /// # Errors
    ///
    /// A `500` for a name that is no token, or a value with a control character (CR and LF
    /// among them, so that nothing can be smuggled into the head). The cause names the header.
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

    /// Adds a header line; lines of the same name stay.
    ///
    /// # Errors
    ///
    /// Those of [`set_header`](Self::set_header).
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

    /// Values by type, shared by everything that sees this request.
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

    /// Values by type, to edit.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        self.environ.extensions_mut()
    }

    /// The whole body, as it was sent: one with a `Content-Encoding` is not decoded.
    ///
    /// Everything that is read here can be read again, by every function that sees the request. Nothing
    /// is allocated by what `Content-Length` claims; a body that claims too much is refused
    /// before it is read.
    ///
    /// # Errors
    ///
    /// `413` beyond [`Limits::body_bytes`](crate::gateway::Limits::body_bytes) (2 MiB) or what
    /// `.limit(bytes)` says, `400` when the body ends early, `500` when it was taken as a
    /// stream before.
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

    /// The whole body as text: in the charset that its content type declares, else as UTF-8.
    ///
    /// Charsets other than UTF-8 take the feature `charsets`.
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Self::bytes), `400` for what is not text in its charset, and `415` for a
    /// charset that is not known, or not read in this build, and for a body with a `Content-Encoding`.
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

    /// Tells that the client has left: see [`Environ::client_left`]. A client that closes in order, as browsers and
    /// curl do, is known to have left after `ServerLimits::half_closed`, 5 s, since it
    /// may only have ended what it sends; one that breaks off is known at once, and in HTTP/2 any that gives up its stream.
    ///
    /// ```
    /// use rustzeug::{Error, Request, Result};
    ///
    /// fn report(request: &Request) -> Result<String> {
    ///     let (left, mut sum) = (request.client_left(), 0_u64);
    ///     for number in 0..10_000 {
    ///         // A look at a number: nobody waits for the sum any more.
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

    /// Tells that the server is stopping: see [`Environ::stopping`] and the example of [`Signal`].
    #[must_use]
    pub fn stopping(&self) -> Signal {
        self.environ.stopping()
    }

    /// Takes the body as a stream, to be read as it arrives. It has no limit of its own, since it is not kept:
    /// [`Body::at_most`] gives it one.
    ///
    /// What had not arrived before cannot be read by others any more.
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

    /// Puts something around the body, such as a limit ([`Body::at_most`]) or a decoder.
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

    /// Replaces the body; `Content-Length` goes with the old one, unless it is the length of the new one too.
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
        // Without the query, which may hold secrets.
        write!(f, "{} {}", self.method(), self.raw_path())
    }
}
