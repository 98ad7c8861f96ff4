//! Signed values: what a client keeps and sends back, and cannot make or change itself.
//!
//! For cookies and for links in mails. Everybody can *read* a signed value; to hide one, there are
//! private cookies. A signature says who wrote a value, for what, and when; it does not say that a
//! value is used once, or who sends it.
//!
//! # What is signed
//!
//! `base64url(mac ‖ time ‖ value)`, without padding: 32 bytes of HMAC-SHA-256, the time of signing in
//! whole seconds since 1970 as 8 bytes, and the value. The MAC is over a label of this format, the
//! purpose, the name (empty for tokens), the time and the value, each behind its length, so that no
//! two different sets give the same bytes. Its key is derived from the secret by HKDF (RFC 5869).
//!
//! RFC 2104 (HMAC), RFC 4648 [§5](https://www.rfc-editor.org/rfc/rfc4648#section-5) (the alphabet).

mod error;
mod generate_key;
mod keys;
mod token;

pub use error::KeyError;
pub use error::SignatureError;
pub use generate_key::generate_key;
pub use keys::Keys;
#[cfg(feature = "cookies")]
pub(crate) use token::Scope;
#[cfg(feature = "cookies")]
pub(crate) use token::check_age;
#[cfg(feature = "private-cookies")]
pub(crate) use token::seconds;
