//! The client: which application, how it is reached, and what is kept between calls.

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
/// * **Which**: [`new`](Self::new) in process, [`connect`](Self::connect) over a connection,
///   `serve` (feature `server`) on a server of its own.
/// * **Calls**: [`get`](Self::get), [`post`](Self::post) and the other methods, [`send`](Self::send) for any
///   [`Request`]; each is awaited in an `async fn`, or waited for in a `fn`, and gives an
///   [`TestResponse`](crate::testing::TestResponse).
/// * **Cookies** are kept as browsers keep them, and sent back: [`cookie`](Self::cookie),
///   [`set_cookie`](Self::set_cookie), [`clear_cookies`](Self::clear_cookies).
/// * **Redirects** are answers, unless they are [followed](Self::following_redirects).
///
/// All methods take `&self`, so that calls may go on at once. [`another`](Self::another) is a client
/// of the same application that shares no cookies.
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

/// How the application is reached.
#[derive(Clone)]
enum Way {
    InProcess(BoxApplication),
    Socket {
        peer: Peer,
        /// What is written to the error stream there, if it can be known.
        log: Option<Log>,
        /// Ends with the last who holds it.
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
    /// A client that calls a handler in process: whatever
    /// [`into_application`](crate::IntoApplication::into_application) takes.
    ///
    /// It is called as a server would call it: behind the edge ([`gateway::call`](crate::gateway::call)),
    /// and under the referee ([`Lint`](crate::gateway::Lint)), which makes a `500` of what breaks a rule of
    /// the protocol. A plain `fn` runs in place.
    ///
    /// Relative targets are those of `http://localhost`.
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

    /// A client that makes its calls over connections to a server: `http://127.0.0.1:8000`, or a
    /// [`SocketAddr`](std::net::SocketAddr).
    ///
    /// It speaks HTTP/1.1, with a connection for each call. A response that breaks off is an error, and
    /// never a shorter body. It connects to this server only, whatever host a request names.
    ///
    /// # Errors
    ///
    /// For an address that is invalid or cannot be resolved. Whether somebody listens there turns out
    /// with the first call.
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

    /// A client of the same application with the same settings, and no cookies: another visitor.
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
    /// After 301, 302 and 303 the request becomes a `GET` without a body (`HEAD` stays what it is), after
    /// 307 and 308 it is sent again as it was. What leads to another host is an error that
    /// names it, and so is a loop.
    #[must_use]
    pub fn following_redirects(mut self) -> Self {
        self.settings.follow = true;
        self
    }

    /// Neither keeps cookies nor sends them.
    #[must_use]
    pub fn without_cookies(mut self) -> Self {
        self.settings.cookies = false;
        self
    }

    /// Calls the application without the referee: for one that breaks the rules on purpose. Over a
    /// connection that is up to the server.
    #[must_use]
    pub fn without_lint(mut self) -> Self {
        self.settings.lint = false;
        self
    }

    /// Has relative targets be those of another host, another scheme, or of a mount.
    ///
    /// With a path in the URL, the application is mounted there: it finds that path as
    /// [`script_name`](Request::script_name), and the rest as its [`path`](Request::path). A target such as `/x` is
    /// below the mount, and so is a request without a host of its own; absolute URLs are taken as they are. A redirect
    /// out of the mount is not followed.
    ///
    /// A client over a connection goes on talking to its server, and sends the whole path.
    ///
    /// # Panics
    ///
    /// For what is not an `http:` or `https:` URL, and for one with a query.
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

    /// Sends a header with every request that does not have it, in place of what was set before under that name.
    ///
    /// # Panics
    ///
    /// For a name or value that is not valid.
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

    /// Sends one more line of a header with every request that does not have that header.
    ///
    /// # Panics
    ///
    /// For a name or value that is not valid.
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

    /// Sets for how long a client over a connection waits for the next bytes; 30 s unless set.
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

/// What a server that is started for a client needs.
#[cfg(feature = "server")]
impl Client {
    /// A client of `server`, which ends with it and writes to `log`.
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
