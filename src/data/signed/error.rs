//! What is wrong with a key, or with a signed value.

use std::error::Error;
use std::fmt;

/// Why there are no keys. It never repeats a key. More may be added.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// A key has this many bytes, fewer than the 32 that it takes.
    TooShort(usize),
    /// There is no key in the text.
    None,
    /// The environment variable of this name is not set, or is not UTF-8.
    NotSet(String),
    /// The environment variable of this name holds what is no list of keys.
    Variable(String, Box<Self>),
    /// The system gives no random bytes.
    NoRandom,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort(bytes) => write!(
                f,
                "a key has at least 32 bytes, and one has {bytes}; {GENERATE}"
            ),
            Self::None => write!(f, "there is no key; {GENERATE}"),
            Self::NotSet(variable) => write!(
                f,
                "the environment variable {variable} is not set to one or more keys; {GENERATE}"
            ),
            Self::Variable(variable, error) => {
                write!(f, "the environment variable {variable}: {error}")
            }
            Self::NoRandom => f.write_str("the system gives no random bytes"),
        }
    }
}

/// As a sentence, since that is what `main` prints of an error.
impl fmt::Debug for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const GENERATE: &str = "`openssl rand -hex 32` prints a new one";

impl Error for KeyError {}

/// Why a signed value is not believed. More may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// It does not have the form of a signed value: cut short, or another alphabet.
    Malformed,
    /// It was not signed with any of the keys, for this purpose and under this name; or was changed.
    BadSignature,
    /// It was signed longer ago than is allowed.
    Expired,
    /// It was signed more than a minute ahead of the clock here.
    FromTheFuture,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "this is no signed value",
            Self::BadSignature => "the signature is not right",
            Self::Expired => "the signature is too old",
            Self::FromTheFuture => "the signature is from the future",
        })
    }
}

impl Error for SignatureError {}
