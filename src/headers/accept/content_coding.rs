//! Content codings: `gzip`, `br`; `identity` for none, `*` for any.

use std::borrow::Cow;

use http::header;

use super::quality::Quality;
use super::weighted_name::weighted_name;
use crate::syntax::is_token;

/// A content coding: an element of [`AcceptEncoding`](super::AcceptEncoding) and of
/// [`ContentEncoding`](crate::headers::ContentEncoding).
///
/// It is stored and compared in lower case.
///
/// # Grammar
///
/// `content-coding = token` (RFC 9110 [§8.4.1](https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1))
///
/// ```
/// use rustzeug::headers::ContentCoding;
///
/// assert_eq!("GZip".parse::<ContentCoding>()?, ContentCoding::GZIP);
/// assert_eq!(ContentCoding::BR.as_str(), "br");
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ContentCoding(Cow<'static, str>);

impl ContentCoding {
    /// `br`: Brotli (RFC 7932).
    pub const BR: Self = Self(Cow::Borrowed("br"));
    /// `deflate`: the zlib format (RFC 9110 §8.4.1.2).
    pub const DEFLATE: Self = Self(Cow::Borrowed("deflate"));
    /// `gzip` (RFC 1952).
    pub const GZIP: Self = Self(Cow::Borrowed("gzip"));
    /// `identity`: no coding.
    pub const IDENTITY: Self = Self(Cow::Borrowed("identity"));
    /// `zstd`: Zstandard (RFC 8878).
    pub const ZSTD: Self = Self(Cow::Borrowed("zstd"));
    /// `*`: any coding that is not named.
    pub const ANY: Self = Self(Cow::Borrowed("*"));

    pub(in crate::headers) fn read(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text)
            .ok()
            .filter(|text| is_token(text.as_bytes()))?;
        Some(Self(Cow::Owned(text.to_ascii_lowercase())))
    }
}

weighted_name!(
    ContentCoding,
    header::ACCEPT_ENCODING,
    "codings such as `gzip, br;q=0.5`",
    header::CONTENT_ENCODING,
    "a coding such as `gzip`"
);
