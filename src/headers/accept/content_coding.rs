//! Content codings: `gzip`, `br`; `identity` for none, `*` for any.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use http::HeaderName;
use http::header;

use super::quality::Quality;
use super::quality_list::Weighted;
use crate::headers::HeaderError;
use crate::syntax::is_token;
use crate::syntax::weight::weighted;

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

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(in crate::headers) fn read(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text)
            .ok()
            .filter(|text| is_token(text.as_bytes()))?;
        Some(Self(Cow::Owned(text.to_ascii_lowercase())))
    }
}

impl FromStr for ContentCoding {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        Self::read(text.as_bytes()).ok_or(HeaderError::new(
            header::CONTENT_ENCODING,
            "a coding such as `gzip`",
        ))
    }
}

impl AsRef<str> for ContentCoding {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentCoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ContentCoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentCoding({})", self.0)
    }
}

impl Weighted for ContentCoding {
    const NAME: HeaderName = header::ACCEPT_ENCODING;
    const EXPECTED: &'static str = "codings such as `gzip, br;q=0.5`";

    fn elements(line: &[u8]) -> impl Iterator<Item = Option<(Self, Quality)>> {
        weighted(line).map(|element| {
            let (name, weight) = element?;
            Some((Self::read(name)?, Quality::from_thousandths(weight)))
        })
    }

    fn text(&self) -> &str {
        &self.0
    }
}
