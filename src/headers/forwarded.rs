//! The `Forwarded` header: what proxies report about the client. The decision which proxies to trust does not belong here.

use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::written;
use super::text::header_text;
use crate::base::url::Host;
use crate::base::url::is_scheme;
use crate::syntax::is_token;
use crate::syntax::pieces::Pieces;
use crate::syntax::pieces::cut;
use crate::syntax::pieces::push_value;
use crate::syntax::pieces::value_text;

/// The most parameters of an element, since each name is compared with those before it. Four are registered.
const MOST: usize = 64;

/// One element of [`Forwarded`]: the report of one proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForwardedElement(Vec<(String, String)>);

impl ForwardedElement {
    /// Makes an element without parameters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a parameter, and replaces a parameter of the same name: `for`, `by`, `host`, `proto`, or another.
    ///
    /// # Errors
    ///
    /// The name is not a token, or the value has a control character.
    pub fn with(mut self, name: &str, value: &str) -> Result<Self, HeaderError> {
        let is_sound =
            is_token(name.as_bytes()) && !value.contains(|it: char| it.is_ascii_control());
        if !is_sound {
            return Err(malformed());
        }
        let name = name.to_ascii_lowercase();
        self.0.retain(|(own, _)| *own != name);
        self.0.push((name, value.to_owned()));
        Ok(self)
    }

    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.0.iter();
        let found = parameters.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    /// The address of the client, as this proxy saw it; `None` if it is absent, `unknown`, or an obfuscated name
    /// (`_hidden`).
    #[must_use]
    pub fn client_ip(&self) -> Option<IpAddr> {
        node_ip(self.parameter("for")?)
    }

    /// The `Host` that the client sent.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.parameter("host")
            .filter(|host| Host::parse(host).is_ok())
    }

    /// The scheme that the client used: `http` or `https`.
    #[must_use]
    pub fn proto(&self) -> Option<&str> {
        self.parameter("proto").filter(|proto| is_scheme(proto))
    }

    fn read(element: &[u8]) -> Option<Self> {
        let mut read = Self::new();
        for pair in Pieces::of(element, b';').filter(|pair| !pair.is_empty()) {
            let (name, value) = cut(pair, b'=')?;
            let (name, value) = (str::from_utf8(name).ok()?, value_text(value)?);
            // §4: a parameter must not occur twice.
            if read.parameter(name).is_some() || read.0.len() == MOST {
                return None;
            }
            read = read.with(name, &value).ok()?;
        }
        (!read.0.is_empty()).then_some(read)
    }
}

/// An IP address, with a port or without; IPv6 in brackets, or bare as in `X-Forwarded-For`.
pub(crate) fn node_ip(node: &str) -> Option<IpAddr> {
    // §6: a port that is hidden.
    let node = match node.rsplit_once(":_") {
        Some((node, port)) if is_token(port.as_bytes()) => node,
        _ => node,
    };
    let bracketed = node
        .strip_prefix('[')
        .and_then(|node| node.strip_suffix(']'));
    let bracketed = bracketed.and_then(|node| node.parse::<Ipv6Addr>().ok());
    let bare = || node.parse::<IpAddr>().ok();
    let with_port = || node.parse::<SocketAddr>().ok().map(|address| address.ip());
    bracketed.map(IpAddr::V6).or_else(bare).or_else(with_port)
}

/// The `Forwarded` header: the reports of all proxies, beginning with the one nearest to the client.
///
/// A client can send it too. Trust only the elements at the end, which your own proxies have added.
///
/// # Grammar
///
/// `Forwarded = 1#forwarded-element` (RFC 7239 [§4](https://www.rfc-editor.org/rfc/rfc7239#section-4)). An IPv6 address
/// is in brackets, so it needs quotes.
///
/// ```
/// use rustzeug::headers::{Forwarded, ForwardedElement};
///
/// let sent: Forwarded = r#"for="[2001:db8::1]:4711";proto=https, for=192.0.2.60;host=example.org"#.parse()?;
/// let [first, last] = sent.elements() else { panic!() };
/// assert_eq!(first.client_ip(), Some("2001:db8::1".parse().unwrap()));
/// assert_eq!((first.proto(), last.host()), (Some("https"), Some("example.org")));
///
/// let element = ForwardedElement::new().with("for", "[::1]")?;
/// assert_eq!(Forwarded::from([element]).to_string(), r#"for="[::1]""#);
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded(Vec<ForwardedElement>);

impl Forwarded {
    /// The elements, beginning with the one nearest to the client.
    #[must_use]
    pub fn elements(&self) -> &[ForwardedElement] {
        &self.0
    }
}

impl FromIterator<ForwardedElement> for Forwarded {
    fn from_iter<I: IntoIterator<Item = ForwardedElement>>(elements: I) -> Self {
        Self(elements.into_iter().filter(|it| !it.0.is_empty()).collect())
    }
}

impl<const N: usize> From<[ForwardedElement; N]> for Forwarded {
    fn from(elements: [ForwardedElement; N]) -> Self {
        elements.into_iter().collect()
    }
}

fn malformed() -> HeaderError {
    HeaderError::new(
        header::FORWARDED,
        "elements such as `for=192.0.2.60;proto=https`",
    )
}

impl Header for Forwarded {
    const NAME: HeaderName = header::FORWARDED;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let pieces = lines.flat_map(|line| Pieces::of(line.as_bytes(), b','));
        let elements = pieces
            .filter(|piece| !piece.is_empty())
            .map(ForwardedElement::read);
        let elements: Option<Vec<_>> = elements.collect();
        let elements = elements.filter(|elements| !elements.is_empty());
        elements.map(Self).ok_or_else(malformed)
    }

    fn encode(&self) -> HeaderValue {
        let mut line = String::new();
        for element in &self.0 {
            if !line.is_empty() {
                line.push_str(", ");
            }
            for (index, (name, value)) in element.0.iter().enumerate() {
                line.push_str(if index == 0 { "" } else { ";" });
                line.push_str(name);
                line.push('=');
                push_value(&mut line, value);
            }
        }
        written(line)
    }
}

header_text! { Forwarded }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read() {
        #[rustfmt::skip]
        let cases = [
            ("for=\"_gazonk\"",                          Some("for=_gazonk"), "an example of RFC 7239 §4"),
            ("For=\"[2001:db8:cafe::17]:4711\"",         Some("for=\"[2001:db8:cafe::17]:4711\""), "another"),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", Some("for=192.0.2.60;proto=http;by=203.0.113.43"), "and another"),
            ("for=192.0.2.43, for=198.51.100.17",        Some("for=192.0.2.43, for=198.51.100.17"), "two"),
            (",for=a;, ,",                               Some("for=a"), "empty elements, nothing behind the semicolon"),
            ("for=\"\"",                                 Some("for=\"\""), "an empty value"),
            ("for=[::1]",                                None, "brackets need quotes"),
            ("for=a;for=b",                              None, "twice"),
            ("for",                                      None, "no value"),
            ("for = a",                                  None, "no blanks around the ="),
            ("for=\"a",                                  None, "an open quote"),
            ("",                                         None, "an empty list"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<Forwarded>().ok();
            assert_eq!(
                read.map(|it| it.to_string()).as_deref(),
                want,
                "{text:?}: {why}"
            );
        }
    }

    #[test]
    fn an_element_has_no_more_parameters_than_are_worth_comparing() {
        let read = |count: usize| {
            let pairs: Vec<_> = (0..count).map(|at| format!("x{at}=1")).collect();
            pairs.join(";").parse::<Forwarded>().is_ok()
        };
        assert!(read(64));
        assert!(!read(65));
    }

    #[test]
    fn addresses_are_found() {
        for (node, want) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.1:80", Some("192.0.2.1")),
            ("::1", Some("::1")),
            ("[::1]", Some("::1")),
            ("[::1]:80", Some("::1")),
            ("192.0.2.1:_https", Some("192.0.2.1")),
            ("[::1]:_a.b", Some("::1")),
            ("192.0.2.1:_", None),
            ("unknown:_a", None),
            ("unknown", None),
            ("_hidden", None),
            ("192.0.2.1:99999", None),
            ("[192.0.2.1]", None),
            ("", None),
        ] {
            assert_eq!(
                node_ip(node).map(|it| it.to_string()).as_deref(),
                want,
                "{node}"
            );
        }
    }
}
