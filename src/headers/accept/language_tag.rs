//! Language tags: `de`, `zh-Hant-TW`; and `*` for any language.

use http::header;

use super::quality::Quality;
use super::weighted_name::weighted_name;
use crate::syntax::language::canonical;
use crate::syntax::language::is_range;

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

weighted_name!(
    LanguageTag,
    header::ACCEPT_LANGUAGE,
    "languages such as `de-CH, de;q=0.9`",
    header::CONTENT_LANGUAGE,
    "a language such as `de-CH`"
);
