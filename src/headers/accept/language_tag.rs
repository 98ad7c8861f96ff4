//! Language tags: `de`, `zh-Hant-TW`; and `*` for any language.

use std::fmt;
use std::str::FromStr;

use http::HeaderName;
use http::header;

use super::quality::Quality;
use super::quality_list::Weighted;
use crate::headers::HeaderError;
use crate::syntax::language::canonical;
use crate::syntax::language::is_range;
use crate::syntax::weight::weighted;

/// A language tag, or `*` in a list of accepted languages: an element of [`AcceptLanguage`](super::AcceptLanguage) and
/// of [`ContentLanguage`](crate::headers::ContentLanguage).
///
/// It is stored and compared in its usual case: `zh-Hant-TW`. It is not checked whether the subtags are registered.
///
/// # Grammar
///
/// `language-range = ( 1*8ALPHA *( "-" 1*8alphanum ) ) / "*"` (RFC 4647
/// [§2.1](https://www.rfc-editor.org/rfc/rfc4647#section-2.1)). Tags have the same form (RFC 5646).
///
/// ```
/// use rustzeug::headers::LanguageTag;
///
/// let tag: LanguageTag = "ZH-hant-tw".parse()?;
/// assert_eq!(tag.as_str(), "zh-Hant-TW");
/// assert!("zh-Hant".parse::<LanguageTag>()?.matches(&tag));
/// assert!("de_CH".parse::<LanguageTag>().is_err());
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `*`.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.0 == "*"
    }

    /// Whether this range equals a tag or is the beginning of it: basic filtering (RFC 4647
    /// [§3.3.1](https://www.rfc-editor.org/rfc/rfc4647#section-3.3.1)).
    #[must_use]
    pub fn matches(&self, tag: &Self) -> bool {
        let rest = tag.0.strip_prefix(&self.0);
        self.is_any() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    pub(in crate::headers) fn read(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        is_range(text.as_bytes()).then(|| Self(canonical(text)))
    }
}

impl FromStr for LanguageTag {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        Self::read(text.as_bytes()).ok_or(HeaderError::new(
            header::CONTENT_LANGUAGE,
            "a language such as `de-CH`",
        ))
    }
}

impl AsRef<str> for LanguageTag {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LanguageTag({})", self.0)
    }
}

impl Weighted for LanguageTag {
    const NAME: HeaderName = header::ACCEPT_LANGUAGE;
    const EXPECTED: &'static str = "languages such as `de-CH, de;q=0.9`";

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
