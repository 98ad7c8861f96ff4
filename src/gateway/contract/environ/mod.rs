//! One request as a server hands it to an application.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;

use bytes::Bytes;
use http::Extensions;
use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::Uri;
use http::Version;
use http::header;
use http::request::Parts;

use crate::base::error::Result;
use crate::base::url;
use crate::gateway::Blocking;
use crate::gateway::Body;
use crate::gateway::ErrorStream;
use crate::gateway::Limits;
use crate::gateway::ServerInfo;
use crate::gateway::Signal;
use crate::gateway::input::Input;
use crate::gateway::input::store::Terms;

#[cfg(feature = "multipart")]
use crate::gateway::Kept;

mod path;

pub(super) use path::encoded;

/// Everything about one request: PEP 3333's `environ` as a cheap typed view.
///
/// It wraps what the server has parsed and answers CGI names when asked
/// ([`var`](Self::var): `environ.var("PATH_INFO")`, not `environ["PATH_INFO"]`); nothing is built that nobody reads. One pointer wide, owned, `Send`
/// and `Sync`. Most applications wrap it in a [`Request`](crate::Request).
///
/// The raw path is the source of truth: `SCRIPT_NAME` and `PATH_INFO` are its two parts,
/// split at a segment boundary that mounts move ([`set_raw_script_name`](Self::set_raw_script_name)).
///
/// # Examples
///
/// ```
/// use rustzeug::gateway::{Body, Environ, ServerInfo};
/// use rustzeug::http;
///
/// let request = http::Request::get("/wiki/Front%20page?edit").header("accept", "*/*");
/// let mut environ = Environ::new(request.body(Body::empty())?, ServerInfo::default());
/// environ.set_raw_script_name("/wiki")?;
///
/// assert_eq!(environ.var("SCRIPT_NAME").unwrap(), "/wiki");
/// assert_eq!(environ.var("PATH_INFO").unwrap(), "/Front page");
/// assert_eq!(environ.var("QUERY_STRING").unwrap(), "edit");
/// assert_eq!(environ.var("HTTP_ACCEPT").unwrap(), "*/*");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct Environ(Box<Inner>);

pub(in crate::gateway) struct Inner {
    pub(in crate::gateway) method: Method,
    pub(in crate::gateway) uri: Uri,
    pub(in crate::gateway) version: Version,
    pub(in crate::gateway) headers: HeaderMap,
    pub(in crate::gateway) extensions: Extensions,
    /// Bytes of the raw path that are the `SCRIPT_NAME`.
    pub(super) script_length: usize,
    /// The path info, decoded, where that differs from how it was sent.
    pub(super) decoded_path: OnceLock<Box<str>>,
    pub(in crate::gateway) server_info: Arc<ServerInfo>,
    pub(in crate::gateway) limits: Option<Arc<Limits>>,
    /// Variables that no field holds, such as `REMOTE_USER`.
    pub(in crate::gateway) variables: Vec<(String, Bytes)>,
    pub(in crate::gateway) input: Input,
    /// What a router has found, in its own terms; a slot, since most requests have it.
    routed: Option<Arc<dyn Found>>,
    /// Where requests share a connection, what tells that the client has left this one.
    client_left: Option<Signal>,
}

impl Environ {
    /// The environ of a request that a server has parsed.
    #[must_use]
    pub fn new(request: http::Request<Body>, server_info: impl Into<Arc<ServerInfo>>) -> Self {
        let (
            Parts {
                method,
                uri,
                version,
                headers,
                extensions,
                ..
            },
            body,
        ) = request.into_parts();
        let mut environ = Self(Box::new(Inner {
            method,
            uri,
            version,
            headers,
            extensions,
            script_length: 0,
            decoded_path: OnceLock::new(),
            server_info: server_info.into(),
            limits: None,
            variables: Vec::new(),
            input: Input::new(body),
            routed: None,
            client_left: None,
        }));
        if environ.0.uri.authority().is_some() {
            environ.take_authority();
        }
        if environ.0.version >= Version::HTTP_2 {
            environ.join_crumbs();
        }
        environ.clean_target();
        environ
    }

    /// RFC 9112 §3.2.2: the authority of the target stands in place of the `Host`; from HTTP/2 on
    /// (RFC 9113 §8.3.1) of one that says the same. What is wrong stays, so that the edge refuses
    /// it.
    #[cold]
    fn take_authority(&mut self) {
        let Inner {
            uri,
            headers,
            version,
            ..
        } = &mut *self.0;
        let Some(authority) = uri.authority().map(http::uri::Authority::as_str) else {
            return;
        };
        let multiplexed = *version >= Version::HTTP_2;
        let port = match uri.scheme_str() {
            Some("http") => Some(80),
            Some("https") => Some(443),
            _ => None,
        };
        let sound = |host: &HeaderValue| {
            let host = host.as_bytes();
            if multiplexed {
                url::is_same_host(host, authority.as_bytes(), port)
            } else {
                host.is_empty() || url::is_host(host)
            }
        };
        let mut hosts = headers.get_all(header::HOST).iter();
        if hosts.next().is_none_or(sound)
            && hosts.next().is_none()
            && let Ok(host) = HeaderValue::from_str(authority)
        {
            headers.insert(header::HOST, host);
        }
    }

    /// RFC 9113 §8.2.3: a cookie that was sent in crumbs is one field to an application.
    #[cold]
    fn join_crumbs(&mut self) {
        let headers = &mut self.0.headers;
        if headers.len() == headers.keys_len() {
            return;
        }
        let crumbs = headers.get_all(header::COOKIE).iter();
        let crumbs: Vec<_> = crumbs.map(HeaderValue::as_bytes).collect();
        if crumbs.len() > 1
            && let Ok(cookie) = HeaderValue::from_maybe_shared(Bytes::from(crumbs.join(&b"; "[..])))
        {
            headers.insert(header::COOKIE, cookie);
        }
    }

    /// The request back as an `http` type, with what is left of its body.
    #[must_use]
    pub fn into_http(self) -> http::Request<Body> {
        let inner = *self.0;
        let mut request = http::Request::new(inner.input.take());
        *request.method_mut() = inner.method;
        *request.uri_mut() = inner.uri;
        *request.version_mut() = inner.version;
        *request.headers_mut() = inner.headers;
        *request.extensions_mut() = inner.extensions;
        request
    }

    /// The same request without its body; extensions and variables are shared or cloned.
    pub(crate) fn copy_head(&self) -> Self {
        Self(Box::new(Inner {
            method: self.0.method.clone(),
            uri: self.0.uri.clone(),
            version: self.0.version,
            headers: self.0.headers.clone(),
            extensions: self.0.extensions.clone(),
            script_length: self.0.script_length,
            decoded_path: self.0.decoded_path.clone(),
            server_info: Arc::clone(&self.0.server_info),
            limits: self.0.limits.clone(),
            variables: self.0.variables.clone(),
            input: Input::new(Body::empty()),
            routed: self.0.routed.clone(),
            client_left: self.0.client_left.clone(),
        }))
    }

    /// The same request with its body, where all of that is here.
    pub(crate) fn copy(&self) -> Result<Self> {
        let mut copy = self.copy_head();
        copy.0.input = self.0.input.copy()?;
        Ok(copy)
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(super) fn inner_mut(&mut self) -> &mut Inner {
        &mut self.0
    }

    /// The method, as it was sent: methods are case-sensitive.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// Replaces the method.
    pub fn set_method(&mut self, method: Method) {
        self.0.method = method;
    }

    /// The version of HTTP that the client spoke.
    #[must_use]
    pub fn version(&self) -> Version {
        self.0.version
    }

    /// The headers, names lower-case, repeated ones kept apart.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The headers, to edit.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.headers
    }

    /// Values by type, for what middleware and applications tell one another.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    /// Values by type, to edit.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.0.extensions
    }

    /// What the server declares about itself and the connection.
    #[must_use]
    pub fn server(&self) -> &Arc<ServerInfo> {
        &self.0.server_info
    }

    /// Changes the facts of this request alone: what middleware does that knows better, as behind a proxy.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut environ = Request::blank("/").into_environ();
    /// environ.change_facts(|facts| facts.with_scheme("https"));
    /// assert_eq!(environ.var("HTTPS").unwrap(), "on");
    /// ```
    pub fn change_facts(&mut self, change: impl FnOnce(ServerInfo) -> ServerInfo) {
        self.0.server_info = Arc::new(change(ServerInfo::clone(&self.0.server_info)));
    }

    /// Replaces the facts, as a proxy-aware middleware does with scheme and peer.
    pub fn set_facts(&mut self, server_info: impl Into<Arc<ServerInfo>>) {
        self.0.server_info = server_info.into();
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        self.0.server_info.scheme()
    }

    /// Where an application reports what no client should read.
    #[must_use]
    pub fn errors(&self) -> &ErrorStream {
        self.0.server_info.errors()
    }

    /// How to run work that blocks.
    #[must_use]
    pub fn blocking(&self) -> &Blocking {
        self.0.server_info.blocking()
    }

    /// The limits in force for this request.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        self.0
            .limits
            .as_deref()
            .unwrap_or_else(|| self.0.server_info.limits())
    }

    /// Replaces the limits for this request.
    pub fn set_limits(&mut self, limits: impl Into<Arc<Limits>>) {
        self.0.limits = Some(limits.into());
    }

    /// Tells that the client has left, so that nobody will get the answer: the connection was closed or broken off. In
    /// HTTP/2 it tells that this stream is over, also after its answer was sent whole.
    ///
    /// Handlers are not cancelled; one that takes long may ask, or wait. Bodies may do so too, though one that is
    /// waiting when the client leaves is dropped. After a plain end of what the client sends, which may be a
    /// half-close, it comes [`half_closed`](Limits::half_closed) later.
    ///
    /// ```
    /// use rustzeug::gateway::{Environ, ServerInfo, Signal};
    /// use rustzeug::Request;
    ///
    /// let signal = Signal::new();
    /// let request = Request::blank("/").into_environ().into_http();
    /// let environ = Environ::new(request, ServerInfo::default().with_client_left(signal.clone()));
    /// assert!(!environ.client_left().is_set());
    /// signal.set();
    /// assert!(environ.client_left().is_set());
    /// ```
    #[must_use]
    pub fn client_left(&self) -> Signal {
        self.left().clone()
    }

    /// Whether the client has left.
    pub(crate) fn has_client_left(&self) -> bool {
        self.left().is_set()
    }

    fn left(&self) -> &Signal {
        let own = self.0.client_left.as_ref();
        own.unwrap_or_else(|| self.0.server_info.client_left())
    }

    /// Sets what tells that the client has left this request, for a server with several requests on a connection.
    pub fn set_client_left(&mut self, signal: Signal) {
        self.0.client_left = Some(signal);
    }

    /// Tells that the server is stopping: nobody can connect any more, and what has begun has
    /// [`closing_notice`](Limits::closing_notice) and [`grace_period`](Limits::grace_period) to end. A stream of
    /// events ends then, so that its client can connect to another server.
    #[must_use]
    pub fn stopping(&self) -> Signal {
        self.0.server_info.stopping().clone()
    }

    /// The number of bytes in the body, where that is known: the server has told, from `Content-Length`, or all of it
    /// has arrived. It is a fact of the body: to edit the header does not change it.
    #[must_use]
    pub fn body_length(&self) -> Option<u64> {
        self.0.input.length()
    }

    /// What somebody made of the body before, if it was a `T`: see [`set_parsed`](Self::set_parsed).
    #[must_use]
    pub fn parsed<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.input.parsed()
    }

    /// Keeps what was made of the body, for whoever wants to make the same of it, and in the end
    /// perhaps reads a stream that is gone by then. One value, in place of the last; another body
    /// forgets it, and so does a request without one.
    ///
    /// ```
    /// use rustzeug::Request;
    /// use std::sync::Arc;
    ///
    /// let mut environ = Request::blank("/").with_body("1 2").into_environ();
    /// environ.set_parsed(Arc::new([1, 2]));
    /// assert_eq!(environ.parsed::<[i32; 2]>().as_deref(), Some(&[1, 2]));
    /// environ.set_body("3");
    /// assert_eq!(environ.parsed::<[i32; 2]>(), None);
    /// ```
    pub fn set_parsed<T: Send + Sync + 'static>(&self, value: Arc<T>) {
        self.0.input.set_parsed(value);
    }

    /// Takes the body, to be read as it arrives.
    ///
    /// What has not arrived yet cannot be read by others any more.
    #[must_use]
    pub fn take_body(&self) -> Body {
        let mut body = self.0.input.take();
        // Some of it may be on disk.
        body.bind(self.blocking());
        body
    }

    /// Replaces the body. Headers stay as they are; `Content-Length` goes, unless it is the length of the new body.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_body("four").with_header("content-length", "4");
    /// let mut environ = request.into_environ();
    /// let body = environ.take_body();
    /// environ.set_body(body);
    /// assert_eq!(environ.headers()["content-length"], "4");
    /// environ.set_body("three");
    /// assert!(!environ.headers().contains_key("content-length"));
    /// assert_eq!(environ.body_length(), Some(5));
    /// ```
    pub fn set_body(&mut self, body: impl Into<Body>) {
        let body = body.into();
        let declared = self.0.headers.get(header::CONTENT_LENGTH);
        let kept = declared.is_some_and(|value| {
            let length = body.length().map(|length| length.to_string());
            length.is_some_and(|length| length.as_bytes() == value.as_bytes())
        });
        if !kept {
            self.0.headers.remove(header::CONTENT_LENGTH);
        }
        self.0.input = Input::new(body);
    }

    /// Puts something around the body, such as a limit or a decoder; see [`set_body`](Self::set_body) for its length.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut request = Request::blank("/").with_body("12345");
    /// request.environ_mut().map_body(|body| body.at_most(4));
    /// assert_eq!(request.bytes().wait().unwrap_err().status(), 413);
    /// ```
    pub fn map_body(&mut self, change: impl FnOnce(Body) -> Body) {
        let body = self.take_body();
        self.set_body(change(body));
    }

    pub(in crate::gateway) fn input(&self) -> &Input {
        &self.0.input
    }

    /// Whether the body is all there, so that reading it does not wait.
    pub(crate) fn has_arrived(&self) -> bool {
        self.0.input.has_arrived()
    }

    /// What holds of the body if it is received and kept.
    pub(in crate::gateway) fn terms(&self, limit: u64) -> Terms<'_> {
        Terms {
            server_info: &self.0.server_info,
            left: self.left(),
            memory_bytes: self.limits().memory_bytes() as u64,
            limit,
        }
    }

    /// Receives the body for a plain `fn`, in memory and beyond that in a temporary file.
    pub(crate) async fn receive(&self) -> Result<()> {
        self.receive_within(self.limits().received_body_bytes(), "received_body_bytes")
            .await
    }

    /// Receives the body up to a limit of that name.
    pub(crate) async fn receive_within(&self, limit: u64, setting: &'static str) -> Result<()> {
        self.0.input.receive(self.terms(limit), setting).await
    }
}

/// What forms with files need.
#[cfg(feature = "multipart")]
impl Environ {
    /// What was received, once all of it has been, and where it begins.
    pub(crate) fn kept_body(&self) -> Option<(Kept, u64)> {
        self.0.input.keep()
    }
}

/// What a router has found, as far as others than routers want to know it.
pub(crate) trait Found: Any + Send + Sync {
    /// The rule, with those of the mounts around it, and `inner`, which routers below have found.
    fn whole_rule(&self, inner: Option<&str>) -> Option<String>;
}

impl Environ {
    /// What the innermost router has found.
    pub(crate) fn routed(&self) -> Option<&Arc<dyn Found>> {
        self.0.routed.as_ref()
    }
}

/// What a router needs.
#[cfg(feature = "routing")]
impl Environ {
    /// Replaces what the innermost router has found.
    pub(crate) fn set_routed(&mut self, found: Arc<dyn Found>) {
        self.0.routed = Some(found);
    }
}

impl fmt::Debug for Environ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environ")
            .field("method", &self.0.method)
            .field("script_name", &self.raw_script_name())
            .field("path_info", &self.raw_path_info())
            // Neither the query nor values of headers: logs are no place for secrets.
            .field("headers", &self.0.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
