//! `Authorization` and `Proxy-Authorization`: the credentials of a client.

use std::fmt;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::parameters::Scheme;
use super::parameters::is_token68;
use crate::headers::Header;
use crate::headers::HeaderError;
use crate::headers::lines::only;
use crate::headers::lines::written;
use crate::headers::text::header_text;
use crate::syntax::base64;

/// Parameters that are written without quotes (RFC 7616 §3.4).
const BARE: &[&str] = &["algorithm", "qop", "nc", "userhash"];

/// The credentials of a client, in one of the schemes.
///
/// `Debug` shows the scheme, but neither passwords nor tokens.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// A name and a password (RFC 7617).
    Basic {
        /// The name; it has no colon.
        user: String,
        /// The password.
        password: String,
    },
    /// A token (RFC 6750).
    Bearer(String),
    /// Digest authentication with these parameters (RFC 7616).
    Digest(AuthParameters),
    /// Any other scheme.
    Other(OtherCredentials),
}

/// The parameters of a scheme: names in lower case, values without quotes.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthParameters(Scheme);

impl AuthParameters {
    /// The value of a parameter. Its name is case-insensitive.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.parameter(name)
    }

    /// The names and values, in the order of the header.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = self.0.parameters.iter();
        parameters.map(|(name, value)| (&**name, &**value))
    }
}

/// Credentials of another scheme.
#[derive(Clone, PartialEq, Eq)]
pub struct OtherCredentials(Scheme);

impl OtherCredentials {
    /// The scheme as it was sent.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.0.name
    }

    /// The token, if it has one in place of parameters.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.0.token.as_deref()
    }

    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.0.parameter(name)
    }
}

impl Credentials {
    /// Credentials for `Basic`. `None` if the name has a colon, or if the name or the password has a control character:
    /// these cannot be sent.
    ///
    /// ```
    /// use rustzeug::headers::{Authorization, Credentials};
    ///
    /// let ada = Credentials::basic("Ada", "open sesame").unwrap();
    /// assert_eq!(Authorization::from(ada).to_string(), "Basic QWRhOm9wZW4gc2VzYW1l");
    /// assert!(Credentials::basic("A:da", "").is_none());
    /// ```
    #[must_use]
    pub fn basic(user: &str, password: &str) -> Option<Self> {
        let is_sendable = |text: &str| !text.contains(|it: char| it.is_ascii_control());
        let is_sound = !user.contains(':') && is_sendable(user) && is_sendable(password);
        is_sound.then(|| Self::Basic {
            user: user.to_owned(),
            password: password.to_owned(),
        })
    }

    /// Credentials for `Bearer`; `None` if the text is not a valid token.
    #[must_use]
    pub fn bearer(token: &str) -> Option<Self> {
        is_token68(token.as_bytes()).then(|| Self::Bearer(token.to_owned()))
    }

    /// The scheme as it is written.
    #[must_use]
    pub fn scheme(&self) -> &str {
        match self {
            Self::Basic { .. } => "Basic",
            Self::Bearer(_) => "Bearer",
            Self::Digest(parameters) => &parameters.0.name,
            Self::Other(other) => other.scheme(),
        }
    }

    fn read(line: &[u8]) -> Option<Self> {
        let schemes = Scheme::read_all(line)?;
        let [scheme] = <[Scheme; 1]>::try_from(schemes).ok()?;
        if scheme.is("Basic") {
            let pair = base64::decode(scheme.token?.as_bytes())?;
            let pair = String::from_utf8(pair).ok()?;
            let (user, password) = pair.split_once(':')?;
            Self::basic(user, password)
        } else if scheme.is("Bearer") {
            scheme.token.map(Self::Bearer)
        } else if scheme.is("Digest") {
            let is_sound = scheme.token.is_none() && !scheme.parameters.is_empty();
            is_sound.then_some(Self::Digest(AuthParameters(scheme)))
        } else {
            Some(Self::Other(OtherCredentials(scheme)))
        }
    }

    fn line(&self) -> String {
        let mut line = String::new();
        match self {
            // The fields are public, so they may have values that cannot be sent. Such values must not turn into other
            // valid credentials.
            Self::Basic { user, password } if Self::basic(user, password).is_some() => {
                let pair = format!("{user}:{password}");
                line.push_str("Basic ");
                line.push_str(&base64::encode(pair.as_bytes()));
            }
            Self::Bearer(token) if is_token68(token.as_bytes()) => {
                line.push_str("Bearer ");
                line.push_str(token);
            }
            Self::Basic { .. } | Self::Bearer(_) => line.push_str("invalid"),
            Self::Digest(AuthParameters(scheme)) | Self::Other(OtherCredentials(scheme)) => {
                scheme.push(&mut line, BARE);
            }
        }
        line
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ***", self.scheme())
    }
}

impl fmt::Debug for AuthParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ***", self.0.name)
    }
}

impl fmt::Debug for OtherCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ***", self.0.name)
    }
}

macro_rules! credentials {
    ($($(#[$doc:meta])* $name:ident $field:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(Credentials);

        impl From<Credentials> for $name {
            fn from(credentials: Credentials) -> Self {
                Self(credentials)
            }
        }

        impl From<$name> for Credentials {
            fn from(header: $name) -> Self {
                header.0
            }
        }

        impl Header for $name {
            const NAME: HeaderName = header::$field;

            fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
                let credentials = only(lines).and_then(Credentials::read);
                credentials.map(Self).ok_or(HeaderError::new(
                    Self::NAME,
                    "credentials such as `Bearer token`",
                ))
            }

            /// The value is marked as sensitive: HTTP/2 keeps it out of its tables, and `Debug` does not show it.
            fn encode(&self) -> HeaderValue {
                let mut value = written(self.0.line());
                value.set_sensitive(true);
                value
            }
        }

        header_text! { $name }
    )*};
}

credentials! {
    /// The `Authorization` header: the credentials of a client.
    ///
    /// The application must check them. It stores no passwords: a crate that hashes passwords compares them, and tokens
    /// are compared in constant time. `request.authorization()` returns [`Credentials`]. `Basic` is read strictly:
    /// Base64 with padding, UTF-8, a colon, no control characters. Any other value is malformed, for which
    /// `request.authorization()` returns `None`. A line with two schemes is malformed too.
    ///
    /// # Grammar
    ///
    /// `credentials = auth-scheme [ 1*SP ( token68 / #auth-param ) ]` (RFC 9110
    /// [§11.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2)), RFC 7617 (Basic), RFC 6750 (Bearer), RFC 7616
    /// (Digest)
    ///
    /// ```
    /// use rustzeug::headers::{Challenge, Credentials};
    /// use rustzeug::{Error, Request, Result};
    ///
    /// fn user(request: &Request) -> Result<String> {
    ///     match request.authorization() {
    ///         Some(Credentials::Basic { user, password }) if password == "open sesame" => Ok(user),
    ///         _ => Err(Error::unauthorized(Challenge::basic("cave"))),
    ///     }
    /// }
    ///
    /// let request = Request::blank("/").with_header("authorization", "Basic QWRhOm9wZW4gc2VzYW1l");
    /// assert_eq!(user(&request)?, "Ada");
    /// let request = Request::blank("/").with_authorization(Credentials::bearer("x").unwrap());
    /// assert_eq!(user(&request).unwrap_err().status(), 401);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    Authorization AUTHORIZATION;

    /// The `Proxy-Authorization` header: the credentials of a client for a proxy.
    ///
    /// # Grammar
    ///
    /// That of [`Authorization`] (RFC 9110 [§11.7.2](https://www.rfc-editor.org/rfc/rfc9110#section-11.7.2))
    ///
    /// ```
    /// use rustzeug::headers::{Credentials, ProxyAuthorization};
    ///
    /// let sent: ProxyAuthorization = "Bearer abc".parse()?;
    /// assert_eq!(Credentials::from(sent), Credentials::Bearer("abc".to_owned()));
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    ProxyAuthorization PROXY_AUTHORIZATION;
}
