//! A request from the variables of a gateway protocol.

use std::net::Ipv6Addr;

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::Version;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url::Host;
use crate::gateway::Address;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::ScriptNameFix;
use crate::gateway::ServerInfo;
use crate::gateway::Variables;
use crate::gateway::contract::variables::set::address;
use crate::gateway::contract::variables::set::header_name;
use crate::gateway::contract::variables::set::known_version;
use crate::gateway::contract::variables::target::Given;
use crate::gateway::contract::variables::target::target;
use crate::wire::variables::Place;
use crate::wire::variables::length;

impl Environ {
    /// Makes a request from the variables of a gateway protocol: CGI, FastCGI, SCGI, uwsgi.
    ///
    /// `body` is the stream of the protocol. Of it, [`CONTENT_LENGTH`](Variables::content_length) bytes are the body;
    /// without this variable all of it is. `server_info` has what the variables do not say.
    ///
    /// * `HTTP_…` variables are headers. Repeated ones are lines of the same header, cookies are joined by `; `.
    ///   `HTTP_PROXY` is dropped, and so is a name that no header has, such as `HTTP_x`.
    /// * The raw path is that of `REQUEST_URI`, so that `%2F` and `//` are kept, unless `SCRIPT_NAME` and `PATH_INFO` say
    ///   that the server in front has rewritten it. Then, and without `REQUEST_URI`, it is made of these two. A
    ///   `SCRIPT_NAME` of `/` is the empty one. `fix` has the mount points for servers that send a wrong one.
    /// * The scheme is `https` if `HTTPS` is `on` or `1`, or else if `REQUEST_SCHEME` is `https`.
    /// * `SERVER_…` and `REMOTE_…` become the facts of the server, if they are valid. An invalid `REMOTE_ADDR` counts
    ///   as a client without an address, like that of a Unix socket.
    /// * All other variables are kept as they are, for [`var`](Self::var). Of a repeated one the last value is kept.
    ///
    /// The server in front has read the head of the request, so HTTP/1.1 without `Host` is accepted, as with
    /// [`ServerInfo::with_front`].
    ///
    /// # Errors
    ///
    /// The client is at fault, so a server answers with the status of the error. `400`: no method, or an invalid one,
    /// a NUL in the path, a header with a control character, or an invalid `CONTENT_LENGTH`. `414`: a target that is
    /// too long. `431`: the headers are longer than [`head_bytes`](crate::gateway::Limits::head_bytes).
    /// [`call`](crate::gateway::call) checks the other limits.
    ///
    /// ```
    /// use rustzeug::gateway::{Body, Environ, ScriptNameFix, ServerInfo, Variables};
    ///
    /// let variables: Variables = [
    ///     ("REQUEST_METHOD", "POST"),
    ///     ("SCRIPT_NAME", "/cgi-bin/app"),
    ///     ("PATH_INFO", "/a b"),
    ///     ("CONTENT_LENGTH", "4"),
    ///     ("HTTP_ACCEPT", "text/html"),
    ///     ("REMOTE_USER", "ada"),
    /// ].into_iter().collect();
    /// let body = Body::from("four, and more");
    /// let fix = ScriptNameFix::default();
    /// let environ = Environ::from_variables(&variables, body, ServerInfo::default(), &fix)?;
    /// assert_eq!(environ.raw_path(), "/cgi-bin/app/a%20b");
    /// assert_eq!(environ.headers()["accept"], "text/html");
    /// assert_eq!(environ.var("REMOTE_USER").unwrap(), "ada");
    /// assert_eq!(environ.read(|_, bytes| Ok(bytes)).wait()?, "four");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// RFC 3875 [§4.1](https://www.rfc-editor.org/rfc/rfc3875#section-4.1).
    pub fn from_variables(
        variables: &Variables,
        body: impl Into<Body>,
        server_info: ServerInfo,
        fix: &ScriptNameFix,
    ) -> Result<Self> {
        let sorted = Sorted::of(variables, server_info.limits().head_bytes())?;
        let target = target(&sorted.target, fix, variables.block())?;
        let mut headers = sorted.headers;
        let body = match sorted.length {
            Some(length) => {
                headers.insert(header::CONTENT_LENGTH, length.into());
                Body::first_bytes(length, body)
            }
            None => body.into(),
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = method(sorted.method)?;
        *request.uri_mut() = target.uri;
        *request.version_mut() = sorted.facts.version();
        *request.headers_mut() = headers;
        let mut environ = Self::new(request, sorted.facts.declared(server_info));
        environ.join_crumbs();
        environ.split_at(target.script_length);
        environ.inner_mut().variables = keep_last(sorted.own);
        Ok(environ)
    }
}

fn method(given: Option<&[u8]>) -> Result<Method> {
    let refused = |message: &'static str| Error::bad_request().with_message(message);
    let given = given.ok_or_else(|| refused("the variable `REQUEST_METHOD` is missing"))?;
    Method::from_bytes(given).map_err(|_| refused("the method is not valid"))
}

/// The variables by their purpose.
#[derive(Default)]
struct Sorted<'v> {
    method: Option<&'v [u8]>,
    target: Given<'v>,
    length: Option<u64>,
    facts: Facts<'v>,
    headers: HeaderMap,
    /// The bytes of the headers.
    bytes: usize,
    own: Vec<(Bytes, Bytes)>,
}

impl<'v> Sorted<'v> {
    /// Of variables that are not headers, the last value counts.
    fn of(variables: &'v Variables, head_bytes: usize) -> Result<Self> {
        let (mut sorted, block) = (Self::default(), variables.block());
        for place in variables.places() {
            let value = &block[place.value.clone()];
            let (target, facts) = (&mut sorted.target, &mut sorted.facts);
            match &block[place.name.clone()] {
                b"REQUEST_METHOD" => sorted.method = Some(value),
                b"REQUEST_URI" => target.request_uri = value,
                b"QUERY_STRING" => target.query = Some(value),
                b"SCRIPT_NAME" => target.script_name = Some(value),
                b"PATH_INFO" => target.path_info = Some(value),
                b"SERVER_PROTOCOL" => facts.protocol = value,
                b"SERVER_NAME" => facts.server_name = value,
                b"SERVER_PORT" => facts.server_port = value,
                b"SERVER_ADDR" => facts.server_addr = Some(value),
                b"REMOTE_ADDR" => facts.remote_addr = Some(value),
                b"REMOTE_PORT" => facts.remote_port = value,
                b"REQUEST_SCHEME" => facts.scheme = Some(value),
                b"HTTPS" => facts.https = Some(value),
                b"CONTENT_LENGTH" => sorted.length = length(sorted.length, value)?,
                b"CONTENT_TYPE" if value.is_empty() => {}
                _ => sorted.take(block, place, head_bytes)?,
            }
        }
        Ok(sorted)
    }

    /// Takes a header, or a variable without a purpose of its own.
    fn take(&mut self, block: &Bytes, place: &Place, head_bytes: usize) -> Result<()> {
        let (name, value) = (&block[place.name.clone()], block.slice(place.value.clone()));
        let Some(header) = header_name(name) else {
            if !name.is_empty() && !name.starts_with(b"HTTP_") {
                self.own.push((block.slice(place.name.clone()), value));
            }
            return Ok(());
        };
        let bytes = header.as_str().len() + value.len();
        self.bytes = self.bytes.saturating_add(bytes);
        let value = HeaderValue::from_maybe_shared(value).map_err(|_| {
            let message = format!("the header `{header}` has a control character");
            Error::bad_request().with_message(message)
        })?;
        let added = if header == header::CONTENT_TYPE {
            self.headers.try_insert(header, value).is_ok()
        } else {
            self.headers.try_append(header, value).is_ok()
        };
        if added && self.bytes <= head_bytes {
            return Ok(());
        }
        Err(Error::header_fields_too_large().with_message(format!(
            "the request head is longer than {head_bytes} bytes (limit `head_bytes`)"
        )))
    }
}

/// Keeps the last value of each name. There may be many thousand of them.
fn keep_last(mut own: Vec<(Bytes, Bytes)>) -> Vec<(Bytes, Bytes)> {
    own.reverse();
    own.sort_by(|(one, _), (other, _)| one.cmp(other));
    own.dedup_by(|(name, _), (kept, _)| name == kept);
    own
}

/// What the server in front says about itself and the connection. Empty is the same as absent, except where it says
/// something.
#[derive(Default)]
struct Facts<'v> {
    protocol: &'v [u8],
    server_name: &'v [u8],
    server_port: &'v [u8],
    server_addr: Option<&'v [u8]>,
    remote_addr: Option<&'v [u8]>,
    remote_port: &'v [u8],
    scheme: Option<&'v [u8]>,
    https: Option<&'v [u8]>,
}

impl Facts<'_> {
    /// `INCLUDED` and the like (RFC 3875 §4.1.16) have no version.
    fn version(&self) -> Version {
        known_version(self.protocol).unwrap_or(Version::HTTP_11)
    }

    /// Adds the valid facts to those of the host.
    fn declared(&self, base: ServerInfo) -> ServerInfo {
        let port = number(self.server_port);
        let name = text(self.server_name).filter(|name| is_name(name));
        let mut declared = base.with_front(true);
        if let Some(port) = port {
            declared = declared.with_port(port);
        }
        if let Some(name) = name {
            let port = declared.server_port();
            declared = declared.with_server(name, port);
        }
        if let Some(scheme) = self.scheme() {
            declared = declared.with_scheme(scheme);
        }
        if let Some(local) = self.server_addr {
            declared = declared.with_local(address_or_socket(local, port));
        }
        if let Some(peer) = self.remote_addr {
            declared = declared.with_peer(address_or_socket(peer, number(self.remote_port)));
        }
        declared
    }

    fn scheme(&self) -> Option<&'static str> {
        let is_on = |value: &[u8]| value.eq_ignore_ascii_case(b"on") || value == b"1";
        let is_https = self.https.is_some_and(is_on)
            || self
                .scheme
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"https"));
        let is_known = self.https.or(self.scheme).is_some();
        is_known.then_some(if is_https { "https" } else { "http" })
    }
}

/// An invalid address counts as that of a Unix socket.
fn address_or_socket(value: &[u8], port: Option<u16>) -> Address {
    let valid = text(value).and_then(|text| address(text, port));
    valid.unwrap_or(Address::Unix(None))
}

fn text(value: &[u8]) -> Option<&str> {
    std::str::from_utf8(value).ok()
}

/// A port: decimal digits.
fn number(digits: &[u8]) -> Option<u16> {
    let sum = |number: u32, digit: &u8| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        Some(number * 10 + digit)
    };
    let (1..=5) = digits.len() else { return None };
    digits.iter().try_fold(0, sum)?.try_into().ok()
}

/// Whether a server name is a host: nginx sends the pattern of a `server_name` that is a regular expression.
fn is_name(name: &str) -> bool {
    let is_host = Host::parse(name).is_ok_and(|host| host.name().len() == name.len());
    is_host || (name.contains(':') && name.parse::<Ipv6Addr>().is_ok())
}
