//! URLs: hosts, percent-encoding and references.
//!
//! Text in, text out, as RFC 3986 defines. Query strings, URLs of routes, and trust in hosts do not belong
//! here.

use std::borrow::Cow;

use percent_encoding::AsciiSet;
use percent_encoding::CONTROLS;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::percent_decode_str;
use percent_encoding::percent_encode;

mod host;
mod reference;
#[cfg(test)]
mod tests;

pub use self::host::Host;
pub use self::host::InvalidHost;
pub(crate) use self::host::is_host;
pub(crate) use self::host::is_same_host;
pub(crate) use self::reference::clean_reference;
pub(crate) use self::reference::is_of_site;
pub(crate) use self::reference::is_scheme;
pub use self::reference::leaves_site;
pub use self::reference::resolve;

/// The characters that a path must encode: all but `pchar` and `/` (RFC 3986 §3.3).
const NOT_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/');

/// The characters that a reference may not contain after its authority (RFC 3986 §3.3 to §3.5); `%` is not
/// encoded.
const NOT_REFERENCE: &AsciiSet = &NOT_PATH.remove(b'?').remove(b'#').remove(b'%');

/// The same for an authority, in which brackets enclose an address (§3.2.2).
const NOT_AUTHORITY: &AsciiSet = &NOT_REFERENCE.remove(b'[').remove(b']');

/// The characters that `http` rejects in a path or a query, and `#`, at which it would cut.
const NOT_TARGET: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'`');

/// Percent-encodes a decoded path for use in a URL.
///
/// Everything outside `pchar` and `/` is encoded, byte by byte, in upper-case hex: `%` becomes `%25`, so
/// [`decode_path`] restores `decoded`. A `/` stays a separator. To encode a segment that may contain one,
/// encode it separately and replace the `/`. Borrows when nothing changes. A path that begins with `//` keeps
/// it: see [`leaves_site`] before using such a path as a `Location`.
///
/// # Examples
///
/// ```
/// use rustzeug::url::encode_path;
///
/// assert_eq!(encode_path("/50% Grüße".as_bytes()), "/50%25%20Gr%C3%BC%C3%9Fe");
/// ```
///
/// RFC 3986 [§2.1] (the encoding), [§3.3] (`pchar`).
///
/// [§2.1]: https://www.rfc-editor.org/rfc/rfc3986#section-2.1
/// [§3.3]: https://www.rfc-editor.org/rfc/rfc3986#section-3.3
#[must_use]
pub fn encode_path(decoded: &[u8]) -> Cow<'_, str> {
    percent_encode(decoded, NOT_PATH).into()
}

/// Decodes the percent-escapes of a path.
///
/// The result is bytes, since escapes can encode any byte. It may contain NUL, `..` and, from `%2F`, slashes
/// that were not separators. An escape without two hex digits stays literal, `+` stays `+`, and nothing is
/// decoded twice. Borrows when there is no escape.
///
/// # Examples
///
/// ```
/// use rustzeug::url::decode_path;
///
/// assert_eq!(*decode_path("/a%20b+c/100%"), *b"/a b+c/100%");
/// ```
///
/// [RFC 3986 §2.1](https://www.rfc-editor.org/rfc/rfc3986#section-2.1)
#[must_use]
pub fn decode_path(encoded: &str) -> Cow<'_, [u8]> {
    percent_decode_str(encoded).into()
}

/// Converts a raw path and query to a form that [`http::uri::PathAndQuery`] accepts.
///
/// Encodes the bytes that it may not contain (controls, space, `"`, `<`, `>`, `` ` ``, DEL, all beyond
/// ASCII), and `#`, at which `http` would cut off the rest; the first `?` still begins the query. `%XX` and
/// everything else stay, so cleaning twice gives the same result. A text that begins with neither `/` nor
/// `?`, even an empty one, gets a `/` in front; only a lone `*` does not.
///
/// `PathAndQuery` accepts every result of at most 65534 bytes. Split a target in absolute form first.
pub(crate) fn clean_target(raw: &[u8]) -> Cow<'_, str> {
    let cleaned: Cow<'_, str> = percent_encode(raw, NOT_TARGET).into();
    match raw {
        [b'/' | b'?', ..] | [b'*'] => cleaned,
        [] => Cow::Borrowed("/"),
        _ => Cow::Owned(format!("/{cleaned}")),
    }
}

/// Whether a path contains nothing that must be encoded, and only complete escapes.
#[cfg(feature = "routing")]
pub(crate) fn is_path(path: &str) -> bool {
    let mut escapes = path.split('%');
    let is_plain = |text: &str| matches!(encode_path(text.as_bytes()), Cow::Borrowed(_));
    let is_escape = |text: &str| {
        let digits = text.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    escapes.next().is_none_or(is_plain) && escapes.all(|text| is_escape(text) && is_plain(text))
}

/// Whether a client treats a segment as `.` or `..` (RFC 3986 §5.2.4).
#[cfg(feature = "routing")]
pub(crate) fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

/// The default port of a scheme.
pub(crate) const fn default_port(scheme: &str) -> u16 {
    if scheme.eq_ignore_ascii_case("https") {
        443
    } else {
        80
    }
}
