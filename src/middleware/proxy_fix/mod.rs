//! Requests as the client sent them, by the headers of trusted proxies.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use http::HeaderValue;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Address;
use crate::gateway::Application;
use crate::gateway::Environ;
use crate::gateway::LogNote;
use crate::gateway::Network;
use crate::gateway::Reply;
use crate::gateway::ServerInfo;
use crate::gateway::StartResponse;
use crate::handler::Handler;
use crate::handler::WhenEntered;

mod from_right;
mod told;

use told::Hops;
use told::Told;

/// Makes requests what they were for the client, by the headers that trusted proxies add: its address, the scheme, the
/// host and port that it asked for, and the path at which the proxy has mounted the application.
///
/// **Nothing is trusted by default**, since a client can send these headers too. Say how many proxies set each header:
///
/// | setting | header | changes |
/// |---|---|---|
/// | [`with_for`](Self::with_for) | `X-Forwarded-For` | `client_ip()`, `REMOTE_ADDR` |
/// | [`with_proto`](Self::with_proto) | `X-Forwarded-Proto` | `scheme()`, `HTTPS` |
/// | [`with_host`](Self::with_host) | `X-Forwarded-Host` | `host()`, `HTTP_HOST` |
/// | [`with_port`](Self::with_port) | `X-Forwarded-Port` | the port of `host()`, `SERVER_PORT` |
/// | [`with_prefix`](Self::with_prefix) | `X-Forwarded-Prefix` | `script_name()`, `SCRIPT_NAME` |
/// | [`with_forwarded`](Self::with_forwarded) | `Forwarded` (RFC 7239), instead of all these | address, scheme, host |
///
/// Values are counted from the right, where the nearest proxy has added its own: with `n` proxies, the `n`-th value from
/// the right was written by the first of them, and all values to its left by the client. If there are fewer values, or
/// the value is not valid, the request stays as it is. A bad value is never an error.
///
/// What the request was before is in [`BeforeProxyFix`]. The access log of the server shows the address of the client,
/// but that of the proxy where the application returned an error or panicked, or the server refused the request itself.
/// The headers stay. No other header has an effect, and no name with `_`.
///
/// ```
/// use rustzeug::{Request, middleware::ProxyFix};
///
/// let app = ProxyFix::new().with_for(1).with_proto(1).around(|request: &Request| {
///     format!("{} by {}", request.client_ip().unwrap(), request.scheme())
/// });
///
/// // The client has sent the first address, the proxy has added the second.
/// let request = Request::blank("/")
///     .with_header("x-forwarded-for", "6.6.6.6, 203.0.113.7")
///     .with_header("x-forwarded-proto", "https");
/// assert_eq!(request.send(&app).wait()?.read_text().wait()?, "203.0.113.7 by https");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(alias = "proxy_headers")]
#[doc(alias = "TrustedProxies")]
pub struct ProxyFix {
    hops: Hops,
    forwarded: Option<usize>,
    networks: Arc<[Network]>,
}

impl ProxyFix {
    /// Trusts no header.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many proxies add to `X-Forwarded-For`. The address may have a port, which is ignored; `unknown` and
    /// other words are not addresses.
    #[must_use]
    pub fn with_for(mut self, proxies: usize) -> Self {
        self.hops.client = proxies;
        self
    }

    /// Sets how many proxies set `X-Forwarded-Proto`: `http` or `https`.
    #[must_use]
    pub fn with_proto(mut self, proxies: usize) -> Self {
        self.hops.proto = proxies;
        self
    }

    /// Sets how many proxies set `X-Forwarded-Host`: a host, with or without a port.
    #[must_use]
    pub fn with_host(mut self, proxies: usize) -> Self {
        self.hops.host = proxies;
        self
    }

    /// Sets how many proxies set `X-Forwarded-Port`: 1 to 65535.
    #[must_use]
    pub fn with_port(mut self, proxies: usize) -> Self {
        self.hops.port = proxies;
        self
    }

    /// Sets how many proxies set `X-Forwarded-Prefix`: the percent-encoded path that the proxy has removed. It replaces
    /// the mount of the server. A prefix with an empty segment or a dot segment is not valid.
    #[must_use]
    pub fn with_prefix(mut self, proxies: usize) -> Self {
        self.hops.prefix = proxies;
        self
    }

    /// Reads `Forwarded` (RFC 7239), to which this many proxies add an element, and none of the other headers. The
    /// element decides about all: what it does not say stays.
    #[must_use]
    pub fn with_forwarded(mut self, proxies: usize) -> Self {
        self.forwarded = Some(proxies);
        self
    }

    /// Believes the headers only if the connection comes from one of these networks: `10.0.0.0/8`, `2001:db8::/32`,
    /// `127.0.0.1`, or `unix` for a Unix socket.
    ///
    /// The client is then found by its address instead of by counting: it is the first address from the right that is
    /// not in one of the networks, or the leftmost if all are. With `Forwarded`, its element decides; the numbers of
    /// `with_for` and `with_forwarded` do not matter. The other headers are still counted.
    ///
    /// # Errors
    ///
    /// A network that cannot be read, or none.
    ///
    /// ```
    /// use rustzeug::{Request, gateway::ServerInfo, middleware::ProxyFix};
    /// use std::net::IpAddr;
    ///
    /// let fix = ProxyFix::new().with_networks(["10.0.0.0/8"])?;
    /// let app = fix.around(|request: &Request| request.client_ip().unwrap().to_string());
    ///
    /// let proxy = ServerInfo::default().with_peer("10.0.0.1".parse::<IpAddr>()?);
    /// let request = Request::blank("/")
    ///     .with_server(proxy)
    ///     .with_header("x-forwarded-for", "6.6.6.6, 203.0.113.7, 10.0.0.2");
    /// assert_eq!(request.send(&app).wait()?.read_text().wait()?, "203.0.113.7");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn with_networks(
        mut self,
        networks: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self> {
        let networks = networks.into_iter();
        let networks = networks.map(|network| network.as_ref().trim().parse());
        self.networks = networks.collect::<Result<_>>()?;
        if self.networks.is_empty() {
            return Err("no network is trusted: name one, or leave the setting out".into());
        }
        Ok(self)
    }

    /// Puts this around a handler. It should be the outermost layer.
    #[must_use]
    pub fn around<M, H>(self, handler: H) -> impl Application
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        Fixed {
            fix: self,
            application: handler.adapt(WhenEntered::Received),
        }
    }

    /// Changes a request, and returns the address of the client if it was told.
    fn apply(&self, environ: &mut Environ) -> Option<IpAddr> {
        let networks = &*self.networks;
        if !networks.is_empty() {
            let peer = environ.server().peer();
            let is_trusted = |peer: &Address| networks.iter().any(|network| network.has_peer(peer));
            if !peer.is_some_and(is_trusted) {
                return None;
            }
        }
        let headers = environ.headers();
        let told = match self.forwarded {
            Some(hops) => Told::by_forwarded(headers, hops, networks),
            None => Told::by_headers(headers, self.hops, networks),
        };
        if told.is_empty() {
            return None;
        }
        let before = BeforeProxyFix::of(environ);
        environ.extensions_mut().insert(before);
        let client = told.client();
        told.apply(environ);
        client
    }
}

/// Reads `for=1,proto=1,host=1,port=0,prefix=1`, as configuration has it; or `forwarded=1`.
impl FromStr for ProxyFix {
    type Err = Error;

    /// Reads settings with commas between them. A setting that is missing is 0.
    ///
    /// # Errors
    ///
    /// An unknown setting, or a value that is not a number.
    ///
    /// ```
    /// use rustzeug::middleware::ProxyFix;
    ///
    /// let fix: ProxyFix = "for=1, proto=1".parse()?;
    /// assert_eq!(fix, ProxyFix::new().with_for(1).with_proto(1));
    /// assert!("fro=1".parse::<ProxyFix>().is_err());
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    fn from_str(text: &str) -> Result<Self> {
        let mut fix = Self::new();
        let settings = text.split(',').map(str::trim);
        for setting in settings.filter(|setting| !setting.is_empty()) {
            let wrong = || {
                Error::from(format!(
                    "`{setting}` is not a setting of ProxyFix: `for`, `proto`, `host`, `port`, `prefix` or `forwarded`, with `=` and a number"
                ))
            };
            let (name, number) = setting.split_once('=').ok_or_else(wrong)?;
            let proxies = number.trim().parse().map_err(|_| wrong())?;
            fix = match name.trim() {
                "for" => fix.with_for(proxies),
                "proto" => fix.with_proto(proxies),
                "host" => fix.with_host(proxies),
                "port" => fix.with_port(proxies),
                "prefix" => fix.with_prefix(proxies),
                "forwarded" => fix.with_forwarded(proxies),
                _ => return Err(wrong()),
            };
        }
        Ok(fix)
    }
}

struct Fixed<A> {
    fix: ProxyFix,
    application: A,
}

impl<A: Application> Application for Fixed<A> {
    async fn call(&self, mut environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let client = self.fix.apply(&mut environ);
        let client = client.filter(|_| environ.server().has_log_notes());
        let mut reply = self.application.call(environ, start_response).await?;
        if let Some(client) = client {
            let note = reply.extensions_mut().get_or_insert_default::<LogNote>();
            note.set_client(client);
        }
        Ok(reply)
    }

    fn check(&self) -> Result<()> {
        self.application.check()
    }
}

/// What a request was before [`ProxyFix`] has changed it, among its extensions.
///
/// ```
/// use rustzeug::{Request, middleware::BeforeProxyFix, middleware::ProxyFix};
///
/// let app = ProxyFix::new().with_host(1).around(|request: &Request| {
///     let before = request.extensions().get::<BeforeProxyFix>().unwrap();
///     format!("{}, before {:?}", request.host(), before.host().unwrap())
/// });
/// let request = Request::blank("http://inside/").with_header("x-forwarded-host", "example.org");
/// assert_eq!(request.send(&app).wait()?.read_text().wait()?, r#"example.org, before "inside""#);
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct BeforeProxyFix {
    server_info: Arc<ServerInfo>,
    host: Option<HeaderValue>,
    raw_script_name: String,
}

impl BeforeProxyFix {
    fn of(environ: &Environ) -> Self {
        Self {
            server_info: Arc::clone(environ.server()),
            host: environ.headers().get(header::HOST).cloned(),
            raw_script_name: environ.raw_script_name().to_owned(),
        }
    }

    /// The facts of the server: the address of the proxy, the scheme and the port of its connection.
    #[must_use]
    pub fn server(&self) -> &ServerInfo {
        &self.server_info
    }

    /// The address of the proxy.
    #[must_use]
    pub fn peer(&self) -> Option<&Address> {
        self.server_info.peer()
    }

    /// The `Host` that the proxy has sent.
    #[must_use]
    pub fn host(&self) -> Option<&HeaderValue> {
        self.host.as_ref()
    }

    /// The mount of the server.
    #[must_use]
    pub fn raw_script_name(&self) -> &str {
        &self.raw_script_name
    }
}
