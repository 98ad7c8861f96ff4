//! Percent-encoding of values with characters that a cookie cannot contain.

use std::borrow::Cow;

use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;

/// The characters that `encodeURIComponent` does not encode, so that both sides write the same.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Encodes any text as the value of a cookie: percent-encoded, as `encodeURIComponent` does it.
///
/// [`Cookies::get_decoded`](crate::Cookies::get_decoded) reads it, and `decodeURIComponent` in a browser. Values are
/// never encoded automatically: reading returns what was written, and a value that is already encoded would be encoded
/// twice.
///
/// ```
/// use rustzeug::{Response, cookies};
///
/// let response = Response::text("x").with_cookie(("q", cookies::encode("café & more; 100%")));
/// let line = response.headers()["set-cookie"].to_str()?;
/// assert!(line.starts_with("q=caf%C3%A9%20%26%20more%3B%20100%25; "));
/// # Ok::<(), rustzeug::http::header::ToStrError>(())
/// ```
#[must_use]
pub fn encode(value: &str) -> Cow<'_, str> {
    utf8_percent_encode(value, COMPONENT).into()
}
