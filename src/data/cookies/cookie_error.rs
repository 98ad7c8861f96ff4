//! Errors of cookies that cannot be written.

use std::error::Error;
use std::fmt;

/// Why a cookie cannot be written: its name, and the fault.
///
/// `?` turns it into a `500`, because the program makes the cookies. If a value comes from a client, encode it with
/// [`encode`](fn@crate::data::cookies::encode) first.
///
/// ```
/// use rustzeug::{cookie::Cookie, cookies};
///
/// let error = cookies::write(&Cookie::new("user", "Ada; Bob")).unwrap_err();
/// assert_eq!(error.name(), "user");
/// assert_eq!(error.fault(), cookies::CookieFault::Value(';'));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieError {
    name: String,
    fault: CookieFault,
}

/// The fault of a cookie. More variants may be added.
///
/// ```
/// use rustzeug::cookie::Cookie;
/// use rustzeug::cookies::{CookieFault, write};
///
/// let fault = |cookie| write(&cookie).unwrap_err().fault();
/// assert_eq!(fault(Cookie::new("two words", "x")), CookieFault::Name);
/// assert_eq!(fault(Cookie::build(("a", "x")).path("shop").build()), CookieFault::Path);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieFault {
    /// The name is empty, or has a character other than letters, digits and ``!#$%&'*+-.^_`|~``.
    Name,
    /// The value has this character, which would end the value, be removed, or be read as another character.
    Value(char),
    /// The domain is empty or is not a host in ASCII. A port, or a dot at the end, makes it invalid.
    Domain,
    /// The path does not begin with `/`, ends with a blank, or has a `;`, a control character or a character that is
    /// not ASCII.
    Path,
    /// The path or the domain has more than 1024 bytes; browsers ignore longer ones.
    Attribute,
    /// `Secure` is missing, and browsers ignore this without it: `SameSite=None`, `Partitioned`, or a prefix of the
    /// name.
    NotSecure(&'static str),
    /// `HttpOnly` is switched off, but this prefix of the name requires it.
    NotHttpOnly(&'static str),
    /// The name begins with `__Host-`, but the cookie has a domain, or a path other than `/`.
    NotHost,
    /// The whole line has this many bytes; browsers keep at most 4096.
    TooLong(usize),
}

impl CookieError {
    pub(super) fn new(name: &str, fault: CookieFault) -> Self {
        let name = name.to_owned();
        Self { name, fault }
    }

    /// The name of the cookie, as given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The fault.
    #[must_use]
    pub fn fault(&self) -> CookieFault {
        self.fault
    }
}

impl fmt::Display for CookieError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the cookie {:?}: {}", self.name, self.fault)
    }
}

impl fmt::Display for CookieFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("a name may only contain letters, digits and !#$%&'*+-.^_`|~"),
            Self::Value(character) => write!(
                f,
                "a value cannot contain {character:?}; `cookies::encode` encodes it"
            ),
            Self::Domain => {
                f.write_str("a domain must be a host in ASCII without a port, like example.org")
            }
            Self::Path => f.write_str(
                "a path must begin with /, contain only ASCII without ; and control characters, and not end with a blank",
            ),
            Self::Attribute => {
                f.write_str("browsers ignore a path or domain of more than 1024 bytes")
            }
            Self::NotSecure(what) => {
                write!(
                    f,
                    "browsers ignore {what} without Secure: `set_secure(true)`"
                )
            }
            Self::NotHttpOnly(what) => write!(f, "browsers ignore {what} without HttpOnly"),
            Self::NotHost => {
                f.write_str("browsers ignore __Host- without Path=/, or with a Domain")
            }
            Self::TooLong(bytes) => {
                write!(
                    f,
                    "browsers keep at most 4096 bytes, name and attributes included, but this cookie has {bytes}"
                )
            }
        }
    }
}

impl Error for CookieError {}
