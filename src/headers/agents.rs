//! The programs at both ends and between them: `User-Agent`, `Server`, `Via`.

use std::fmt;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::checked_text::checked_text;
use super::lines::written;
use super::text::header_text;
use crate::syntax::is_token;

checked_text! {
    /// The `User-Agent` header: the name of the client program.
    ///
    /// Browsers include the names of other browsers, so this type does not identify a browser.
    /// [`products`](UserAgent::products) returns the products as they are written.
    ///
    /// # Grammar
    ///
    /// `User-Agent = product *( RWS ( product / comment ) )` (RFC 9110
    /// [§10.1.5](https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5)). Clients do not follow this grammar, so any
    /// text without control characters is accepted.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("user-agent", "curl/8.5.0 (x86_64; a b) libcurl");
    /// let agent = request.user_agent().unwrap();
    /// assert_eq!(agent.products().collect::<Vec<_>>(), [("curl", Some("8.5.0")), ("libcurl", None)]);
    /// ```
    UserAgent header::USER_AGENT, "text without control characters", is_line;

    /// The `Server` header: the name of the server program. Servers set it.
    ///
    /// # Grammar
    ///
    /// `Server = product *( RWS ( product / comment ) )` (RFC 9110
    /// [§10.2.4](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.4)); any text without control characters is
    /// accepted.
    ///
    /// ```
    /// use rustzeug::headers::Server;
    ///
    /// assert_eq!(Server::new("notes/1.0")?.as_str(), "notes/1.0");
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    Server header::SERVER, "text without control characters", is_line;
}

impl UserAgent {
    /// The names of products with their versions, without comments.
    pub fn products(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let mut depth = 0_usize;
        let outside = self.0.split(move |it| {
            match it {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => return depth > 0 || it == ' ',
            }
            true
        });
        let products = outside.filter(|product| !product.is_empty());
        products.map(|product| match product.split_once('/') {
            Some((name, version)) => (name, Some(version)),
            None => (product, None),
        })
    }
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.contains(|it: char| it.is_ascii_control())
}

/// One element of [`Via`]: a proxy that has forwarded the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViaHop {
    protocol: String,
    received_by: String,
    comment: Option<String>,
}

impl ViaHop {
    /// Makes an element from the protocol in which the proxy received the message (`1.1`, `HTTP/2`), and its host or
    /// another name.
    ///
    /// # Errors
    ///
    /// The protocol is neither a token nor two tokens with a slash; or the name has blanks, commas or parentheses.
    pub fn new(protocol: &str, received_by: &str) -> Result<Self, HeaderError> {
        let (name, version) = protocol.split_once('/').unwrap_or(("HTTP", protocol));
        let is_protocol = is_token(name.as_bytes()) && is_token(version.as_bytes());
        let is_name = |it: u8| it.is_ascii_graphic() && !b",;()\"\\".contains(&it);
        if !is_protocol || received_by.is_empty() || !received_by.bytes().all(is_name) {
            return Err(malformed());
        }
        Ok(Self {
            protocol: protocol.to_owned(),
            received_by: received_by.to_owned(),
            comment: None,
        })
    }

    /// The protocol, without a name if it is HTTP: `1.1`.
    #[must_use]
    pub fn protocol(&self) -> &str {
        &self.protocol
    }

    /// The host of the proxy, or its pseudonym.
    #[must_use]
    pub fn received_by(&self) -> &str {
        &self.received_by
    }

    /// The comment in parentheses.
    #[must_use]
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// Reads the first hop; returns it and the text after its comma.
    fn read(text: &str) -> Option<(Self, &str)> {
        let (protocol, rest) = text.split_once(' ')?;
        let rest = rest.trim_ascii_start();
        let end = rest.find([' ', ',']).unwrap_or(rest.len());
        let (received_by, rest) = rest.split_at(end);
        let mut hop = Self::new(protocol, received_by).ok()?;
        let mut rest = rest.trim_ascii_start();
        if rest.starts_with('(') {
            let (comment, after) = rest.split_at(comment_length(rest)?);
            hop.comment = Some(comment[1..comment.len() - 1].to_owned());
            rest = after.trim_ascii_start();
        }
        (rest.is_empty() || rest.starts_with(',')).then_some((hop, rest))
    }
}

/// The length of the comment at the beginning, including the parentheses (RFC 9110 §5.6.5).
fn comment_length(text: &str) -> Option<usize> {
    let (mut depth, mut is_escaped) = (0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

impl fmt::Display for ViaHop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.protocol, self.received_by)?;
        match &self.comment {
            Some(comment) => write!(f, " ({comment})"),
            None => Ok(()),
        }
    }
}

/// The `Via` header: the proxies that have forwarded the message, in this order.
///
/// # Grammar
///
/// `Via = #( received-protocol RWS received-by [ RWS comment ] )` (RFC 9110
/// [§7.6.3](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.3))
///
/// ```
/// use rustzeug::headers::{Via, ViaHop};
///
/// let via: Via = "1.0 fred, 1.1 p.example.net:8080 (cache)".parse()?;
/// let last = via.hops().last().unwrap();
/// assert_eq!((last.protocol(), last.received_by(), last.comment()), ("1.1", "p.example.net:8080", Some("cache")));
/// assert_eq!(Via::from([ViaHop::new("2", "gate")?]).to_string(), "2 gate");
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via(Vec<ViaHop>);

impl Via {
    /// The proxies, in the order in which the message passed them.
    #[must_use]
    pub fn hops(&self) -> &[ViaHop] {
        &self.0
    }
}

impl FromIterator<ViaHop> for Via {
    fn from_iter<I: IntoIterator<Item = ViaHop>>(hops: I) -> Self {
        Self(hops.into_iter().collect())
    }
}

impl<const N: usize> From<[ViaHop; N]> for Via {
    fn from(hops: [ViaHop; N]) -> Self {
        Self(hops.into())
    }
}

fn malformed() -> HeaderError {
    HeaderError::new(header::VIA, "proxies such as `1.1 example.org`")
}

impl Header for Via {
    const NAME: HeaderName = header::VIA;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let mut hops = Vec::new();
        for line in lines {
            let text = str::from_utf8(line.as_bytes()).map_err(|_| malformed())?;
            let text = text.replace('\t', " ");
            let mut rest = text.trim_start_matches([',', ' ']);
            while !rest.is_empty() {
                let (hop, after) = ViaHop::read(rest).ok_or_else(malformed)?;
                hops.push(hop);
                // Empty elements are ignored.
                rest = after.trim_start_matches([',', ' ']);
            }
        }
        Ok(Self(hops))
    }

    fn encode(&self) -> HeaderValue {
        let hops: Vec<_> = self.0.iter().map(ViaHop::to_string).collect();
        written(hops.join(", "))
    }
}

header_text! { Via }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_are_read() {
        #[rustfmt::skip]
        let cases = [
            ("1.0 fred, 1.1 p.example.net",      Some("1.0 fred, 1.1 p.example.net"), "the example of RFC 9110 §7.6.3"),
            ("HTTP/1.1 [::1]:80",                Some("HTTP/1.1 [::1]:80"), "a protocol, an address"),
            (",1.1\ta  (b (c), d\\) e) ,\t, 2 f,", Some("1.1 a (b (c), d\\) e), 2 f"), "a comment, empty elements"),
            ("1.1 a ()",                         Some("1.1 a ()"), "an empty comment"),
            ("",                                 Some(""), "none"),
            ("1.1",                              None, "no name"),
            ("1.1 a b",                          None, "two names"),
            ("1.1 a (b",                         None, "an open comment"),
            ("1.1 a (b) c",                      None, "text behind it"),
            ("/1 a",                             None, "no name of a protocol"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<Via>().ok();
            assert_eq!(
                read.map(|it| it.to_string()).as_deref(),
                want,
                "{text:?}: {why}"
            );
        }
    }

    #[test]
    fn an_agent_is_a_line() {
        assert!(UserAgent::new("Mozilla/5.0 (X11; Linux)").is_ok());
        assert!(UserAgent::new("").is_err(), "an empty value");
        assert!(UserAgent::new("a\r\nb: c").is_err(), "two lines");
        let agent = UserAgent::new("a/1 (b (c/2) d) e)f (g").expect("a line");
        let products: Vec<_> = agent.products().collect();
        assert_eq!(products, [("a", Some("1")), ("e", None), ("f", None)]);
    }
}
