//! Headers whose value is a checked text.

/// Declares headers whose value is a text: `new`, `as_str`, and reading and writing. Holds no logic.
macro_rules! checked_text {
    ($($(#[$doc:meta])* $name:ident $field:expr, $expected:literal, $is_valid:path;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Makes the header from a text.
            ///
            /// # Errors
            ///
            /// The text is not valid for this header.
            pub fn new(text: impl AsRef<str>) -> Result<Self, $crate::headers::HeaderError> {
                text.as_ref().parse()
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl $crate::headers::Header for $name {
            const NAME: http::HeaderName = $field;

            fn decode<'a>(
                lines: impl Iterator<Item = &'a http::HeaderValue>,
            ) -> Result<Self, $crate::headers::HeaderError> {
                let text = $crate::headers::lines::only_text(lines).filter(|text| $is_valid(text));
                text.map(|text| Self(text.to_owned()))
                    .ok_or($crate::headers::HeaderError::new(Self::NAME, $expected))
            }

            fn encode(&self) -> http::HeaderValue {
                $crate::headers::lines::written(&self.0)
            }
        }

        $crate::headers::text::header_text! { $name }
    )*};
}

pub(super) use checked_text;
