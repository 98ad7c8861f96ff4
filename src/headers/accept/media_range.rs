//! Media types and families of them, with parameters: `text/html`, `text/*`, `*/*`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use http::HeaderName;
use http::header;
use mime::Mime;

use super::quality::Quality;
use super::quality_list::Weighted;
use crate::headers::HeaderError;
use crate::syntax::media_range::Elements;
use crate::syntax::media_range::Media;
use crate::syntax::media_range::Range;
use crate::syntax::pieces::is_same;
use crate::syntax::pieces::push_value;
use crate::syntax::pieces::value_text;

/// A media type, or a family of them, with parameters: an element of [`Accept`](super::Accept).
///
/// Type, subtype and parameter names are in lower case; values are unchanged.
///
/// # Grammar
///
/// `media-range = ( "*/*" / ( type "/" "*" ) / ( type "/" subtype ) ) parameters` (RFC 9110
/// [§12.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1))
///
/// ```
/// use rustzeug::headers::MediaRange;
///
/// let range: MediaRange = "Text/HTML; level=1".parse()?;
/// assert_eq!((range.type_(), range.subtype()), ("text", "html"));
/// assert_eq!(range.parameter("level").as_deref(), Some("1"));
/// assert_eq!(range.to_string(), "text/html;level=1");
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MediaRange(String);

impl MediaRange {
    /// The text before the slash, or `*`.
    #[must_use]
    pub fn type_(&self) -> &str {
        self.essence().0
    }

    /// The text after the slash, or `*`.
    #[must_use]
    pub fn subtype(&self) -> &str {
        self.essence().1
    }

    /// The text as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parameters, without the weight; values without quotes.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let media = Media::split(self.0.as_bytes());
        let parameters = media.into_iter().flat_map(|media| media.parameters());
        parameters.flatten().filter_map(|(name, value)| {
            let value = if value.is_empty() {
                Some(Cow::Borrowed(""))
            } else {
                value_text(value)
            };
            Some((str::from_utf8(name).ok()?, value?))
        })
    }

    /// The value of a parameter. Its name is case-insensitive.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut parameters = self.parameters();
        let found = parameters.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    fn essence(&self) -> (&str, &str) {
        let end = self.0.find(';').unwrap_or(self.0.len());
        self.0[..end].split_once('/').unwrap_or_default()
    }

    /// A range as it was read; `None` for a value that is not UTF-8.
    fn of(range: &Range<'_>) -> Option<Self> {
        let media = &range.media;
        let mut text = String::new();
        text.push_str(str::from_utf8(media.kind()).ok()?);
        text.push('/');
        text.push_str(str::from_utf8(media.subtype()).ok()?);
        text.make_ascii_lowercase();
        for (name, value) in media.parameters().flatten() {
            if is_same(name, b"q") {
                continue;
            }
            text.push(';');
            let start = text.len();
            text.push_str(str::from_utf8(name).ok()?);
            text[start..].make_ascii_lowercase();
            if !value.is_empty() {
                text.push('=');
                push_value(&mut text, &value_text(value)?);
            }
        }
        Some(Self(text))
    }
}

impl FromStr for MediaRange {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        let range = Range::read(text.trim_ascii().as_bytes());
        let range = range.and_then(|(range, _)| Self::of(&range));
        range.ok_or(HeaderError::new(
            Self::NAME,
            "a media range such as `text/*`",
        ))
    }
}

impl From<Mime> for MediaRange {
    fn from(media_type: Mime) -> Self {
        let range = Range::read(media_type.as_ref().as_bytes());
        let range = range.and_then(|(range, _)| Self::of(&range));
        // A `q` in a media type is a weight here, so it cannot be stored as a parameter.
        range.unwrap_or_else(|| Self(media_type.essence_str().to_owned()))
    }
}

impl fmt::Display for MediaRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for MediaRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MediaRange({})", self.0)
    }
}

impl Weighted for MediaRange {
    const NAME: HeaderName = header::ACCEPT;
    const EXPECTED: &'static str = "media ranges such as `text/html, */*;q=0.1`";

    fn elements(line: &[u8]) -> impl Iterator<Item = Option<(Self, Quality)>> {
        Elements::of(line).map(|element| {
            let (range, weight) = element?;
            Some((Self::of(&range)?, Quality::from_thousandths(weight)))
        })
    }

    fn text(&self) -> &str {
        &self.0
    }
}
