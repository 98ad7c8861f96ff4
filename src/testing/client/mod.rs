//! The client: the application, the way to reach it, and the state between calls.

use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::SystemTime;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::error::header_pair;
use crate::gateway::Application;
use crate::gateway::BoxApplication;
use crate::handler::Handler;
use crate::handler::WhenEntered;
use crate::request::Request;
use crate::testing::base::Base;
use crate::testing::jar::Jar;
use crate::testing::log::Log;
use crate::testing::socket;
use crate::testing::socket::Peer;

mod basic;
mod calls;
mod cookies;
#[cfg(feature = "server")]
mod serve;

/// A client for tests of one application.
///
/// * **Application**: [`new`](Self::new) in process, [`connect`](Self::connect) over a connection, `serve` (feature
///   `server`) on a server that is started for the client.
/// * **Calls**: [`get`](Self::get), [`post`](Self::post) and the other methods, and [`send`](Self::send) for any
///   [`Request`]. A call is awaited in an `async fn`, or waited for in a `fn`, and returns a
///   [`TestResponse`](crate::testing::TestResponse).
/// * **Cookies** are stored and sent back as browsers do: [`cookie`](Self::cookie), [`set_cookie`](Self::set_cookie),
///   [`clear_cookies`](Self::clear_cookies).
/// * **Redirects** are answers, unless they are [followed](Self::following_redirects).
///
/// All methods take `&self`, so calls may run concurrently. [`another`](Self::another) is a client of the same
/// application with separate cookies.
///
/// # Examples
///
/// ```
/// use rustzeug::testing::Client;
/// use rustzeug::{Request, Response};
///
/// fn visits(request: &Request) -> Response {
///     let seen = request.headers().contains_key("cookie");
///     let text = if seen { "welcome back" } else { "welcome" };
///     Response::text(text).with_header("set-cookie", "seen=yes; Path=/; HttpOnly")
/// }
///
/// let client = Client::new(visits);
/// client.get("/").wait()?.expect_text("welcome").expect_cookie("seen", "yes");
/// client.get("/").wait()?.expect_text("welcome back");
/// client.another().get("/").wait()?.expect_text("welcome");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct Client {
    way: Way,
    base: Base,
    jar: Mutex<Jar>,
    settings: Settings,
}

/// How the application is called.
#[derive(Clone)]
enum Way {
    InProcess(BoxApplication),
    Socket {
        peer: Peer,
        /// The error stream of the application, if it is known.
        log: Option<Log>,
        /// The server, which stops when its last owner is dropped.
        _server: Option<Arc<dyn Send + Sync>>,
    },
}

#[derive(Clone, Debug)]
struct Settings {
    follow: bool,
    cookies: bool,
    lint: bool,
    timeout: Duration,
    headers: HeaderMap,
}

impl Client {
    /// A client that calls a handler in process: any type that
    /// [`into_application`](crate::IntoApplication::into_application) accepts.
    ///
    /// The handler is called as by a server: behind the edge ([`gateway::call`](crate::gateway::call)), and under
    /// [`Lint`](crate::gateway::Lint), which turns a violation of the protocol into a `500`. A plain `fn` runs in
    /// place.
    ///
    /// Targets without a host are resolved against `http://localhost`.
    #[doc(alias = "TestApp")]
    #[doc(alias = "test_client")]
    #[doc(alias = "TestClient")]
    pub fn new<M, H>(handler: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        let application = BoxApplication::new(handler.adapt(WhenEntered::Received));
        let base = Base {
            scheme: "http",
            name: "localhost".to_owned(),
            port: 80,
            mount: String::new(),
        };
        Self::over(Way::InProcess(application), base)
    }

    /// A client that calls a server over connections: `http://127.0.0.1:8000`, or a
    /// [`SocketAddr`](std::net::SocketAddr).
    ///
    /// It speaks HTTP/1.1, with a connection for each call. An incomplete response is an error, never a shorter body.
    /// It connects only to this server, whatever host a request names.
    ///
    /// # Errors
    ///
    /// An error if the address is invalid or cannot be resolved. If no server listens there, the first call fails.
    ///
    /// ```no_run
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::connect("http://127.0.0.1:8000")?;
    /// client.get("/").wait()?.expect_status(200);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn connect(address: impl fmt::Display) -> Result<Self> {
        let (peer, base) = socket::resolve(&address.to_string())?;
        let way = Way::Socket {
            peer,
            log: None,
            _server: None,
        };
        Ok(Self::over(way, base))
    }

    fn over(way: Way, base: Base) -> Self {
        Self {
            way,
            base,
            jar: Mutex::default(),
            settings: Settings {
                follow: false,
                cookies: true,
                lint: true,
                timeout: Duration::from_secs(30),
                headers: HeaderMap::new(),
            },
        }
    }

    /// A client of the same application with the same settings and no cookies: another visitor.
    #[must_use]
    pub fn another(&self) -> Self {
        Self {
            way: self.way.clone(),
            base: self.base.clone(),
            jar: Mutex::default(),
            settings: self.settings.clone(),
        }
    }

    /// Follows redirects within the host, up to 20 in a row.
    ///
    /// After 301, 302 and 303 the request becomes a `GET` without a body (a `HEAD` stays a `HEAD`); after 307 and 308
    /// it is sent again unchanged. A redirect to another host is an error that names the host. A loop is an error too.
    #[must_use]
    pub fn following_redirects(mut self) -> Self {
        self.settings.follow = true;
        self
    }

    /// Neither stores cookies nor sends them.
    #[must_use]
    pub fn without_cookies(mut self) -> Self {
        self.settings.cookies = false;
        self
    }

    /// Calls the application without `Lint`: for an application that breaks the rules on purpose. Over a connection,
    /// this has no effect: the server decides.
    #[must_use]
    pub fn without_lint(mut self) -> Self {
        self.settings.lint = false;
        self
    }

    /// Sets the URL against which targets are resolved: another host, another scheme, or a mount.
    ///
    /// If the URL has a path, the application is mounted there: it sees that path as
    /// [`script_name`](Request::script_name), and the rest as its [`path`](Request::path). A target such as `/x`, and a
    /// request without a host, are below the mount; absolute URLs are used unchanged. A redirect out of the mount is
    /// not followed.
    ///
    /// A client over a connection still talks to its server, and sends the whole path.
    ///
    /// # Panics
    ///
    /// Panics if the URL is not an `http:` or `https:` URL, or has a query.
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::new(|request: &Request| request.url()).with_base("https://example.org");
    /// client.get("/x").wait()?.expect_text("https://example.org/x");
    ///
    /// let told = |request: &Request| format!("{} in {}", request.path(), request.script_name());
    /// let client = Client::new(told).with_base("http://localhost/app");
    /// client.get("/x").wait()?.expect_text("/x in /app");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    #[track_caller]
    pub fn with_base(mut self, url: &str) -> Self {
        let request = Request::blank(url);
        let named = request.headers().contains_key(header::HOST) && request.check().is_ok();
        assert!(named, "`{url}` is not a URL of a host");
        assert!(!url.contains('?'), "`{url}` has a query");
        self.base = Base {
            scheme: request.scheme(),
            name: request.domain().into_owned(),
            port: request.port(),
            mount: request.raw_path().trim_end_matches('/').to_owned(),
        };
        self
    }

    /// Sends a header with every request that does not have it. This replaces an earlier setting for the same name.
    ///
    /// # Panics
    ///
    /// Panics if the name or the value is not valid.
    #[must_use]
    #[track_caller]
    pub fn with_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        match header_pair(name, value) {
            Ok((name, value)) => drop(self.settings.headers.insert(name, value)),
            Err(error) => panic!("not a header: {error:?}"),
        }
        self
    }

    /// Sends another line of a header with every request that does not have that header.
    ///
    /// # Panics
    ///
    /// Panics if the name or the value is not valid.
    #[must_use]
    #[track_caller]
    pub fn with_appended_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        match header_pair(name, value) {
            Ok((name, value)) => drop(self.settings.headers.append(name, value)),
            Err(error) => panic!("not a header: {error:?}"),
        }
        self
    }

    /// Sets how long a client over a connection waits for the next bytes; the default is 30 s.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    pub(super) fn base(&self) -> &Base {
        &self.base
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.settings.headers
    }

    pub(super) fn keeps_cookies(&self) -> bool {
        self.settings.cookies
    }

    pub(super) fn jar(&self) -> MutexGuard<'_, Jar> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For a server that is started for a client.
#[cfg(feature = "server")]
impl Client {
    /// A client of `server`. The server stops with the client; it writes to `log`.
    pub(super) fn served(address: &str, log: Log, server: Arc<dyn Send + Sync>) -> Result<Self> {
        let (peer, base) = socket::resolve(address)?;
        let way = Way::Socket {
            peer,
            log: Some(log),
            _server: Some(server),
        };
        Ok(Self::over(way, base))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base)
            .field("cookies", &self.jar().all(SystemTime::now()).len())
            .finish_non_exhaustive()
    }
}
