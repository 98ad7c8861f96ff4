//! Errors of keys and of signed values.

use std::error::Error;
use std::fmt;

/// Why keys cannot be made. The texts never contain a key. More variants may be added.
///
/// ```
/// use rustzeug::signed::{KeyError, Keys};
///
/// assert_eq!(Keys::new("secret").unwrap_err(), KeyError::TooShort(6));
/// assert_eq!("".parse::<Keys>().unwrap_err(), KeyError::None);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// A key has this many bytes; the minimum is 32.
    TooShort(usize),
    /// There is no key in the text.
    None,
    /// The environment variable of this name is not set, or is not UTF-8.
    NotSet(String),
    /// The environment variable of this name does not hold a list of keys.
    Variable(String, Box<Self>),
    /// The system cannot provide random bytes.
    NoRandom,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort(bytes) => write!(
                f,
                "a key must have at least 32 bytes, but one has {bytes}; {GENERATE}"
            ),
            Self::None => write!(f, "there is no key; {GENERATE}"),
            Self::NotSet(variable) => write!(
                f,
                "the environment variable {variable} is not set to one or more keys; {GENERATE}"
            ),
            Self::Variable(variable, error) => {
                write!(f, "the environment variable {variable}: {error}")
            }
            Self::NoRandom => f.write_str("the system cannot provide random bytes"),
        }
    }
}

/// Writes the message as `Display` does, because that is how `main` prints an error.
impl fmt::Debug for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const GENERATE: &str = "`openssl rand -hex 32` prints a new one";

impl Error for KeyError {}

/// Why a signed value is rejected. More variants may be added.
///
/// ```
/// use rustzeug::signed::{Keys, SignatureError};
/// use std::time::Duration;
///
/// let keys = Keys::generate()?;
/// let token = keys.sign("invitation", "Ada");
/// let hour = Duration::from_hours(1);
/// assert_eq!(keys.verify("password-reset", &token, hour), Err(SignatureError::BadSignature));
/// assert_eq!(keys.verify("invitation", "", hour), Err(SignatureError::Malformed));
/// # Ok::<(), rustzeug::signed::KeyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// The value does not have the form of a signed value: it was cut short, or uses another alphabet.
    Malformed,
    /// The value was changed, or was signed with another key, for another purpose or under another name.
    BadSignature,
    /// The value was signed longer ago than is allowed.
    Expired,
    /// The value was signed more than a minute ahead of this machine's clock.
    FromTheFuture,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "this is not a signed value",
            Self::BadSignature => "the signature is wrong",
            Self::Expired => "the signature is too old",
            Self::FromTheFuture => "the signature is from the future",
        })
    }
}

impl Error for SignatureError {}
