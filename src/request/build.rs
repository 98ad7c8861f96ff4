//! Making requests: for tests, for sub-requests, for clients.

use std::sync::Arc;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::Uri;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url;
use crate::base::url::Host;
use crate::base::url::default_port;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::ServerInfo;
use crate::request::Request;

/// The first error of a chain of `with_…` calls; sending the request returns it.
#[derive(Clone)]
struct Fault(Arc<Error>);

impl Request {
    /// A `GET` request without headers and body, as if from a client on this machine.
    ///
    /// `target` is a path with or without a query, or an absolute `http:` or `https:` URL, which sets the scheme and
    /// `Host` too. Characters that are not allowed in a request target are percent-encoded. A fragment is an error, and
    /// so is a URL with another scheme.
    ///
    /// The method never fails. The first bad value of a chain is kept, and [`send`](Self::send) returns it as an error.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("https://example.org/a b?q").with_method("POST").with_body("text");
    /// assert_eq!(request.url(), "https://example.org/a%20b?q");
    /// assert_eq!(request.method(), "POST");
    /// ```
    #[must_use]
    #[doc(alias = "EnvironBuilder")]
    #[doc(alias = "test_request_context")]
    pub fn blank(target: &str) -> Self {
        let mut environ = Environ::new(http::Request::new(Body::empty()), ServerInfo::default());
        let (mut outcome, mut target) = (Ok(()), target);
        if let Some((scheme, authority, rest)) = split(target) {
            match server_at(scheme, authority) {
                Ok(server_info) => environ.set_server(server_info),
                Err(why) => outcome = Err(fault(why)),
            }
            environ = Self::new(environ)
                .with_header("host", authority)
                .into_environ();
            target = rest;
        }
        if target.contains('#') {
            outcome = Err(fault(format!(
                "`{target}` has a fragment, which is never sent"
            )));
        }
        let mut request = Self::new(environ);
        let outcome = outcome.and_then(|()| {
            let target = url::clean_target(target.as_bytes()).into_owned();
            request.environ_mut().set_target(target)
        });
        request.keep_fault(outcome);
        request
    }

    /// Replaces the method.
    #[must_use]
    pub fn with_method<M: TryInto<Method, Error: Into<Error>>>(mut self, method: M) -> Self {
        let outcome = method
            .try_into()
            .map(|method| self.environ_mut().set_method(method));
        self.keep_fault(outcome.map_err(Into::into));
        self
    }

    /// Sets a header and replaces all lines of its name: [`set_header`](Self::set_header) in a chain.
    #[must_use]
    pub fn with_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        let outcome = self.set_header(name, value).map(drop);
        self.keep_fault(outcome);
        self
    }

    /// Adds a header line and keeps lines of the same name: [`append_header`](Self::append_header) in a chain.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/")
    ///     .with_appended_header("accept-language", "de")
    ///     .with_appended_header("accept-language", "fr");
    /// assert_eq!(request.headers().get_all("accept-language").iter().count(), 2);
    /// ```
    #[must_use]
    pub fn with_appended_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        let outcome = self.append_header(name, value).map(drop);
        self.keep_fault(outcome);
        self
    }

    /// Replaces the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Body>) -> Self {
        self.set_body(body);
        self
    }

    /// Adds a value by its type; it replaces a value of the same type.
    #[must_use]
    pub fn with_extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.extensions_mut().insert(value);
        self
    }

    /// Replaces the server's declarations: scheme, addresses, limits, error stream …
    #[must_use]
    pub fn with_server(mut self, server_info: impl Into<Arc<ServerInfo>>) -> Self {
        self.environ_mut().set_server(server_info);
        self
    }

    /// Copies the request with its body, which must have arrived completely.
    ///
    /// Extensions are cloned. Each copy has the whole body, and reading one does not affect the other. When a plain
    /// `fn` is called, the body of its request has arrived.
    ///
    /// # Errors
    ///
    /// A `500` whose cause says why, if the body has not arrived yet ([`bytes`](Self::bytes) receives it) or was taken
    /// as a stream. [`copy_get`](Self::copy_get) copies without the body.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/p?q").with_method("PUT").with_body("text");
    /// let copy = request.copy()?;
    /// assert_eq!((copy.method().as_str(), copy.text().wait()?), ("PUT", "text".into()));
    /// assert_eq!(request.text().wait()?, "text");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn copy(&self) -> Result<Self> {
        self.environ().copy().map(Self::new)
    }

    /// Copies the request as a `GET`, without its body and the headers that describe the body.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let post = Request::blank("/p?q").with_method("POST").with_header("content-type", "text/plain").with_body("x");
    /// let get = post.copy_get();
    /// assert_eq!((get.method().as_str(), get.query_string()), ("GET", "q"));
    /// assert!(get.headers().is_empty() && get.bytes().wait()?.is_empty());
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn copy_get(&self) -> Self {
        let mut copy = Self::new(self.environ().copy_head());
        copy.set_method(Method::GET);
        let headers = copy.headers_mut();
        // RFC 9110 §8: headers that describe the content are removed with it.
        for name in ["content-length", "transfer-encoding", "trailer", "expect"] {
            headers.remove(name);
        }
        for name in [
            "content-type",
            "content-encoding",
            "content-language",
            "content-location",
        ] {
            headers.remove(name);
        }
        copy
    }

    /// Keeps the first error of a chain.
    pub(crate) fn keep_fault(&mut self, outcome: Result<()>) {
        if let Err(error) = outcome
            && self.extensions().get::<Fault>().is_none()
        {
            self.extensions_mut().insert(Fault(Arc::new(error)));
        }
    }

    /// The first bad value of the chain that made this request.
    pub(crate) fn check(&self) -> Result<()> {
        match self.extensions().get::<Fault>() {
            Some(Fault(error)) => Err(error.copy()),
            None => Ok(()),
        }
    }
}

/// For the modules that write a kind of content.
#[cfg(any(feature = "form", feature = "json"))]
impl Request {
    /// Replaces the body and its content type; a `GET` becomes a `POST`.
    pub(crate) fn set_content(&mut self, content_type: HeaderValue, body: impl Into<Body>) {
        self.set_body(body);
        self.headers_mut()
            .insert(http::header::CONTENT_TYPE, content_type);
        if self.method() == Method::GET {
            self.set_method(Method::POST);
        }
    }
}

pub(super) fn fault(what: String) -> Error {
    Error::internal().with_source(what)
}

/// The server to which a URL leads, or why the URL is not usable.
pub(super) fn server_at(scheme: &str, authority: &str) -> std::result::Result<ServerInfo, String> {
    if !["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return Err(format!("`{scheme}` is neither `http` nor `https`"));
    }
    let host = Host::parse(authority).map_err(|_| format!("`{authority}` is not a host"))?;
    let port = host.port().unwrap_or(default_port(scheme));
    Ok(ServerInfo::new(host.name(), port).with_scheme(scheme))
}

/// Scheme, authority and target of an absolute URL.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = text
        .split_once("://")
        .filter(|(scheme, _)| url::is_scheme(scheme))?;
    let (authority, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    Some((scheme, authority, target))
}

impl From<Uri> for Request {
    /// A blank `GET` for the URI.
    fn from(uri: Uri) -> Self {
        Self::blank(&uri.to_string())
    }
}
