//! `WWW-Authenticate` and `Proxy-Authenticate`: how a client can authenticate itself.

use std::fmt;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::parameters::Scheme;
use super::parameters::is_token68;
use crate::headers::Header;
use crate::headers::HeaderError;
use crate::headers::lines::written;
use crate::headers::text::header_text;
use crate::syntax::is_token;

/// Parameters that are written without quotes (RFC 7616 §3.3).
const BARE: &[&str] = &["algorithm", "stale", "charset", "userhash"];

/// One challenge of [`WwwAuthenticate`]: a scheme, with parameters or a token.
///
/// # Grammar
///
/// `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]` (RFC 9110
/// [§11.3](https://www.rfc-editor.org/rfc/rfc9110#section-11.3)). Schemes and parameter names are case-insensitive; a
/// name may occur only once. Values are written in quotes, except where RFC 7616 requires none.
///
/// ```
/// use rustzeug::headers::Challenge;
///
/// let challenge = Challenge::bearer("notes").with_parameter("error", "invalid_token");
/// assert_eq!(challenge.to_string(), r#"Bearer realm="notes", error="invalid_token""#);
/// assert_eq!(challenge.realm(), Some("notes"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge(Scheme);

impl Challenge {
    /// Makes a challenge of this scheme. A name that is not a token becomes `invalid`.
    #[must_use]
    pub fn new(scheme: &str) -> Self {
        let is_sound = is_token(scheme.as_bytes());
        Self(Scheme::new(if is_sound { scheme } else { "invalid" }))
    }

    /// `Basic`, for a name and a password in UTF-8 (RFC 7617).
    #[must_use]
    pub fn basic(realm: &str) -> Self {
        Self::new("Basic")
            .with_parameter("realm", realm)
            .with_parameter("charset", "UTF-8")
    }

    /// `Bearer`, for a token (RFC 6750).
    #[must_use]
    pub fn bearer(realm: &str) -> Self {
        Self::new("Bearer").with_parameter("realm", realm)
    }

    /// `Digest` with SHA-256 and `qop="auth"` (RFC 7616). The server makes and checks the nonce.
    #[must_use]
    pub fn digest(realm: &str, nonce: &str) -> Self {
        Self::new("Digest")
            .with_parameter("realm", realm)
            .with_parameter("qop", "auth")
            .with_parameter("algorithm", "SHA-256")
            .with_parameter("nonce", nonce)
    }

    /// Sets a parameter. Control characters become spaces. The call has no effect if the name is not a token, or if the
    /// challenge has a token in place of parameters.
    #[must_use]
    pub fn with_parameter(mut self, name: &str, value: &str) -> Self {
        if is_token(name.as_bytes()) && self.0.token.is_none() {
            let name = name.to_ascii_lowercase();
            let value = value.replace(|character: char| character.is_ascii_control(), " ");
            self.0.parameters.retain(|(own, _)| *own != name);
            self.0.parameters.push((name, value));
        }
        self
    }

    /// Replaces the parameters with a token, as in `Negotiate`. A malformed token has no effect.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        if is_token68(token.as_bytes()) {
            self.0.parameters.clear();
            self.0.token = Some(token.to_owned());
        }
        self
    }

    /// The scheme as it was sent.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.0.name
    }

    /// Whether it has this scheme, ignoring case.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.0.is(scheme)
    }

    /// The realm: the protected area for which the credentials are valid.
    #[must_use]
    pub fn realm(&self) -> Option<&str> {
        self.0.parameter("realm")
    }

    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.0.parameter(name)
    }

    /// The token in place of parameters.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.0.token.as_deref()
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = String::new();
        self.0.push(&mut line, BARE);
        f.pad(&line)
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Challenge({self})")
    }
}

impl From<Challenge> for HeaderValue {
    fn from(challenge: Challenge) -> Self {
        written(challenge.to_string())
    }
}

macro_rules! challenges {
    ($($(#[$doc:meta])* $name:ident $field:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(Vec<Challenge>);

        impl $name {
            /// The challenges, in their order.
            #[must_use]
            pub fn challenges(&self) -> &[Challenge] {
                &self.0
            }

            /// The first challenge of a scheme.
            #[must_use]
            pub fn find(&self, scheme: &str) -> Option<&Challenge> {
                self.0.iter().find(|challenge| challenge.is(scheme))
            }
        }

        impl FromIterator<Challenge> for $name {
            fn from_iter<I: IntoIterator<Item = Challenge>>(challenges: I) -> Self {
                Self(challenges.into_iter().collect())
            }
        }

        impl From<Challenge> for $name {
            fn from(challenge: Challenge) -> Self {
                Self(vec![challenge])
            }
        }

        impl<const N: usize> From<[Challenge; N]> for $name {
            fn from(challenges: [Challenge; N]) -> Self {
                Self(challenges.into())
            }
        }

        impl Header for $name {
            const NAME: HeaderName = header::$field;

            fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
                read_all(lines).map(Self).ok_or(HeaderError::new(
                    Self::NAME,
                    "challenges such as `Basic realm=\"notes\"`",
                ))
            }

            fn encode(&self) -> HeaderValue {
                let challenges: Vec<_> = self.0.iter().map(Challenge::to_string).collect();
                written(challenges.join(", "))
            }
        }

        header_text! { $name }
    )*};
}

fn read_all<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Option<Vec<Challenge>> {
    let mut challenges = Vec::new();
    for line in lines {
        let schemes = Scheme::read_all(line.as_bytes())?;
        challenges.extend(schemes.into_iter().map(Challenge));
    }
    (!challenges.is_empty()).then_some(challenges)
}

challenges! {
    /// The `WWW-Authenticate` header: how a client can authenticate itself.
    ///
    /// A `401` must have it; [`Error::unauthorized`](crate::Error::unauthorized) takes a [`Challenge`]. Several
    /// challenges are read from one line or from several lines, and are written in one line. Chromium reads only the first
    /// scheme of a line. For its password dialog, put `Basic` first, or add each challenge as its own line with
    /// [`append_header`](crate::Response::append_header).
    ///
    /// # Grammar
    ///
    /// `WWW-Authenticate = #challenge`, with at least one challenge (RFC 9110
    /// [§11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1))
    ///
    /// ```
    /// use rustzeug::headers::{Challenge, WwwAuthenticate};
    /// use rustzeug::{Error, Response};
    ///
    /// let sent = r#"Basic realm="a, b", Bearer, Digest nonce=x, realm="c""#;
    /// let read: WwwAuthenticate = sent.parse()?;
    /// assert_eq!(read.find("basic").and_then(Challenge::realm), Some("a, b"));
    /// assert_eq!(read.challenges().len(), 3);
    ///
    /// let response = Response::empty(401).with_www_authenticate([Challenge::basic("notes"), Challenge::bearer("notes")]);
    /// assert_eq!(
    ///     response.headers()["www-authenticate"],
    ///     r#"Basic realm="notes", charset=UTF-8, Bearer realm="notes""#
    /// );
    /// assert_eq!(Error::unauthorized(Challenge::bearer("notes")).status(), 401);
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    WwwAuthenticate WWW_AUTHENTICATE;

    /// The `Proxy-Authenticate` header: how a client can authenticate itself to a proxy, with a `407`.
    ///
    /// # Grammar
    ///
    /// `Proxy-Authenticate = #challenge` (RFC 9110
    /// [§11.7.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.7.1)); see [`WwwAuthenticate`].
    ///
    /// ```
    /// use rustzeug::headers::{Challenge, ProxyAuthenticate};
    /// use rustzeug::Error;
    ///
    /// let error = Error::proxy_authentication_required(Challenge::basic("proxy"));
    /// assert_eq!(error.headers()["proxy-authenticate"], r#"Basic realm="proxy", charset=UTF-8"#);
    /// assert!("Basic realm=\"proxy\"".parse::<ProxyAuthenticate>()?.find("Basic").is_some());
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    ProxyAuthenticate PROXY_AUTHENTICATE;
}
