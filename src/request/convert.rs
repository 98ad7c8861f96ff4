//! Conversions of requests: from and into `http` types, and from and into bytes as on the wire.

use bytes::Bytes;
use http::HeaderValue;
use http::Method;
use http::Uri;
use http::header;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url;
use crate::gateway::AwaitOrWait;
use crate::gateway::Body;
use crate::gateway::Entire;
use crate::gateway::Environ;
use crate::gateway::ServerInfo;
use crate::request::Request;
use crate::request::build::fault;
use crate::request::build::server_at;
use crate::request::location::host;
use crate::wire::message;

/// Converts an `http` request with any body. An absolute URI sets the scheme and the host. If its scheme is not `http`
/// or `https`, [`send`](Request::send) returns an error.
///
/// ```
/// use rustzeug::{Request, gateway::Body, http};
///
/// let request = Request::from(http::Request::post("/p").body(Body::from("x"))?);
/// assert_eq!(request.bytes().wait()?, "x");
/// # Ok::<(), rustzeug::Error>(())
/// ```
impl<B> From<http::Request<B>> for Request
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    fn from(request: http::Request<B>) -> Self {
        let uri = request.uri();
        let server_info = server_of(uri);
        let environ = |server_info| Environ::new(request.map(Body::new), server_info);
        match server_info {
            Ok(server_info) => Self::new(environ(server_info)),
            Err(why) => {
                let mut request = Self::new(environ(ServerInfo::default()));
                request.keep_fault(Err(fault(why)));
                request
            }
        }
    }
}

/// Converts into an `http` request with the unread rest of the body. The URI is absolute, as HTTP clients need it.
impl From<Request> for http::Request<Body> {
    fn from(request: Request) -> Self {
        let url = request.url();
        let mut request = request.into_environ().into_http();
        if let Ok(uri) = Uri::try_from(url) {
            *request.uri_mut() = uri;
        }
        request
    }
}

impl Request {
    /// Serializes the request as it would be sent over a connection: HTTP/1.1, head and body.
    ///
    /// # Errors
    ///
    /// The errors of reading the body.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/p?q").with_method("PUT").with_header("host", "a.org").with_body("text");
    /// let bytes = request.to_bytes().wait()?;
    /// assert_eq!(bytes, "PUT /p?q HTTP/1.1\r\nhost: a.org\r\ncontent-length: 4\r\n\r\ntext");
    ///
    /// let again = Request::from_bytes(&bytes)?;
    /// assert_eq!((again.url(), again.text().wait()?), ("http://a.org/p?q".into(), "text".into()));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn to_bytes(&self) -> AwaitOrWait<Entire<'_, Bytes>> {
        self.environ().read(|environ, body| {
            let (method, version) = (environ.method(), environ.version());
            let uri = environ.uri();
            let target = match uri.authority() {
                Some(authority) if method == Method::CONNECT => authority.as_str(),
                _ => uri.path_and_query().map_or("/", |target| target.as_str()),
            };
            let mut headers = environ.headers().clone();
            if !headers.contains_key(header::HOST) {
                headers.insert(header::HOST, HeaderValue::from_str(&host(environ))?);
            }
            Ok(message::write_request(method, target, version, &headers, &body).into())
        })
    }

    /// Parses a request as it is sent over a connection: HTTP/1.0 or 1.1, head and body.
    ///
    /// # Errors
    ///
    /// `400`, with a message that says what is wrong and in which line. A body that is shorter or longer than its
    /// `Content-Length` is an error too, and so is `Transfer-Encoding`.
    pub fn from_bytes(message: &[u8]) -> Result<Self> {
        let (head, body) = message::parse_request(message).map_err(|error| {
            Error::bad_request()
                .with_message(error.to_string())
                .with_source(error)
        })?;
        let mut request = http::Request::new(Body::from(body.to_vec()));
        *request.method_mut() = head.method;
        *request.version_mut() = head.version;
        *request.headers_mut() = head.headers;
        let path = head.target.starts_with('/');
        if !path {
            *request.uri_mut() = other_target(request.method(), &head.target).ok_or_else(|| {
                Error::bad_request().with_message("the request target is not valid")
            })?;
        }
        let raw = match request.uri().path_and_query() {
            _ if path => head.target,
            Some(target) if request.method() != Method::CONNECT => target.as_str().to_owned(),
            _ => return Ok(Self::from(request)),
        };
        let mut request = Self::from(request);
        let target = url::clean_target(raw.as_bytes()).into_owned();
        request.environ_mut().set_target(target)?;
        Ok(request)
    }
}

/// The server to which a URI leads.
fn server_of(uri: &Uri) -> std::result::Result<ServerInfo, String> {
    let scheme = uri.scheme_str().unwrap_or("http");
    let authority = uri.authority();
    authority.map_or_else(
        || Ok(ServerInfo::default()),
        |it| server_at(scheme, it.as_str()),
    )
}

/// Parses a target that is not a path: `*` for `OPTIONS`, an authority for `CONNECT`, otherwise an absolute URL (RFC
/// 9112 [§3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2)).
fn other_target(method: &Method, target: &str) -> Option<Uri> {
    let uri = Uri::try_from(target).ok()?;
    let fits = match *method {
        Method::OPTIONS if target == "*" => true,
        Method::CONNECT => uri.scheme().is_none() && uri.authority().is_some(),
        _ => uri.scheme().is_some() && uri.authority().is_some() && server_of(&uri).is_ok(),
    };
    fits.then_some(uri)
}
