//! What trusted proxies tell about a request, and putting it into the request.

use std::net::IpAddr;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;

use crate::base::url::Host;
use crate::base::url::decode_path;
use crate::gateway::Environ;
use crate::gateway::Network;
use crate::headers::Forwarded;
use crate::headers::ForwardedElement;
use crate::headers::XForwardedHost;
use crate::headers::XForwardedPrefix;
use crate::headers::node_ip;
use crate::middleware::proxy_fix::from_right::elements;
use crate::middleware::proxy_fix::from_right::quoted_elements;

/// The number of trusted proxies for each header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hops {
    pub(super) client: usize,
    pub(super) proto: usize,
    pub(super) host: usize,
    pub(super) port: usize,
    pub(super) prefix: usize,
}

/// The valid facts.
#[derive(Debug, Default)]
pub(super) struct Told {
    client: Option<IpAddr>,
    scheme: Option<&'static str>,
    host: Option<String>,
    port: Option<u16>,
    prefix: Option<String>,
}

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");

impl Told {
    /// By `X-Forwarded-…`.
    pub(super) fn by_headers(headers: &HeaderMap, hops: Hops, networks: &[Network]) -> Self {
        let nth = |name: &HeaderName, hops: usize| {
            let element = elements(headers, name).nth(hops.checked_sub(1)?)?;
            Some(element).filter(|element| !element.is_empty())
        };
        let client = if networks.is_empty() {
            nth(&FOR, hops.client).and_then(node_ip)
        } else {
            let clients = elements(headers, &FOR).map(|node| ((), node_ip(node)));
            nearest_stranger(clients, networks).map(|((), client)| client)
        };
        Self {
            client,
            scheme: nth(&PROTO, hops.proto).and_then(scheme),
            host: nth(&HOST, hops.host).and_then(host),
            port: nth(&PORT, hops.port).and_then(port),
            prefix: nth(&PREFIX, hops.prefix).and_then(prefix),
        }
    }

    /// By `Forwarded`.
    pub(super) fn by_forwarded(headers: &HeaderMap, hops: usize, networks: &[Network]) -> Self {
        let mut elements = quoted_elements(headers, &header::FORWARDED).map(element);
        let element = if networks.is_empty() {
            hops.checked_sub(1)
                .and_then(|before| elements.nth(before))
                .flatten()
        } else {
            let clients = elements.map_while(|element| {
                let element = element?;
                let client = element.client_ip();
                Some((element, client))
            });
            nearest_stranger(clients, networks).map(|(element, _)| element)
        };
        let Some(element) = element else {
            return Self::default();
        };
        Self {
            client: element.client_ip(),
            scheme: element.proto().and_then(scheme),
            host: element.host().and_then(host),
            ..Self::default()
        }
    }

    /// The client. A proxy that listens on IPv6 sees IPv4 clients as mapped addresses.
    pub(super) fn client(&self) -> Option<IpAddr> {
        self.client.map(|client| client.to_canonical())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.client.is_none()
            && self.scheme.is_none()
            && self.host.is_none()
            && self.port.is_none()
            && self.prefix.is_none()
    }

    pub(super) fn apply(self, environ: &mut Environ) {
        if self.client.is_some() || self.scheme.is_some() || self.port.is_some() {
            environ.change_server(|mut server| {
                if let Some(client) = self.client() {
                    server = server.with_peer(client);
                }
                if let Some(scheme) = self.scheme {
                    server = server.with_scheme(scheme);
                }
                if let Some(port) = self.port {
                    let name = server.server_name().to_owned();
                    server = server.with_server(&name, port);
                }
                server
            });
        }
        if let Some(host) = asked_host(self.host, self.port, environ) {
            environ.set_host(host);
        }
        if let Some(prefix) = self.prefix {
            set_prefix(environ, &prefix);
        }
    }
}

/// The first client from the right that is not a trusted proxy, with what belongs to it; the last one that is known if
/// all are. Nothing further left than a node without an address is believed, since nobody known has written it.
fn nearest_stranger<T>(
    clients: impl Iterator<Item = (T, Option<IpAddr>)>,
    networks: &[Network],
) -> Option<(T, IpAddr)> {
    let mut nearest = None;
    for (belonging, client) in clients {
        let Some(client) = client else { break };
        nearest = Some((belonging, client));
        if !networks.iter().any(|network| network.contains(client)) {
            break;
        }
    }
    nearest
}

fn element(text: &str) -> Option<ForwardedElement> {
    let read: Forwarded = text.parse().ok()?;
    read.elements().first().cloned()
}

fn scheme(text: &str) -> Option<&'static str> {
    let known = ["http", "https"];
    known
        .into_iter()
        .find(|scheme| text.eq_ignore_ascii_case(scheme))
}

fn host(text: &str) -> Option<String> {
    XForwardedHost::new(text).ok()?;
    Some(text.to_owned())
}

fn port(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| is_number && *port > 0)
}

/// A raw path without a slash at its end. Its links must not leave the site, or mean another path to a browser, which
/// treats `%2e` like a dot.
fn prefix(text: &str) -> Option<String> {
    XForwardedPrefix::new(text).ok()?;
    let path = text.trim_end_matches('/');
    let mut segments = path.split('/').skip(1).map(decode_path);
    let is_sound = segments.all(|segment| !matches!(&*segment, b"" | b"." | b".."));
    is_sound.then(|| path.to_owned())
}

/// The host of a proxy, or the one that the request has, with the port of the proxy.
fn asked_host(host: Option<String>, port: Option<u16>, environ: &Environ) -> Option<HeaderValue> {
    let Some(port) = port else {
        return HeaderValue::try_from(host?).ok();
    };
    let host = match host {
        Some(host) => host,
        None => current_host(environ)?.to_owned(),
    };
    let name = Host::parse(&host).ok()?.name();
    HeaderValue::try_from(format!("{name}:{port}")).ok()
}

fn current_host(environ: &Environ) -> Option<&str> {
    match environ.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => environ.headers().get(header::HOST)?.to_str().ok(),
    }
}

/// Replaces the mount. A prefix that would make the target too long changes nothing.
fn set_prefix(environ: &mut Environ, prefix: &str) {
    let below = environ.raw_path_info();
    if !below.is_empty() && !below.starts_with('/') {
        return;
    }
    let path = match [prefix, below].concat() {
        path if path.is_empty() => "/".to_owned(),
        path => path,
    };
    if environ.set_raw_path(&path).is_ok() {
        // The path begins with it.
        let _ = environ.set_raw_script_name(prefix);
    }
}
