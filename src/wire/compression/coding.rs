//! The names of content codings: how the bytes of a representation are compressed.

use std::fmt;

/// A content coding that this crate can write and read (RFC 9110
/// [§8.4.1](https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1)).
///
/// ```
/// use rustzeug::middleware::Coding;
///
/// assert_eq!(Coding::Brotli.name(), "br");
/// assert_eq!(Coding::Zstd.to_string(), "zstd");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Coding {
    /// `br` (RFC 7932): shorter output, but slower to encode. The usual choice for text that is sent many times.
    Brotli,
    /// `deflate`: the format of zlib (RFC 1950). Every client that supports it supports `gzip` too.
    Deflate,
    /// `gzip` (RFC 1952): every client supports it.
    Gzip,
    /// `zstd` (RFC 8878), in builds with the feature `zstd`.
    Zstd,
}

impl Coding {
    /// All codings, in alphabetical order.
    pub(crate) const ALL: [Self; 4] = [Self::Brotli, Self::Deflate, Self::Gzip, Self::Zstd];

    /// The name in `Accept-Encoding` and `Content-Encoding`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Deflate => "deflate",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// The coding of this name. Names are case-insensitive, and `x-gzip` is `gzip` (RFC 9110 §8.4.1.3).
    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        let name = match name {
            [b'x' | b'X', b'-', rest @ ..] if rest.eq_ignore_ascii_case(b"gzip") => rest,
            name => name,
        };
        let mut codings = Self::ALL.into_iter();
        codings.find(|coding| coding.name().as_bytes().eq_ignore_ascii_case(name))
    }
}

impl AsRef<str> for Coding {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_found_by_its_name() {
        use Coding::{Brotli, Deflate, Gzip, Zstd};
        #[rustfmt::skip]
        let cases = [
            ("br",         Some(Brotli),  "registered"),
            ("deflate",    Some(Deflate), "registered"),
            ("gzip",       Some(Gzip),    "registered"),
            ("zstd",       Some(Zstd),    "registered"),
            ("GZip",       Some(Gzip),    "names have no case"),
            ("x-gzip",     Some(Gzip),    "RFC 9110 §8.4.1.3"),
            ("X-GZIP",     Some(Gzip),    "the same, in any case"),
            ("x-deflate",  None,          "no such alias"),
            ("brotli",     None,          "not the registered name"),
            ("compress",   None,          "LZW, which no client needs"),
            ("identity",   None,          "no coding"),
            ("",           None,          "no name"),
        ];
        for (name, coding, why) in cases {
            assert_eq!(Coding::named(name.as_bytes()), coding, "{name}: {why}");
        }
    }
}
