//! The value that connects the scripts of a page with its policy.

use std::fmt;

use crate::syntax::base64;

/// A number used once. The scripts of a page that have it are allowed by the
/// [`ContentSecurityPolicy`](super::ContentSecurityPolicy) of the page.
///
/// It must be new for each response and impossible to guess, so it consists of 16 random bytes. Its text is Base64,
/// which needs no escapes in an HTML attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// Makes a nonce from random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(base64::encode(&bytes))
    }

    /// The nonce as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
