//! `Strict-Transport-Security`: browsers must use HTTPS from now on.

use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::only;
use super::lines::seconds;
use super::lines::written;
use super::text::header_text;
use crate::syntax::is_token;
use crate::syntax::pieces::Pieces;
use crate::syntax::pieces::cut;
use crate::syntax::pieces::value_text;

/// The `Strict-Transport-Security` header: for how long a browser must use only HTTPS for this host.
///
/// Browsers obey it only in responses over HTTPS. It can be revoked only with `max-age=0` over HTTPS, so begin with a
/// short time.
///
/// # Grammar
///
/// `[ directive ] *( ";" [ directive ] )` (RFC 6797 [§6.1](https://www.rfc-editor.org/rfc/rfc6797#section-6.1)), with
/// one `max-age`. Unknown directives are ignored.
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::StrictTransportSecurity;
/// use std::time::Duration;
///
/// let day = Duration::from_secs(86_400);
/// let response = Response::text("x").with(StrictTransportSecurity::new(day).with_subdomains());
/// assert_eq!(response.headers()["strict-transport-security"], "max-age=86400; includeSubDomains");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StrictTransportSecurity {
    seconds: u64,
    has_subdomains: bool,
    is_preloaded: bool,
}

impl StrictTransportSecurity {
    /// Makes the header for this time, in whole seconds.
    #[must_use]
    pub const fn new(max_age: Duration) -> Self {
        Self {
            seconds: max_age.as_secs(),
            has_subdomains: false,
            is_preloaded: false,
        }
    }

    /// Includes all subdomains of this host.
    #[must_use]
    pub const fn with_subdomains(mut self) -> Self {
        self.has_subdomains = true;
        self
    }

    /// Requests an entry in the list that is built into browsers. This takes months to undo. The list takes only hosts
    /// with [all subdomains](Self::with_subdomains) and a time of a year or more.
    #[must_use]
    pub const fn with_preload(mut self) -> Self {
        self.is_preloaded = true;
        self
    }

    /// The time for which it applies.
    #[must_use]
    pub const fn max_age(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// Whether it includes all subdomains.
    #[must_use]
    pub const fn has_subdomains(&self) -> bool {
        self.has_subdomains
    }

    /// Whether it requests an entry in the list of browsers.
    #[must_use]
    pub const fn is_preloaded(&self) -> bool {
        self.is_preloaded
    }

    fn read(line: &[u8]) -> Option<Self> {
        let (mut max_age, mut names) = (None, Vec::new());
        for piece in Pieces::of(line, b';').filter(|piece| !piece.is_empty()) {
            let (name, value) = cut(piece, b'=').map_or((piece, None), |(name, value)| {
                (name.trim_ascii_end(), Some(value.trim_ascii_start()))
            });
            let name = name.to_ascii_lowercase();
            // §6.1: a directive must not occur twice.
            if !is_token(&name) || names.contains(&name) {
                return None;
            }
            let text = value
                .map(|value| value_text(value).ok_or(()))
                .transpose()
                .ok()?;
            if name == b"max-age" {
                max_age = Some(seconds(text?.as_bytes())?);
            }
            names.push(name);
        }
        let has = |known: &[u8]| names.iter().any(|name| name == known);
        Some(Self {
            seconds: max_age?,
            has_subdomains: has(b"includesubdomains"),
            is_preloaded: has(b"preload"),
        })
    }
}

impl Header for StrictTransportSecurity {
    const NAME: HeaderName = header::STRICT_TRANSPORT_SECURITY;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        only(lines).and_then(Self::read).ok_or(HeaderError::new(
            Self::NAME,
            "a policy such as `max-age=86400`",
        ))
    }

    fn encode(&self) -> HeaderValue {
        let mut line = format!("max-age={}", self.seconds);
        if self.has_subdomains {
            line.push_str("; includeSubDomains");
        }
        if self.is_preloaded {
            line.push_str("; preload");
        }
        written(line)
    }
}

header_text! { StrictTransportSecurity }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read() {
        #[rustfmt::skip]
        let cases = [
            ("max-age=31536000",                   Some("max-age=31536000"), "the example of RFC 6797 §6.2"),
            ("Max-Age=\"31536000\"",               Some("max-age=31536000"), "in quotes"),
            ("includeSubDomains;;max-age = 0 ;",   Some("max-age=0; includeSubDomains"), "any order, nothing between two semicolons"),
            ("max-age=1; PRELOAD; x=\"y;z\"",      Some("max-age=1; preload"), "an unknown directive"),
            ("includeSubDomains",                  None, "no time"),
            ("max-age=1; max-age=1",               None, "twice"),
            ("max-age",                            None, "no value"),
            ("max-age=",                           None, "an empty one"),
            ("max-age=-1",                         None, "no number"),
            ("",                                   None, "an empty value"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<StrictTransportSecurity>().ok();
            assert_eq!(
                read.map(|it| it.to_string()).as_deref(),
                want,
                "{text:?}: {why}"
            );
        }
    }
}
