//! Changing the environ by CGI names, like a dictionary.

use std::net::IpAddr;

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::Uri;
use http::Version;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Address;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::ServerInfo;
use crate::gateway::contract::environ::encoded;
use crate::gateway::contract::variables::spelled;

impl Environ {
    /// Sets a variable by its CGI name, like a dictionary; `None` removes it.
    ///
    /// All views of the request agree afterwards. The name decides what changes:
    ///
    /// * names of headers: the header;
    /// * `REQUEST_METHOD`, `SCRIPT_NAME`, `PATH_INFO` (both decoded), `QUERY_STRING`, `REQUEST_URI` (both
    ///   raw) and `SERVER_PROTOCOL`: the request;
    /// * `SERVER_NAME`, `SERVER_PORT`, `REQUEST_SCHEME`, `HTTPS`, `SERVER_ADDR`, `REMOTE_ADDR` and
    ///   `REMOTE_PORT`: the facts that the server declares, for this request only;
    /// * any other name: the value is stored unchanged.
    ///
    /// The order of calls does not matter. An empty `SERVER_NAME` becomes `localhost`; an IPv6 address gets
    /// brackets. An empty `SERVER_PORT` changes nothing. A `SERVER_ADDR` or `REMOTE_ADDR` that is empty, or
    /// has the form `unix:/run/front.sock`, means a unix socket.
    ///
    /// `REQUEST_URI` may also be `*` or a whole URL. The authority of a URL becomes the `Host`, as in a
    /// request with such a target (RFC 9112 §3.2.2, §3.2.4). `CONTENT_LENGTH` promises the length of the
    /// body, as [`Body::exact`](crate::gateway::Body::exact) does: [`body_length`](Self::body_length) returns
    /// it, and reading a body of another length fails. No value, or an empty one, removes the header and
    /// keeps the body. So set the body first: [`set_body`](Self::set_body) removes a length that does not
    /// match the new body.
    ///
    /// # Errors
    ///
    /// A `500` for the name `HTTP_PROXY`, and for an invalid value: a control character in a header, a method
    /// that is not a valid token, a path without a leading slash or with a NUL, an invalid version, port, IP
    /// address or length.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut request = Request::blank("/a?b");
    /// let environ = request.environ_mut();
    /// environ.set_var("PATH_INFO", Some("/c d".as_bytes()))?;
    /// environ.set_var("REMOTE_USER", Some("ada".as_bytes()))?;
    /// assert_eq!(environ.var("REQUEST_URI").unwrap(), "/c%20d?b");
    /// assert_eq!(environ.var("REMOTE_USER").unwrap(), "ada");
    /// environ.set_var("REMOTE_ADDR", Some(b"192.0.2.7"))?;
    /// assert_eq!(request.client_ip().unwrap().to_string(), "192.0.2.7");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn set_var(&mut self, name: &str, value: Option<&[u8]>) -> Result<()> {
        let given = value.unwrap_or_default();
        match name {
            "REQUEST_METHOD" => self.set_method(Method::from_bytes(given).map_err(Error::from)?),
            "SCRIPT_NAME" | "PATH_INFO" | "QUERY_STRING" => {
                self.set_part(name, given, value)
                    .map_err(|error| internal(&error))?;
            }
            "REQUEST_URI" => self
                .set_target_variable(given)
                .map_err(|error| internal(&error))?,
            "CONTENT_LENGTH" => self.set_length_variable(given)?,
            "SERVER_PROTOCOL" => self.inner_mut().version = version(given)?,
            "SERVER_NAME" | "SERVER_PORT" | "SERVER_ADDR" | "REQUEST_SCHEME" | "HTTPS"
            | "REMOTE_ADDR" | "REMOTE_PORT" => self.set_fact(name, value)?,
            _ => {
                if let Some(header) = header_name(name.as_bytes()) {
                    self.set_header_variable(header, value)?;
                } else if name == "HTTP_PROXY" {
                    return Err(Error::from(
                        "`HTTP_PROXY` is not a variable of a request: child processes would obey it",
                    ));
                } else {
                    self.keep(name, value);
                }
            }
        }
        Ok(())
    }

    /// Replaces the whole raw target. The mount is kept if the new path begins with it.
    fn set_target_variable(&mut self, given: &[u8]) -> Result<()> {
        if given == b"*" {
            return self.set_target("*".to_owned());
        }
        if given.starts_with(b"/") {
            return self.set_mounted_target(given);
        }
        let (origin, target) = split_origin(given).ok_or(
            "`REQUEST_URI` is neither a path that begins with a slash, nor `*`, nor a URL",
        )?;
        let uri = Uri::try_from(origin).map_err(Error::from)?;
        self.set_mounted_target(target)?;
        self.set_origin(uri)
    }

    /// Promises the length of the body.
    fn set_length_variable(&mut self, given: &[u8]) -> Result<()> {
        if given.is_empty() {
            self.headers_mut().remove(header::CONTENT_LENGTH);
            return Ok(());
        }
        let is_number = given.iter().all(u8::is_ascii_digit);
        let number = std::str::from_utf8(given).ok().filter(|_| is_number);
        let length = number
            .and_then(|text| text.parse().ok())
            .ok_or("`CONTENT_LENGTH` is not a number of bytes")?;
        if self.body_length() != Some(length) {
            self.map_body(|body| Body::exact(length, body));
        }
        self.set_header_variable(header::CONTENT_LENGTH, Some(given))
    }

    /// Changes a fact that the server has declared, for this request.
    fn set_fact(&mut self, name: &str, value: Option<&[u8]>) -> Result<()> {
        let text = std::str::from_utf8(value.unwrap_or_default()).map_err(Error::from)?;
        let wrong = || Error::from(format!("`{name}` cannot be `{text}`"));
        let server_info = self.server();
        let (server, port) = (
            server_info.server_name().to_owned(),
            server_info.server_port(),
        );
        let (peer, local) = (server_info.peer().cloned(), server_info.local().cloned());
        let is_off = matches!(text, "" | "0") || text.eq_ignore_ascii_case("off");
        let changed = ServerInfo::clone(server_info);
        let changed = match name {
            "SERVER_NAME" => changed.with_server(text, port),
            // Front servers on a unix socket have no port and send an empty one.
            "SERVER_PORT" if text.is_empty() => changed,
            "SERVER_PORT" => changed.with_server(&server, text.parse().map_err(|_| wrong())?),
            "REQUEST_SCHEME" => changed.with_scheme(text),
            "HTTPS" => changed.with_scheme(if is_off { "http" } else { "https" }),
            "SERVER_ADDR" => {
                let port = local.and_then(|local| local.port());
                changed.with_local(address(text, port).ok_or_else(wrong)?)
            }
            "REMOTE_ADDR" => {
                let port = peer.and_then(|peer| peer.port());
                let port = port.or_else(|| self.var("REMOTE_PORT")?.parse().ok());
                let peer = address(text, port).ok_or_else(wrong)?;
                self.keep("REMOTE_PORT", None);
                changed.with_peer(peer)
            }
            _ => {
                let port = match text {
                    "" => None,
                    text => Some(text.parse::<u16>().map_err(|_| wrong())?),
                };
                match (peer.and_then(|peer| peer.ip()), port) {
                    (Some(ip), Some(port)) => changed.with_peer(Address::Inet((ip, port).into())),
                    (Some(ip), None) => changed.with_peer(Address::Ip(ip)),
                    // Keep the port until `REMOTE_ADDR` sets the address.
                    (None, _) => {
                        self.keep(name, value.filter(|_| port.is_some()));
                        changed
                    }
                }
            }
        };
        self.set_server(changed);
        Ok(())
    }

    /// Stores a variable that has no field.
    fn keep(&mut self, name: &str, value: Option<&[u8]>) {
        let variables = &mut self.inner_mut().variables;
        variables.retain(|(known, _)| known != name);
        let copy = |bytes: &[u8]| Bytes::copy_from_slice(bytes);
        let added = value.map(|value| (copy(name.as_bytes()), copy(value)));
        variables.extend(added);
    }

    /// Replaces one part of the target. The other parts keep their escapes.
    fn set_part(&mut self, name: &str, given: &[u8], value: Option<&[u8]>) -> Result<()> {
        let script_name = self.raw_script_name().to_owned();
        let path_info = self.raw_path_info().to_owned();
        let query = self.uri().query().map(|query| query.as_bytes().to_vec());
        match name {
            "SCRIPT_NAME" => self.set_raw(&encoded(given)?, &path_info, query.as_deref()),
            "PATH_INFO" => self.set_raw(&script_name, &encoded(given)?, query.as_deref()),
            _ => self.set_raw(&script_name, &path_info, value),
        }
    }

    fn set_header_variable(&mut self, name: HeaderName, value: Option<&[u8]>) -> Result<()> {
        match value {
            Some(value) => {
                let value = HeaderValue::from_bytes(value).map_err(Error::from)?;
                self.headers_mut()
                    .try_insert(name, value)
                    .map_err(Error::from)?;
            }
            None => {
                self.headers_mut().remove(name);
            }
        }
        Ok(())
    }
}

/// Returns `accept` for `HTTP_ACCEPT`. Only names that can be read have a header.
pub(super) fn header_name(name: &[u8]) -> Option<HeaderName> {
    if name == b"CONTENT_TYPE" {
        return Some(header::CONTENT_TYPE);
    }
    let name = name.strip_prefix(b"HTTP_")?;
    spelled(name, |name| HeaderName::from_bytes(name).ok())
}

/// Parses the address from a server: nginx writes `unix:` for a unix socket, others an empty value (RFC 3875
/// §4.1.8).
pub(super) fn address(text: &str, port: Option<u16>) -> Option<Address> {
    if text.is_empty() {
        return Some(Address::Unix(None));
    }
    if let Some(path) = text.strip_prefix("unix:") {
        return Some(Address::Unix((!path.is_empty()).then(|| path.into())));
    }
    let ip = text.parse::<IpAddr>().ok()?;
    Some(match port {
        Some(port) => Address::Inet((ip, port).into()),
        None => Address::Ip(ip),
    })
}

/// Splits a URL into scheme and authority, and the path and query after them.
pub(super) fn split_origin(url: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = url.windows(3).position(|bytes| bytes == b"://")?;
    let authority = &url[colon + 3..];
    let is_end = |byte: &u8| matches!(byte, b'/' | b'?' | b'#');
    let length = authority.iter().position(is_end);
    let length = length.unwrap_or(authority.len());
    (length > 0).then(|| url.split_at(colon + 3 + length))
}

/// A bad value set by the application is the application's fault, so it is a `500`.
fn internal(error: &Error) -> Error {
    let text = error.message().to_owned();
    Error::internal().with_source(text)
}

/// Parses the version of a `SERVER_PROTOCOL`.
fn version(given: &[u8]) -> Result<Version> {
    known_version(given).ok_or_else(|| "`SERVER_PROTOCOL` is not a version of HTTP".into())
}

/// The version, if it is one of HTTP.
pub(super) fn known_version(given: &[u8]) -> Option<Version> {
    Some(match given {
        b"HTTP/0.9" => Version::HTTP_09,
        b"HTTP/1.0" => Version::HTTP_10,
        b"HTTP/1.1" => Version::HTTP_11,
        b"HTTP/2" | b"HTTP/2.0" => Version::HTTP_2,
        b"HTTP/3" | b"HTTP/3.0" => Version::HTTP_3,
        _ => return None,
    })
}
