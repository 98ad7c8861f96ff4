//! Headers as text: parsed with `parse`, written with `to_string`, and accepted wherever a header value is.

/// Implements `FromStr`, `Display` and `Into<HeaderValue>` for headers with their `decode` and `encode`. Holds no
/// logic.
macro_rules! header_text {
    ($($name:ident)*) => {$(
        impl std::str::FromStr for $name {
            type Err = $crate::headers::HeaderError;

            /// Reads the text of one line.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::headers::text::parse(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&$crate::headers::text::text(self))
            }
        }

        impl From<$name> for http::HeaderValue {
            fn from(header: $name) -> Self {
                $crate::headers::Header::encode(&header)
            }
        }
    )*};
}

pub(super) use header_text;

use http::HeaderValue;

use super::Header;
use super::HeaderError;

pub(super) fn parse<H: Header>(text: &str) -> Result<H, HeaderError> {
    let line = HeaderValue::from_str(text.trim_ascii())
        .map_err(|_| HeaderError::new(H::NAME, "text without control characters"))?;
    H::decode(std::iter::once(&line))
}

pub(super) fn text<H: Header>(header: &H) -> String {
    String::from_utf8_lossy(header.encode().as_bytes()).into_owned()
}
