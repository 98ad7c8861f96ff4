//! Charsets that a client declares: `charset=` of a content type, `_charset_` of a form.
//!
//! UTF-8 is always supported, and so is plain ASCII text under any declared charset. Other charsets need the
//! feature `charsets`. The places where a charset may be declared, and the treatment of bytes without one, do
//! not belong here.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

#[cfg(feature = "charsets")]
mod encoding;
#[cfg(not(feature = "charsets"))]
#[path = "no_encoding.rs"]
mod encoding;

use encoding::Encoding;

/// A charset by its name.
#[derive(Clone, Debug, Default)]
pub(crate) enum Charset {
    #[default]
    Utf8,
    Other(Encoding),
    Unknown(UnknownCharset),
}

/// A text is in a charset that is not supported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownCharset {
    /// Empty if it could not be shown.
    label: String,
}

impl Charset {
    /// Returns the charset with this name, by the names of the Encoding Standard.
    ///
    /// Case, missing or extra hyphens (`latin-1`, `utf_8`) and surrounding blanks do not matter.
    pub(crate) fn of(label: &[u8]) -> Self {
        const UTF_8: [&[u8]; 4] = [
            b"utf8",
            b"unicode11utf8",
            b"unicode20utf8",
            b"xunicode20utf8",
        ];
        let label = label.trim_ascii();
        let short = label.iter().filter(|byte| !b"-_".contains(byte)).copied();
        let short: Vec<_> = short.collect();
        if label.is_empty() || UTF_8.iter().any(|name| name.eq_ignore_ascii_case(&short)) {
            return Self::Utf8;
        }
        if let Some(encoding) = Encoding::of(label).or_else(|| Encoding::of(&short)) {
            return Self::Other(encoding);
        }
        let is_shown = label.len() <= 40 && label.iter().all(u8::is_ascii_graphic);
        let label = if is_shown { label } else { b"" };
        Self::Unknown(UnknownCharset {
            label: String::from_utf8_lossy(label).into_owned(),
        })
    }

    pub(crate) fn is_utf8(&self) -> bool {
        matches!(self, Self::Utf8)
    }

    /// Decodes the text; malformed bytes become U+FFFD.
    pub(crate) fn decode<'b>(&self, bytes: &'b [u8]) -> Result<Cow<'b, str>, UnknownCharset> {
        match self {
            Self::Utf8 => Ok(String::from_utf8_lossy(bytes)),
            Self::Other(encoding) => Ok(encoding.decode(bytes).0),
            Self::Unknown(unknown) => match str::from_utf8(bytes) {
                Ok(text) if is_plain(bytes) => Ok(Cow::Borrowed(text)),
                _ => Err(unknown.clone()),
            },
        }
    }

    /// Decodes the text; `None` if something in it is malformed.
    pub(crate) fn decode_strictly<'b>(
        &self,
        bytes: &'b [u8],
    ) -> Result<Option<Cow<'b, str>>, UnknownCharset> {
        match self {
            Self::Utf8 => Ok(str::from_utf8(bytes).ok().map(Cow::Borrowed)),
            Self::Other(encoding) => {
                let (text, is_whole) = encoding.decode(bytes);
                Ok(is_whole.then_some(text))
            }
            Self::Unknown(_) => self.decode(bytes).map(Some),
        }
    }
}

/// Whether these bytes are the same text in all charsets of forms. They must have no control characters,
/// which UTF-16 and ISO-2022-JP use throughout.
fn is_plain(bytes: &[u8]) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    bytes.iter().all(is_plain)
}

impl fmt::Display for UnknownCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.label {
            "" => write!(f, "the charset {}", encoding::WHY),
            label => write!(f, "the charset `{label}` {}", encoding::WHY),
        }
    }
}

impl Error for UnknownCharset {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_has_its_names_in_every_build() {
        for label in ["utf-8", "UTF8", " Utf-8 ", "utf_8", "unicode-1-1-utf-8", ""] {
            assert!(Charset::of(label.as_bytes()).is_utf8(), "{label}");
        }
        assert!(!Charset::of(b"utf-7").is_utf8());
    }

    #[test]
    fn plain_text_is_the_same_in_all() {
        let unknown = Charset::of(b"nonsense");
        assert_eq!(unknown.decode(b"a\tb\r\n~").as_deref(), Ok("a\tb\r\n~"));
        for bytes in [&b"\xe9"[..], "é".as_bytes(), b"a\0", b"\x1b$B"] {
            let error = unknown.decode(bytes).unwrap_err();
            assert!(
                error.to_string().starts_with("the charset `nonsense` "),
                "{error}"
            );
        }
    }

    #[test]
    fn a_name_that_cannot_be_shown_is_not() {
        for label in [&b"\xff"[..], b"a\nb", &[b'x'; 41]] {
            let error = Charset::of(label).decode(b"\xff").unwrap_err();
            assert_eq!(error.to_string(), format!("the charset {}", encoding::WHY));
        }
    }
}
