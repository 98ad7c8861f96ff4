//! Signed values: values that a client stores and sends back, but cannot make or change.
//!
//! They are for cookies, and for links in mails. Anybody can *read* a signed value; use private cookies to hide one. A
//! signature proves who wrote a value, for which purpose, and when. It does not prove that a value is used only once,
//! or who sends it.
//!
//! # What is signed
//!
//! `base64url(mac ‖ time ‖ value)`, without padding: 32 bytes of HMAC-SHA-256, the time of signing in whole seconds
//! since 1970 as 8 bytes, and the value. The MAC covers a label of this format, the purpose, the name (empty for
//! tokens), the time and the value. Each part is preceded by its length, so that two different sets of parts never give
//! the same bytes. The MAC key is derived from the secret by HKDF (RFC 5869).
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
