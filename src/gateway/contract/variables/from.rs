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

/// Memory is reserved for at most this many headers.
const MANY: usize = 64;

impl Environ {
    /// Makes a request from the variables of a gateway protocol: CGI, FastCGI, SCGI, uwsgi.
    ///
    /// `body` is the stream of the protocol. Of it, [`CONTENT_LENGTH`](Variables::content_length) bytes are the body;
    /// without this variable all of it is. `server_info` has what the variables do not say.
    ///
    /// * `HTTP_…` variables are headers. Repeated ones are lines of the same header, cookies are joined by `; `.
    ///   `HTTP_PROXY` is dropped, and so is a name that no header has, such as `HTTP_x`.
    /// * The raw path is that of `REQUEST_URI`, if the server in front has not rewritten it, so that `%2F` and `//` are
    ///   kept. Otherwise, and without `REQUEST_URI`, it is made of `SCRIPT_NAME` and `PATH_INFO`. A `SCRIPT_NAME` of
    ///   `/` is the empty one. `fix` has the mount points for servers that send a wrong one.
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
    /// let environ = Environ::from_variables(variables, body, ServerInfo::default(), &fix)?;
    /// assert_eq!(environ.raw_path(), "/cgi-bin/app/a%20b");
    /// assert_eq!(environ.headers()["accept"], "text/html");
    /// assert_eq!(environ.var("REMOTE_USER").unwrap(), "ada");
    /// assert_eq!(environ.read(|_, bytes| Ok(bytes)).wait()?, "four");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// RFC 3875 [§4.1](https://www.rfc-editor.org/rfc/rfc3875#section-4.1).
    pub fn from_variables(
        variables: Variables,
        body: impl Into<Body>,
        server_info: ServerInfo,
        fix: &ScriptNameFix,
    ) -> Result<Self> {
        let mut request = http::Request::new(Body::empty());
        let names = variables.iter().map(|(name, _)| name);
        let headers = names.filter(|name| name.starts_with(b"HTTP_")).count();
        // Two more for those of the content.
        *request.headers_mut() = HeaderMap::with_capacity((headers + 2).min(MANY));
        if let Some(length) = variables.content_length()? {
            let headers = request.headers_mut();
            headers.insert(header::CONTENT_LENGTH, length.into());
            *request.body_mut() = Body::first_bytes(length, body);
        } else {
            *request.body_mut() = body.into();
        }
        let sorted = Sorted::of(
            variables,
            request.headers_mut(),
            server_info.limits().head_bytes(),
        )?;
        let target = target(&sorted.target, fix)?;
        *request.method_mut() = method(sorted.method.as_deref())?;
        *request.uri_mut() = target.uri;
        *request.version_mut() = sorted.facts.version();
        let mut environ = Self::new(request, sorted.facts.declared(server_info));
        environ.join_crumbs();
        environ.split_at(target.script_length);
        environ.inner_mut().variables = sorted.own;
        Ok(environ)
    }
}

fn method(given: Option<&[u8]>) -> Result<Method> {
    let refused = |message: &'static str| Error::bad_request().with_message(message);
    let given = given.ok_or_else(|| refused("the variable `REQUEST_METHOD` is missing"))?;
    Method::from_bytes(given).map_err(|_| refused("the method is not valid"))
}

/// The variables by their purpose; headers are in the map of the request.
#[derive(Default)]
struct Sorted {
    method: Option<Bytes>,
    target: Given,
    facts: Facts,
    own: Vec<(Bytes, Bytes)>,
}

impl Sorted {
    fn of(variables: Variables, headers: &mut HeaderMap, head_bytes: usize) -> Result<Self> {
        let (mut sorted, mut bytes) = (Self::default(), 0_usize);
        for (name, value) in variables.into_pairs() {
            let Some((name, value)) = sorted.take(name, value) else {
                continue;
            };
            if let Some(name) = header_name(&name) {
                bytes = bytes.saturating_add(name.as_str().len() + value.len());
                let value = header_value(&name, value)?;
                if name == header::CONTENT_TYPE {
                    if !value.is_empty() {
                        headers.insert(name, value);
                    }
                } else if bytes > head_bytes || headers.try_append(name, value).is_err() {
                    return Err(too_large(head_bytes));
                }
            } else if !name.is_empty() && !name.starts_with(b"HTTP_") {
                sorted.own.push((name, value));
            }
        }
        keep_last(&mut sorted.own);
        Ok(sorted)
    }

    /// Takes a variable that has a purpose of its own; returns the others.
    fn take(&mut self, name: Bytes, value: Bytes) -> Option<(Bytes, Bytes)> {
        let facts = &mut self.facts;
        let place = match &*name {
            b"REQUEST_METHOD" => &mut self.method,
            b"REQUEST_URI" => &mut self.target.request_uri,
            b"QUERY_STRING" => &mut self.target.query,
            b"SCRIPT_NAME" => {
                self.target.script_name = value;
                return None;
            }
            b"PATH_INFO" => {
                self.target.path_info = value;
                return None;
            }
            b"SERVER_PROTOCOL" => &mut facts.protocol,
            b"SERVER_NAME" => &mut facts.server_name,
            b"SERVER_PORT" => &mut facts.server_port,
            b"SERVER_ADDR" => &mut facts.server_addr,
            b"REMOTE_ADDR" => &mut facts.remote_addr,
            b"REMOTE_PORT" => &mut facts.remote_port,
            b"REQUEST_SCHEME" => &mut facts.scheme,
            b"HTTPS" => &mut facts.https,
            b"CONTENT_LENGTH" => return None,
            _ => return Some((name, value)),
        };
        *place = Some(value);
        None
    }
}

/// Keeps the last value of each name. There may be many thousand of them.
fn keep_last(own: &mut Vec<(Bytes, Bytes)>) {
    own.reverse();
    own.sort_by(|(one, _), (other, _)| one.cmp(other));
    own.dedup_by(|(name, _), (kept, _)| name == kept);
}

fn header_value(name: &http::HeaderName, value: Bytes) -> Result<HeaderValue> {
    HeaderValue::from_maybe_shared(value).map_err(|_| {
        Error::bad_request().with_message(format!("the header `{name}` has a control character"))
    })
}

fn too_large(head_bytes: usize) -> Error {
    Error::header_fields_too_large().with_message(format!(
        "the request head is longer than {head_bytes} bytes (limit `head_bytes`)"
    ))
}

/// What the server in front says about itself and the connection.
#[derive(Default)]
struct Facts {
    protocol: Option<Bytes>,
    server_name: Option<Bytes>,
    server_port: Option<Bytes>,
    server_addr: Option<Bytes>,
    remote_addr: Option<Bytes>,
    remote_port: Option<Bytes>,
    scheme: Option<Bytes>,
    https: Option<Bytes>,
}

impl Facts {
    /// `INCLUDED` and the like (RFC 3875 §4.1.16) have no version.
    fn version(&self) -> Version {
        let version = self.protocol.as_deref().and_then(known_version);
        version.unwrap_or(Version::HTTP_11)
    }

    /// Adds the valid facts to those of the host.
    fn declared(&self, base: ServerInfo) -> ServerInfo {
        let port = number(self.server_port.as_ref());
        let name = text(self.server_name.as_ref()).filter(|name| is_name(name));
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
        if let Some(local) = self.server_addr.as_ref() {
            let local = text(Some(local)).and_then(|text| address(text, port));
            declared = declared.with_local(local.unwrap_or(Address::Unix(None)));
        }
        if let Some(peer) = self.remote_addr.as_ref() {
            let port = number(self.remote_port.as_ref());
            let peer = text(Some(peer)).and_then(|text| address(text, port));
            declared = declared.with_peer(peer.unwrap_or(Address::Unix(None)));
        }
        declared
    }

    fn scheme(&self) -> Option<&'static str> {
        let https = self.https.as_deref();
        let is_on = https.is_some_and(|value| value.eq_ignore_ascii_case(b"on") || value == b"1");
        let scheme = self.scheme.as_deref();
        let is_https = scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"https"));
        let is_known = https.or(scheme).is_some();
        is_known.then_some(if is_on || is_https { "https" } else { "http" })
    }
}

fn text(value: Option<&Bytes>) -> Option<&str> {
    std::str::from_utf8(value?).ok()
}

/// A port: decimal digits.
fn number(value: Option<&Bytes>) -> Option<u16> {
    let digits = value.filter(|digits| !digits.is_empty())?;
    digits.iter().try_fold(0_u16, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u16::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// Whether a server name is a host: nginx sends the pattern of a `server_name` that is a regular expression.
fn is_name(name: &str) -> bool {
    let is_host = Host::parse(name).is_ok_and(|host| host.name().len() == name.len());
    is_host || name.parse::<Ipv6Addr>().is_ok()
}
