//! The host and port of a `Host` field or of a URL's authority.
//!
//! Only the grammar. Other modules decide whether to trust a host.

use std::error::Error;
use std::fmt;
use std::net::Ipv6Addr;

/// A host with an optional port, checked and borrowed from the sent text.
///
/// # Grammar
///
/// `Host = uri-host [ ":" port ]` ([RFC 9110 §7.2]), where `uri-host` is a name, an IPv4 address or an IPv6
/// address in brackets ([RFC 3986 §3.2.2]), and not empty. Equality compares the text as sent, so `A` differs
/// from `a`; to compare names, fold the case of [`name`](Self::name).
///
/// # Examples
///
/// ```
/// use rustzeug::url::Host;
///
/// let host = Host::parse("[::1]:8000")?;
/// assert_eq!((host.name(), host.port()), ("[::1]", Some(8000)));
/// assert_eq!(host.to_string(), "[::1]:8000");
/// # Ok::<(), rustzeug::url::InvalidHost>(())
/// ```
///
/// [RFC 9110 §7.2]: https://www.rfc-editor.org/rfc/rfc9110#section-7.2
/// [RFC 3986 §3.2.2]: https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Host<'a> {
    name: &'a str,
    port: Option<u16>,
}

impl<'a> Host<'a> {
    /// Parses the value of a `Host` field, or an authority without user info.
    ///
    /// A name may contain everything that a `reg-name` may: `_`, sub-delimiters such as `,` and complete
    /// percent-escapes, which are not decoded. Letters beyond ASCII must be escaped or in Punycode.
    /// Whitespace is not trimmed. A port has up to five digits and is at most 65535; `host:` has none.
    ///
    /// # Errors
    ///
    /// [`InvalidHost`] for anything else, including an empty name, user info, a `/`, `?` or `#`, and an IPv6
    /// address without brackets or with a zone. Answer `400`.
    ///
    /// # Examples
    ///
    /// ```
    /// use rustzeug::url::{Host, InvalidHost};
    ///
    /// assert_eq!(Host::parse("example.org")?.port(), None);
    /// assert_eq!(Host::parse("example.org/evil"), Err(InvalidHost));
    /// # Ok::<(), InvalidHost>(())
    /// ```
    ///
    /// RFC 3986 [§3.2.2] (host), [§3.2.3] (port).
    ///
    /// [§3.2.2]: https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
    /// [§3.2.3]: https://www.rfc-editor.org/rfc/rfc3986#section-3.2.3
    pub fn parse(value: &'a str) -> Result<Self, InvalidHost> {
        let length = if value.starts_with('[') {
            ip_literal_length(value)?
        } else {
            reg_name_length(value.as_bytes())
        };
        let (name, rest) = value.split_at(length);
        if name.is_empty() {
            return Err(InvalidHost);
        }
        let port = parse_port(rest)?;
        Ok(Self { name, port })
    }

    /// The name or address as sent: case kept, IPv6 in brackets.
    ///
    /// # Examples
    ///
    /// ```
    /// use rustzeug::url::Host;
    ///
    /// assert_eq!(Host::parse("Example.org:80")?.name(), "Example.org");
    /// # Ok::<(), rustzeug::url::InvalidHost>(())
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The port; `None` if none was sent, and the scheme then decides.
    ///
    /// # Examples
    ///
    /// ```
    /// use rustzeug::url::Host;
    ///
    /// assert_eq!(Host::parse("example.org:80")?.port(), Some(80));
    /// assert_eq!(Host::parse("example.org:")?.port(), None);
    /// # Ok::<(), rustzeug::url::InvalidHost>(())
    /// ```
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.port
    }
}

/// Writes the name as sent and the port in decimal; `host:` becomes `host`.
impl fmt::Display for Host<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(formatter, "{}:{port}", self.name),
            None => formatter.write_str(self.name),
        }
    }
}

/// The text is not a host with an optional port; see [`Host::parse`].
///
/// # Examples
///
/// ```
/// use rustzeug::url::{Host, InvalidHost};
///
/// assert_eq!(Host::parse("user@example.org"), Err(InvalidHost));
/// assert_eq!(InvalidHost.to_string(), "not a host with an optional port");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidHost;

impl fmt::Display for InvalidHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a host with an optional port")
    }
}

impl Error for InvalidHost {}

/// The bytes of `unreserved` and `sub-delims`, which a `reg-name` contains besides escapes. A table, because
/// every request needs it.
static REG_NAME: [bool; 256] = {
    let members = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=";
    let mut table = [false; 256];
    let mut at = 0;
    while at < members.len() {
        table[members[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether the value of a `Host` header is a valid host. An ordinary name is checked without conversion to
/// text.
pub(crate) fn is_host(value: &[u8]) -> bool {
    let plain = value
        .iter()
        .take_while(|byte| REG_NAME[usize::from(**byte)])
        .count();
    (plain == value.len() && plain > 0)
        || std::str::from_utf8(value).is_ok_and(|value| Host::parse(value).is_ok())
}

/// Whether two fields name the same host and port; `port` is the default port. Case does not matter (RFC 3986
/// §6.2.2.1), nor does an explicit default port (§6.2.3).
pub(crate) fn is_same_host(one: &[u8], other: &[u8], port: Option<u16>) -> bool {
    let read = |value| Host::parse(std::str::from_utf8(value).ok()?).ok();
    match (read(one), read(other)) {
        (Some(one), Some(other)) => {
            one.name.eq_ignore_ascii_case(other.name) && one.port.or(port) == other.port.or(port)
        }
        _ => false,
    }
}

/// The number of bytes at the front that form a `reg-name`; an IPv4 address is one.
fn reg_name_length(value: &[u8]) -> usize {
    let mut at = value
        .iter()
        .take_while(|byte| REG_NAME[usize::from(**byte)])
        .count();
    while let Some(rest) = value.get(at..) {
        match rest {
            [byte, ..] if REG_NAME[usize::from(*byte)] => at += 1,
            [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => at += 3,
            _ => break,
        }
    }
    at
}

/// The number of bytes at the front that form an `IP-literal`, brackets included.
fn ip_literal_length(value: &str) -> Result<usize, InvalidHost> {
    let close = value.find(']').ok_or(InvalidHost)?;
    let address = &value[1..close];
    if address.parse::<Ipv6Addr>().is_ok() || is_ip_future(address) {
        return Ok(close + 1);
    }
    Err(InvalidHost)
}

/// `"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`
fn is_ip_future(address: &str) -> bool {
    let Some((version, rest)) = address
        .strip_prefix(['v', 'V'])
        .and_then(|address| address.split_once('.'))
    else {
        return false;
    };
    !version.is_empty()
        && version.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !rest.is_empty()
        && rest
            .bytes()
            .all(|byte| byte == b':' || REG_NAME[usize::from(byte)])
}

/// Parses the text after the name: nothing, or `:` and up to five digits.
fn parse_port(rest: &str) -> Result<Option<u16>, InvalidHost> {
    if rest.is_empty() {
        return Ok(None);
    }
    let digits = rest.strip_prefix(':').ok_or(InvalidHost)?;
    if digits.is_empty() {
        return Ok(None);
    }
    // The integer parser accepts a `+` and any number of zeros.
    if digits.len() > 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidHost);
    }
    digits.parse().map(Some).map_err(|_| InvalidHost)
}
