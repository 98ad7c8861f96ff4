//! What is wrong with a cookie that is to be written.

use std::error::Error;
use std::fmt;

/// Why a cookie is not written: its name, and what is wrong with it.
///
/// By `?` it becomes a `500`: cookies are made by the program. Where a value comes from a client,
/// [`encode`](fn@crate::data::cookies::encode) makes it one that a cookie can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieError {
    name: String,
    fault: CookieFault,
}

/// The fault of a cookie. More may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieFault {
    /// The name is empty, or has something else than letters, digits and ``!#$%&'*+-.^_`|~``.
    Name,
    /// The value has this character, which would end it, be cut off or be read as another.
    Value(char),
    /// The domain is empty, or no host in ASCII: with a port, or a dot at its end, it is none.
    Domain,
    /// The path does not begin with `/`, ends with a blank, or has a `;`, a control character or no
    /// ASCII.
    Path,
    /// Path or domain has more than 1024 bytes, which browsers ignore.
    Attribute,
    /// `Secure` is missing, without which this is ignored: `SameSite=None`, `Partitioned`, or a prefix
    /// of the name.
    NotSecure(&'static str),
    /// `HttpOnly` is switched off, which this prefix of the name demands.
    NotHttpOnly(&'static str),
    /// The name begins with `__Host-`, and there is a domain, or a path that is not `/`.
    NotHost,
    /// The whole has this many bytes, more than the 4096 that browsers keep.
    TooLong(usize),
}

impl CookieError {
    pub(super) fn new(name: &str, fault: CookieFault) -> Self {
        let name = name.to_owned();
        Self { name, fault }
    }

    /// The name of the cookie, as it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is wrong.
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
            Self::Name => f.write_str("a name has letters, digits and !#$%&'*+-.^_`|~ only"),
            Self::Value(character) => write!(
                f,
                "a value cannot have {character:?} as it is; `cookies::encode` makes one that can be written"
            ),
            Self::Domain => {
                f.write_str("a domain is a host in ASCII, without a port, like example.org")
            }
            Self::Path => f.write_str(
                "a path begins with /, has visible ASCII and no ;, and no blank at its end",
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
                    "browsers keep 4096 bytes, name and attributes included, and these are {bytes}"
                )
            }
        }
    }
}

impl Error for CookieError {}
