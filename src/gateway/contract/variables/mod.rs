//! The environ under its CGI names (RFC 3875, PEP 3333).
//!
//! The names are a view: each value is computed on request.

use std::borrow::Cow;

use http::HeaderName;
use http::Version;
use http::header;

use crate::base::url;
use crate::gateway::Address;
use crate::gateway::Environ;

mod from;
mod paths;
pub(in crate::gateway) mod script_name_fix;
mod set;
mod target;

/// The CGI names that come from fields of the environ; the names of headers come in addition.
const NAMES: [&str; 17] = [
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "CONTENT_TYPE",
    "CONTENT_LENGTH",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "SERVER_SOFTWARE",
    "SERVER_ADDR",
    "GATEWAY_INTERFACE",
    "REMOTE_ADDR",
    "REMOTE_PORT",
    "REQUEST_URI",
    "REQUEST_SCHEME",
    "HTTPS",
];

impl Environ {
    /// Returns a variable by its CGI name, as text; `None` if the request does not have it.
    ///
    /// The path parts are percent-decoded. Bytes that are not valid UTF-8 become U+FFFD;
    /// [`var_bytes`](Self::var_bytes) returns the bytes unchanged. Lines of a repeated header are joined by
    /// `, ` (cookies by `; `).
    ///
    /// A header has a name `HTTP_…` only if its own name consists of letters, digits and `-`, so that
    /// `X_User` cannot be mistaken for `X-User`. `Proxy` never has one, so that no client can set the
    /// `HTTP_PROXY` of child processes. All headers stay in [`headers`](Self::headers) under their own
    /// names.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/caf%C3%A9").with_header("X_User", "root").with_header("x-user", "ada");
    /// let environ = request.environ();
    /// assert_eq!(environ.var("PATH_INFO").unwrap(), "/café");
    /// assert_eq!(environ.var("HTTP_X_USER").unwrap(), "ada");
    /// assert_eq!(environ.headers()["x_user"], "root");
    /// ```
    #[must_use]
    pub fn var(&self, name: &str) -> Option<Cow<'_, str>> {
        self.var_bytes(name).map(lossy)
    }

    /// Returns a variable by its CGI name, as bytes: see [`var`](Self::var).
    #[must_use]
    pub fn var_bytes(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        let inner = self.inner();
        if let Some((_, value)) = inner.variables.iter().find(|(known, _)| known == name) {
            return Some(Cow::Borrowed(value));
        }
        if let Some(header) = name.strip_prefix("HTTP_") {
            return self.header_variable(header);
        }
        let server_info = &inner.server_info;
        let text = match name {
            "REQUEST_METHOD" => inner.method.as_str(),
            "SCRIPT_NAME" => return Some(url::decode_path(self.raw_script_name())),
            "PATH_INFO" => return Some(url::decode_path(self.raw_path_info())),
            "QUERY_STRING" => self.query_string(),
            "CONTENT_TYPE" => {
                return inner
                    .headers
                    .get(header::CONTENT_TYPE)
                    .map(|value| value.as_bytes().into());
            }
            "CONTENT_LENGTH" => {
                let header = inner.headers.get(header::CONTENT_LENGTH);
                // The length of an existing body is more reliable than a header, which may be out of date.
                return match self.body_length() {
                    Some(length) if length > 0 => Some(owned(&length)),
                    _ => header.map(|value| value.as_bytes().into()),
                };
            }
            "SERVER_NAME" => server_info.server_name(),
            "SERVER_PORT" => return Some(owned(&server_info.server_port())),
            "SERVER_PROTOCOL" => protocol(inner.version),
            "SERVER_SOFTWARE" => concat!("rustzeug/", env!("CARGO_PKG_VERSION")),
            "SERVER_ADDR" => return Some(owned(&server_info.local().and_then(Address::ip)?)),
            "GATEWAY_INTERFACE" => "CGI/1.1",
            // RFC 3875 §4.1.8 always requires it; a client on a unix socket has no IP address.
            "REMOTE_ADDR" => match server_info.peer()?.ip() {
                Some(ip) => return Some(owned(&ip)),
                None => "",
            },
            "REMOTE_PORT" => return Some(owned(&server_info.peer().and_then(Address::port)?)),
            "REQUEST_URI" => inner
                .uri
                .path_and_query()
                .map_or("/", |target| target.as_str()),
            "REQUEST_SCHEME" => server_info.scheme(),
            "HTTPS" if server_info.scheme() == "https" => "on",
            _ => return None,
        };
        Some(text.as_bytes().into())
    }

    fn header_variable(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        spelled(name.as_bytes(), |name| self.joined_lines(name))
    }

    /// The value of a header, whose lines are joined by `, ` (cookies by `; `).
    fn joined_lines(&self, spelled: &[u8]) -> Option<Cow<'_, [u8]>> {
        let mut lines = self
            .headers()
            .get_all(std::str::from_utf8(spelled).ok()?)
            .iter();
        let first = lines.next()?.as_bytes();
        let mut rest = lines.peekable();
        if rest.peek().is_none() {
            return Some(first.into());
        }
        let separator: &[u8] = if spelled == b"cookie" { b"; " } else { b", " };
        let joined = rest.fold(first.to_vec(), |mut joined, line| {
            joined.extend_from_slice(separator);
            joined.extend_from_slice(line.as_bytes());
            joined
        });
        Some(joined.into())
    }

    /// Returns all variables and their values, those of headers last.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("accept", "text/html").with_header("proxy", "evil");
    /// let names: Vec<_> = request.environ().vars().map(|(name, _)| name).collect();
    /// assert!(names.contains(&"PATH_INFO".into()) && names.contains(&"HTTP_ACCEPT".into()));
    /// assert!(!names.contains(&"HTTP_PROXY".into()));
    /// ```
    pub fn vars(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        let added = self
            .inner()
            .variables
            .iter()
            .map(|(name, _)| String::from_utf8_lossy(name));
        let fields = NAMES
            .into_iter()
            .map(Cow::Borrowed)
            .filter(|name| !self.has_added(name));
        let headers = self
            .headers()
            .keys()
            .filter_map(cgi_name)
            .filter(|name| !self.has_added(name))
            .map(Cow::Owned);
        added.chain(fields).chain(headers).filter_map(|name| {
            let value = self.var(&name)?;
            Some((name, value))
        })
    }

    fn has_added(&self, name: &str) -> bool {
        self.inner()
            .variables
            .iter()
            .any(|(known, _)| known == name)
    }
}

/// Calls `use_name` with `accept` for the `ACCEPT` of `HTTP_ACCEPT`. `None` for a name that no header has, and for
/// those that have another variable or none.
fn spelled<T>(name: &[u8], use_name: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
    let (mut short, mut long);
    let spelled = if name.len() <= 64 {
        short = [0; 64];
        &mut short[..name.len()]
    } else {
        long = vec![0; name.len()];
        &mut long[..]
    };
    for (to, from) in spelled.iter_mut().zip(name) {
        *to = match from {
            b'A'..=b'Z' => from.to_ascii_lowercase(),
            b'0'..=b'9' => *from,
            b'_' => b'-',
            _ => return None,
        };
    }
    match &*spelled {
        b"proxy" | b"content-type" | b"content-length" => None,
        name => use_name(name),
    }
}

/// Returns `HTTP_ACCEPT` for `accept`; `None` if the header has no CGI name.
fn cgi_name(name: &HeaderName) -> Option<String> {
    let name = name.as_str();
    let hidden = matches!(name, "proxy" | "content-type" | "content-length");
    if hidden
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return None;
    }
    Some(format!(
        "HTTP_{}",
        name.to_ascii_uppercase().replace('-', "_")
    ))
}

fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2.0",
        Version::HTTP_3 => "HTTP/3.0",
        _ => "HTTP/1.1",
    }
}

fn owned(value: &impl ToString) -> Cow<'static, [u8]> {
    Cow::Owned(value.to_string().into_bytes())
}

/// Converts bytes to text; invalid UTF-8 becomes U+FFFD.
pub(crate) fn lossy(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }),
    }
}
