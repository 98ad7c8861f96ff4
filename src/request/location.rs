//! The location of a request: path, host, URL; and the address of the client.

use std::borrow::Cow;
use std::net::IpAddr;

use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url;
use crate::base::url::Host;
use crate::base::url::default_port;
use crate::gateway::Address;
use crate::gateway::Environ;
use crate::gateway::lossy;
use crate::request::Request;

impl Request {
    /// The path below the mount, percent-decoded: CGI's `PATH_INFO`.
    ///
    /// Empty, or begins with a slash. Bytes that are not valid UTF-8 become U+FFFD, and `%2F` becomes a slash.
    /// [`raw_path`](Self::raw_path) keeps the difference, and [`path_utf8`](Self::path_utf8) is strict.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// assert_eq!(Request::blank("/caf%C3%A9%2Fbar").path(), "/café/bar");
    /// assert_eq!(Request::blank("/%FF").path(), "/\u{fffd}");
    ///
    /// let page = match Request::blank("/caf%C3%A9").path() {
    ///     "/" => "home",
    ///     "/café" => "menu",
    ///     _ => "not found",
    /// };
    /// assert_eq!(page, "menu");
    /// ```
    ///
    /// The path is decoded once, and only if it contains an escape.
    #[must_use]
    #[doc(alias = "path_info")]
    pub fn path(&self) -> &str {
        self.environ().path_info()
    }

    /// The path below the mount, percent-decoded; an error if it is not valid UTF-8.
    ///
    /// # Errors
    ///
    /// `400` if the decoded path is not valid UTF-8.
    pub fn path_utf8(&self) -> Result<Cow<'_, str>> {
        let text = match url::decode_path(self.environ().raw_path_info()) {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        };
        text.ok_or_else(|| Error::bad_request().with_message("the path is not valid UTF-8"))
    }

    /// The path as it was sent, percent-encoded, mount included.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// assert_eq!(Request::blank("/a%2Fb?c").raw_path(), "/a%2Fb");
    /// ```
    #[must_use]
    pub fn raw_path(&self) -> &str {
        self.environ().raw_path()
    }

    /// The path at which the application is mounted, percent-decoded: CGI's `SCRIPT_NAME`.
    ///
    /// Empty, or begins with a slash and does not end with one.
    #[must_use]
    #[doc(alias = "root_path")]
    pub fn script_name(&self) -> Cow<'_, str> {
        lossy(url::decode_path(self.environ().raw_script_name()))
    }

    /// [`script_name`](Self::script_name) as it was sent, percent-encoded: the first part of
    /// [`raw_path`](Self::raw_path).
    #[must_use]
    pub fn raw_script_name(&self) -> &str {
        self.environ().raw_script_name()
    }

    /// The path as it was sent, percent-encoded, without the mount. [`path`](Self::path) is this path decoded.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// let mut request = Request::blank("/app/a%2Fb");
    /// request.environ_mut().set_raw_script_name("/app")?;
    /// assert_eq!((request.raw_script_name(), request.raw_path_info()), ("/app", "/a%2Fb"));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "path_info")]
    pub fn raw_path_info(&self) -> &str {
        self.environ().raw_path_info()
    }

    /// The query as it was sent, without its `?`; empty if there is none.
    #[must_use]
    #[doc(alias = "query")]
    pub fn query_string(&self) -> &str {
        self.environ().query_string()
    }

    /// The path and query as they were sent, percent-encoded, mount included. Use it, for example, to return to a page
    /// after a login.
    ///
    /// It may begin with two slashes if the client sent it so: see
    /// [`Response::redirect_local`](crate::Response::redirect_local).
    ///
    /// ```
    /// # use rustzeug::Request;
    /// assert_eq!(Request::blank("/a%20b?c=d").path_and_query(), "/a%20b?c=d");
    /// assert_eq!(Request::blank("/a").path_and_query(), "/a");
    /// ```
    #[must_use]
    #[doc(alias = "path_qs")]
    #[doc(alias = "full_path")]
    pub fn path_and_query(&self) -> &str {
        let target = self.environ().uri().path_and_query();
        target.map_or_else(|| self.raw_path(), |target| target.as_str())
    }

    /// Returns whether the client used `https`, as far as the server knows: see [`scheme`](Self::scheme).
    ///
    /// ```
    /// # use rustzeug::Request;
    /// assert!(Request::blank("https://example.org/").is_secure());
    /// assert!(!Request::blank("/").is_secure());
    /// ```
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.scheme() == "https"
    }

    /// The scheme that the client used, as far as the server knows: `http` or `https`.
    #[must_use]
    #[doc(alias = "is_secure")]
    pub fn scheme(&self) -> &'static str {
        self.environ().scheme()
    }

    /// The host and port that the client asked for: from an absolute request target, otherwise from the `Host` header,
    /// otherwise the server's own.
    ///
    /// It is always a valid host, because servers refuse a request with an invalid host. The default port of the scheme
    /// is left out.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// assert_eq!(Request::blank("/").with_header("host", "[::1]:8000").host(), "[::1]:8000");
    /// assert_eq!(Request::blank("/").with_header("host", "Example.org:80").host(), "Example.org");
    /// assert_eq!(Request::blank("/").with_header("host", "evil/path").host(), "localhost");
    /// ```
    #[must_use]
    pub fn host(&self) -> Cow<'_, str> {
        host(self.environ())
    }

    /// The host without its port, in lower case; IPv6 in brackets.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// assert_eq!(Request::blank("/").with_header("host", "Example.org:8000").domain(), "example.org");
    /// assert_eq!(Request::blank("/").with_header("host", "[::1]:8000").domain(), "[::1]");
    /// ```
    #[must_use]
    #[doc(alias = "host")]
    pub fn domain(&self) -> Cow<'_, str> {
        domain(self.environ())
    }

    /// The port that the client asked for, or the default port of the scheme if the host has none. If the request names
    /// no host, it is the server's own port.
    #[must_use]
    #[doc(alias = "host_port")]
    pub fn port(&self) -> u16 {
        port(self.environ())
    }

    /// Scheme and host: `http://example.org`.
    #[must_use]
    pub fn host_url(&self) -> String {
        format!("{}://{}", self.scheme(), self.host())
    }

    /// The URL at which the application is mounted, without a slash at its end.
    #[must_use]
    pub fn application_url(&self) -> String {
        format!(
            "{}://{}{}",
            self.scheme(),
            self.host(),
            self.environ().raw_script_name()
        )
    }

    /// The URL of the request without its query.
    #[must_use]
    pub fn path_url(&self) -> String {
        // RFC 9110 §7.1: `OPTIONS *` applies to the server, so its URL has no path.
        let path = if self.raw_path() == "*" {
            ""
        } else {
            self.raw_path()
        };
        format!("{}://{}{path}", self.scheme(), self.host())
    }

    /// The whole URL of the request, percent-encoded.
    ///
    /// This is the URL reconstruction of PEP 3333, from validated parts.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// let request = Request::blank("/a%20b?c=d").with_header("host", "example.org:8000");
    /// assert_eq!(request.url(), "http://example.org:8000/a%20b?c=d");
    /// ```
    #[must_use]
    pub fn url(&self) -> String {
        match self.environ().uri().query() {
            Some(query) => format!("{}?{query}", self.path_url()),
            None => self.path_url(),
        }
    }

    /// Resolves `reference` against the URL of the request (RFC 3986
    /// [§5.2](https://www.rfc-editor.org/rfc/rfc3986#section-5.2)).
    ///
    /// ```
    /// # use rustzeug::Request;
    /// let request = Request::blank("/notes/7?x");
    /// assert_eq!(request.relative_url("../img/a.png"), "http://localhost/img/a.png");
    /// assert_eq!(request.relative_url("?y"), "http://localhost/notes/7?y");
    /// ```
    #[must_use]
    pub fn relative_url(&self, reference: &str) -> String {
        url::resolve(&self.url(), reference)
    }

    /// Resolves `reference` against the URL of the mount, treated as a directory.
    ///
    /// ```
    /// # use rustzeug::Request;
    /// let mut request = Request::blank("/blog/2026/11");
    /// request.environ_mut().set_raw_script_name("/blog")?;
    /// assert_eq!(request.relative_application_url("about"), "http://localhost/blog/about");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn relative_application_url(&self, reference: &str) -> String {
        url::resolve(&format!("{}/", self.application_url()), reference)
    }

    /// The IP address of the client, or of the last proxy before the server.
    ///
    /// `None` on a Unix socket. Headers such as `X-Forwarded-For` are ignored, because any client can send them.
    #[must_use]
    #[doc(alias = "remote_addr")]
    #[doc(alias = "client")]
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.environ().server().peer().and_then(Address::ip)
    }
}

pub(super) fn host(environ: &Environ) -> Cow<'_, str> {
    let name =
        asked_host(environ).map_or_else(|| environ.server().server_name(), |host| host.name());
    match port(environ) {
        port if port == default_port(environ.scheme()) => name.into(),
        port => format!("{name}:{port}").into(),
    }
}

pub(crate) fn domain(environ: &Environ) -> Cow<'_, str> {
    let name =
        asked_host(environ).map_or_else(|| environ.server().server_name(), |host| host.name());
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        name.to_ascii_lowercase().into()
    } else {
        name.into()
    }
}

fn port(environ: &Environ) -> u16 {
    match asked_host(environ) {
        Some(host) => host
            .port()
            .unwrap_or_else(|| default_port(environ.scheme())),
        None => environ.server().server_port(),
    }
}

fn asked_host(environ: &Environ) -> Option<Host<'_>> {
    let asked = match environ.uri().authority() {
        Some(authority) => authority.as_str(),
        None => environ.headers().get(header::HOST)?.to_str().ok()?,
    };
    Host::parse(asked).ok()
}
