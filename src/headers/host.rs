//! `Host` and `Origin`: the host that a request is for, and the site that it comes from.

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::checked_text::checked_text;
use super::lines::only_text;
use super::lines::written;
use super::text::header_text;
use crate::base::url;
use crate::base::url::is_scheme;

checked_text! {
    /// The `Host` header: host and port of the requested URL.
    ///
    /// Applications should use [`Request::host`](crate::Request::host): it returns the host of the request in any
    /// version of HTTP. This type is for requests that a program makes, and for middleware.
    ///
    /// # Grammar
    ///
    /// `Host = uri-host [ ":" port ]` (RFC 9110 [§7.2](https://www.rfc-editor.org/rfc/rfc9110#section-7.2)), as
    /// [`url::Host`] reads it.
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::headers::Host;
    ///
    /// let request = Request::blank("/").with(Host::new("example.org:8000")?);
    /// let host = request.header::<Host>()?.unwrap();
    /// assert_eq!((host.name(), host.port()), ("example.org", Some(8000)));
    /// assert!(Host::new("example.org/evil").is_err());
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    Host header::HOST, "a host, with a port or without", is_host;
}

impl Host {
    /// The name or the address; an IPv6 address includes its brackets.
    #[must_use]
    pub fn name(&self) -> &str {
        url::Host::parse(&self.0).map_or("", |host| host.name())
    }

    /// The port, if there is one.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        url::Host::parse(&self.0).ok()?.port()
    }
}

fn is_host(text: &str) -> bool {
    url::Host::parse(text).is_ok()
}

/// The `Origin` header: the site whose page makes the request, or `null` if the site is hidden.
///
/// Browsers send it with requests to other sites, and with all requests that change something. Use it to decide which
/// pages may read the response ([`AccessControlAllowOrigin`](super::AccessControlAllowOrigin)), and to detect forged
/// requests, since pages cannot set it. Other programs can set it, so it does not authenticate the client.
///
/// # Grammar
///
/// `Origin = ( scheme "://" host [ ":" port ] ) / "null"` (RFC 6454
/// [§7](https://www.rfc-editor.org/rfc/rfc6454#section-7)), scheme and host in lower case
///
/// ```
/// use rustzeug::Request;
/// use rustzeug::headers::Origin;
///
/// let request = Request::blank("/").with_header("origin", "https://Example.org:8443");
/// let origin = request.origin().unwrap();
/// assert_eq!((origin.scheme(), origin.host(), origin.port()), ("https", "example.org", Some(8443)));
/// assert_eq!(origin, Origin::new("https://example.org:8443")?);
/// assert!(Origin::new("null")?.is_null());
/// assert!(Origin::new("https://example.org/path").is_err());
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// Makes an `Origin` from a text.
    ///
    /// # Errors
    ///
    /// The text is not an origin.
    pub fn new(text: impl AsRef<str>) -> Result<Self, HeaderError> {
        text.as_ref().parse()
    }

    /// The origin as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `null`: from a sandbox, a file, or after a redirect. All such pages have this origin.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.0 == "null"
    }

    /// The scheme; empty for `null`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.split_once("://").map_or("", |(scheme, _)| scheme)
    }

    /// The host, an IPv6 address in brackets; empty for `null`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.parts().map_or("", |host| host.name())
    }

    /// The port, if it is not the default of the scheme.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.parts().and_then(|host| host.port())
    }

    fn parts(&self) -> Option<url::Host<'_>> {
        let (_, host) = self.0.split_once("://")?;
        url::Host::parse(host).ok()
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        if text == "null" {
            return Some(Self(text));
        }
        let (scheme, host) = text.split_once("://")?;
        let is_sound = is_scheme(scheme) && is_host(host) && !host.ends_with(':');
        is_sound.then_some(Self(text))
    }
}

impl AsRef<str> for Origin {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Header for Origin {
    const NAME: HeaderName = header::ORIGIN;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        only_text(lines)
            .and_then(Self::read)
            .ok_or(HeaderError::new(
                Self::NAME,
                "an origin such as `https://example.org`, or `null`",
            ))
    }

    fn encode(&self) -> HeaderValue {
        written(&self.0)
    }
}

header_text! { Origin }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        #[rustfmt::skip]
        let cases = [
            ("https://example.org",      true,  "no port"),
            ("HTTP://[::1]:80",          true,  "IPv6, any case"),
            ("null",                     true,  "not told"),
            ("app+x://a",                true,  "another scheme"),
            ("https://example.org/",     false, "a path"),
            ("https://u@example.org",    false, "a user"),
            ("https://example.org:",     false, "an empty port"),
            ("https://",                 false, "no host"),
            ("example.org",              false, "no scheme"),
            ("://example.org",           false, "an empty one"),
            ("https://a, https://b",     false, "two"),
            ("",                         false, "an empty value"),
            ("*",                        false, "that is for responses"),
        ];
        for (text, is, why) in cases {
            assert_eq!(Origin::new(text).is_ok(), is, "{text:?}: {why}");
        }
    }
}
