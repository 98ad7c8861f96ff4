//! The `X-Forwarded-…` headers, which proxies used before RFC 7239 and still use. The decision which proxies to trust does
//! not belong here.

use std::net::IpAddr;

use http::HeaderName;
use http::HeaderValue;

use super::Header;
use super::HeaderError;
use super::checked_text::checked_text;
use super::forwarded::node_ip;
use super::lines::elements;
use super::lines::written;
use super::text::header_text;
use crate::base::url::Host;

/// The `X-Forwarded-For` header: the addresses of the client and of proxies, beginning with the client.
///
/// A client can send it too. Trust only the addresses at the end, which your own proxies have added.
///
/// # Grammar
///
/// A list of IP addresses, with ports or without; `unknown` and other words are kept. No standard defines it; RFC 7239
/// [§7.4](https://www.rfc-editor.org/rfc/rfc7239#section-7.4) mentions it.
///
/// ```
/// use rustzeug::headers::XForwardedFor;
///
/// let sent: XForwardedFor = "203.0.113.7, unknown, 2001:db8::1, 192.0.2.1:80".parse()?;
/// assert_eq!(sent.nodes()[1], "unknown");
/// assert_eq!(sent.addresses().last().flatten(), Some("192.0.2.1".parse().unwrap()));
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XForwardedFor(Vec<String>);

impl XForwardedFor {
    /// The elements as they were sent.
    #[must_use]
    pub fn nodes(&self) -> &[String] {
        &self.0
    }

    /// The addresses; `None` for an element that is not an address.
    #[must_use]
    pub fn addresses(&self) -> impl DoubleEndedIterator<Item = Option<IpAddr>> {
        self.0.iter().map(|node| node_ip(node))
    }
}

impl FromIterator<IpAddr> for XForwardedFor {
    fn from_iter<I: IntoIterator<Item = IpAddr>>(addresses: I) -> Self {
        Self(addresses.into_iter().map(|it| it.to_string()).collect())
    }
}

impl Header for XForwardedFor {
    const NAME: HeaderName = HeaderName::from_static("x-forwarded-for");

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let read = |element: &[u8]| {
            let is_node = element
                .iter()
                .all(|byte| byte.is_ascii_graphic() && *byte != b'"');
            let text = str::from_utf8(element).ok().filter(|_| is_node)?;
            Some(text.to_owned())
        };
        let nodes: Option<Vec<_>> = elements(lines).map(read).collect();
        let nodes = nodes.filter(|nodes| !nodes.is_empty());
        nodes.map(Self).ok_or(HeaderError::new(
            Self::NAME,
            "addresses with commas between them",
        ))
    }

    fn encode(&self) -> HeaderValue {
        written(self.0.join(", "))
    }
}

header_text! { XForwardedFor }

checked_text! {
    /// The `X-Forwarded-Host` header: the `Host` that the client sent, according to a proxy.
    ///
    /// # Grammar
    ///
    /// One host, as in [`Host`](super::Host); a list is malformed. No standard describes it.
    ///
    /// ```
    /// use rustzeug::headers::XForwardedHost;
    ///
    /// assert_eq!(XForwardedHost::new("example.org:8000")?.as_str(), "example.org:8000");
    /// assert!(XForwardedHost::new("evil.org/path").is_err());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    XForwardedHost HeaderName::from_static("x-forwarded-host"), "one host", is_one_host;

    /// The `X-Forwarded-Proto` header: the scheme that the client used, according to a proxy.
    ///
    /// # Grammar
    ///
    /// `http` or `https`, in any case; a list is malformed. No standard describes it.
    ///
    /// ```
    /// use rustzeug::headers::XForwardedProto;
    ///
    /// assert_eq!(XForwardedProto::new("https")?.as_str(), "https");
    /// assert!(XForwardedProto::new("https, http").is_err());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    XForwardedProto HeaderName::from_static("x-forwarded-proto"), "`http` or `https`", is_http;

    /// The `X-Forwarded-Port` header: the port that the client used, according to a proxy.
    ///
    /// # Grammar
    ///
    /// A number from 0 to 65535; a list is malformed. No standard describes it.
    ///
    /// ```
    /// use rustzeug::headers::XForwardedPort;
    ///
    /// assert_eq!(XForwardedPort::new("8443")?.as_str(), "8443");
    /// assert!(XForwardedPort::new("+8443").is_err());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    XForwardedPort HeaderName::from_static("x-forwarded-port"), "a port", is_port;

    /// The `X-Forwarded-Prefix` header: the path below which a proxy has mounted the application.
    ///
    /// # Grammar
    ///
    /// A path of visible ASCII that begins with one `/`. No standard describes it.
    ///
    /// ```
    /// use rustzeug::headers::XForwardedPrefix;
    ///
    /// assert_eq!(XForwardedPrefix::new("/app")?.as_str(), "/app");
    /// assert!(XForwardedPrefix::new("//evil.org").is_err());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    XForwardedPrefix HeaderName::from_static("x-forwarded-prefix"), "a path", is_path;
}

fn is_one_host(text: &str) -> bool {
    // A name may contain a comma, but here a comma separates two hosts.
    !text.contains(',') && Host::parse(text).is_ok()
}

fn is_http(text: &str) -> bool {
    text.eq_ignore_ascii_case("http") || text.eq_ignore_ascii_case("https")
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

fn is_path(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"?#,\\\"<>".contains(&byte);
    text.starts_with('/') && !text.starts_with("//") && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_one_value() {
        assert!(XForwardedHost::new("a.org, b.org").is_err());
        assert!(XForwardedPort::new("").is_err() && XForwardedPort::new("65536").is_err());
        assert!("".parse::<XForwardedFor>().is_err() && "a b".parse::<XForwardedFor>().is_err());
    }
}
