//! One request as a server hands it to an application.

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
use crate::gateway::Body;
use crate::gateway::Callee;
use crate::gateway::Limits;
use crate::gateway::ServerInfo;
use crate::gateway::Signal;
use crate::gateway::input::Input;

mod body;
mod path;
mod server;

pub(super) use path::encoded;

/// Everything about one request: PEP 3333's `environ` as a cheap typed view.
///
/// It wraps what the server has parsed and computes CGI names on request ([`var`](Self::var):
/// `environ.var("PATH_INFO")`, not `environ["PATH_INFO"]`). It is one pointer wide, owned, `Send` and `Sync`.
/// Most applications wrap it in a [`Request`](crate::Request).
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

pub(super) struct Inner {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) version: Version,
    pub(super) headers: HeaderMap,
    pub(super) extensions: Extensions,
    /// The length in bytes of the `SCRIPT_NAME` in the raw path.
    pub(super) script_length: usize,
    /// The decoded path info, if it differs from the raw one.
    pub(super) decoded_path: OnceLock<Box<str>>,
    pub(in crate::gateway) server_info: Arc<ServerInfo>,
    pub(in crate::gateway) limits: Option<Arc<Limits>>,
    /// Variables without a field, such as `REMOTE_USER`.
    pub(super) variables: Vec<(Bytes, Bytes)>,
    pub(super) input: Input,
    /// The route that was called. Most requests have one, and as an extension it would cost each of them
    /// three allocations.
    callee: Option<Arc<dyn Callee>>,
    /// The signal that the client has left this request, if several requests share a connection.
    client_left: Option<Signal>,
}

impl Environ {
    /// Creates the environ of a request that a server has parsed.
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
            callee: None,
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

    /// RFC 9112 §3.2.2: the authority of the target replaces the `Host`. From HTTP/2 on (RFC 9113 §8.3.1), it
    /// does so only if the two agree. An invalid `Host` stays, so that the edge refuses the request.
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

    /// RFC 9113 §8.2.3: joins cookie fields that were sent separately into one.
    #[cold]
    pub(super) fn join_crumbs(&mut self) {
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

    /// Converts the request to the `http` type, with the rest of its body.
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

    /// Copies the request without its body. Extensions and variables are shared or cloned.
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
            callee: self.0.callee.clone(),
            client_left: self.0.client_left.clone(),
        }))
    }

    /// Copies the request with its body, if all of the body has arrived.
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

    /// The method as it was sent: methods are case-sensitive.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// Replaces the method.
    pub fn set_method(&mut self, method: Method) {
        self.0.method = method;
    }

    /// The HTTP version of the client.
    #[must_use]
    pub fn version(&self) -> Version {
        self.0.version
    }

    /// The headers: names in lower case, repeated ones kept apart.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the headers for editing.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.headers
    }

    /// The extensions: values by type, which middleware and applications share.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    /// Returns the extensions for editing.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.0.extensions
    }
}

impl Environ {
    /// The innermost route that was called for the request.
    pub(crate) fn callee(&self) -> Option<&Arc<dyn Callee>> {
        self.0.callee.as_ref()
    }
}

/// For routing.
#[cfg(feature = "routing")]
impl Environ {
    /// Replaces the route that was called for the request.
    pub(crate) fn set_callee(&mut self, callee: Arc<dyn Callee>) {
        self.0.callee = Some(callee);
    }
}

impl fmt::Debug for Environ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environ")
            .field("method", &self.0.method)
            .field("script_name", &self.raw_script_name())
            .field("path_info", &self.raw_path_info())
            // Without the query and header values: logs must not contain secrets.
            .field("headers", &self.0.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
