//! What the scripts of a page and its policy have in common.

use std::fmt;

use crate::syntax::base64;

/// A number used once: what the scripts of a page and its [`ContentSecurityPolicy`] have in common.
///
/// It is made anew for each response, and nobody may be able to guess it: of 16 random bytes. As text it is Base64,
/// which needs no escapes in an attribute of HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// The nonce of random bytes.
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
