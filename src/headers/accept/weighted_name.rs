//! Names that a header weighs: content codings and language tags, as text.

/// Implements `as_str`, `FromStr`, `AsRef<str>`, `Display`, `Debug` and [`Weighted`](super::quality_list::Weighted) for a
/// text in a tuple, by its `read`. Holds no logic.
macro_rules! weighted_name {
    ($name:ident, $weighted:expr, $list:literal, $single:expr, $one:literal) => {
        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::headers::HeaderError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let malformed = $crate::headers::HeaderError::new($single, $one);
                Self::read(text.as_bytes()).ok_or(malformed)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl $crate::headers::accept::quality_list::Weighted for $name {
            const NAME: http::HeaderName = $weighted;
            const EXPECTED: &'static str = $list;

            fn elements(line: &[u8]) -> impl Iterator<Item = Option<(Self, Quality)>> {
                $crate::syntax::weight::weighted(line).map(|element| {
                    let (name, weight) = element?;
                    Some((Self::read(name)?, Quality::from_thousandths(weight)))
                })
            }

            fn text(&self) -> &str {
                &self.0
            }
        }
    };
}

pub(super) use weighted_name;
