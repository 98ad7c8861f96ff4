//! Headers whose value is one of a few words.

/// Declares headers whose value is one word: an enum, and reading and writing. Holds no logic.
macro_rules! keyword_headers {
    ($(
        $(#[$doc:meta])*
        $name:ident $field:expr, $expected:literal {
            $($(#[$about:meta])* $word:ident $text:literal,)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$about])* $word,)*
        }

        impl $name {
            /// The word as it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)*
                }
            }
        }

        impl $crate::headers::Header for $name {
            const NAME: http::HeaderName = $field;

            fn decode<'a>(
                lines: impl Iterator<Item = &'a http::HeaderValue>,
            ) -> Result<Self, $crate::headers::HeaderError> {
                let word = $crate::headers::lines::only(lines).unwrap_or_default();
                $(if word.eq_ignore_ascii_case($text.as_bytes()) {
                    return Ok(Self::$word);
                })*
                Err($crate::headers::HeaderError::new(Self::NAME, $expected))
            }

            fn encode(&self) -> http::HeaderValue {
                http::HeaderValue::from_static(self.as_str())
            }
        }

        $crate::headers::text::header_text! { $name }
    )*};
}

pub(super) use keyword_headers;
