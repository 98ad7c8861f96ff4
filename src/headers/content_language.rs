//! `Content-Language`: the languages of the intended readers.

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::LanguageTag;
use super::lines::elements;
use super::lines::written;
use super::text::header_text;

/// The `Content-Language` header: the languages of the intended readers.
///
/// # Grammar
///
/// `Content-Language = #language-tag` (RFC 9110
/// [§8.5](https://www.rfc-editor.org/rfc/rfc9110#section-8.5))
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::ContentLanguage;
///
/// let languages: ContentLanguage = "de-ch, EN".parse()?;
/// let response = Response::text("Guten Tag / Good day").with_content_language(languages);
/// assert_eq!(response.headers()["content-language"], "de-CH, en");
/// assert_eq!(response.content_language().unwrap().tags()[1].as_str(), "en");
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentLanguage(Vec<LanguageTag>);

impl ContentLanguage {
    /// The tags, in the order in which they were given.
    #[must_use]
    pub fn tags(&self) -> &[LanguageTag] {
        &self.0
    }
}

/// Leaves out `*`, which is not a tag.
impl FromIterator<LanguageTag> for ContentLanguage {
    fn from_iter<I: IntoIterator<Item = LanguageTag>>(tags: I) -> Self {
        Self(tags.into_iter().filter(|tag| !tag.is_any()).collect())
    }
}

impl<const N: usize> From<[LanguageTag; N]> for ContentLanguage {
    fn from(tags: [LanguageTag; N]) -> Self {
        tags.into_iter().collect()
    }
}

impl Header for ContentLanguage {
    const NAME: HeaderName = header::CONTENT_LANGUAGE;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let read = |tag| LanguageTag::read(tag).filter(|tag| !tag.is_any());
        let tags = elements(lines).map(read).collect::<Option<_>>();
        tags.map(Self)
            .ok_or(HeaderError::new(Self::NAME, "languages such as `de, en`"))
    }

    fn encode(&self) -> HeaderValue {
        let tags: Vec<_> = self.0.iter().map(LanguageTag::as_str).collect();
        written(tags.join(", "))
    }
}

header_text! { ContentLanguage }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_tags() {
        #[rustfmt::skip]
        let cases = [
            ("de",            Some("de"),     "one"),
            (" de ,, EN-us,", Some("de, en-US"), "empty elements do not count"),
            ("",              Some(""),       "none"),
            ("*",             None,           "a range, and no tag"),
            ("de;q=1",        None,           "there are no weights"),
            ("de_CH",         None,           "another sign"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<ContentLanguage>().ok();
            assert_eq!(
                read.map(|it| it.to_string()).as_deref(),
                want,
                "{text:?}: {why}"
            );
        }
    }
}
