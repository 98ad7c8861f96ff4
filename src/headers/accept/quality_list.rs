//! Lists of what a client accepts, each element with a weight.

use std::fmt;

use http::HeaderName;
use http::HeaderValue;

use super::quality::Quality;
use crate::headers::Header;
use crate::headers::HeaderError;
use crate::headers::lines::written;
use crate::headers::text;

/// An element of a [`QualityList`]. Only this crate implements it.
pub trait Weighted: Sized {
    /// The field of these elements.
    const NAME: HeaderName;

    /// The text after "expected" in the error for a malformed list.
    const EXPECTED: &'static str;

    /// The elements of a line that are not empty; `None` for a malformed element.
    fn elements(line: &[u8]) -> impl Iterator<Item = Option<(Self, Quality)>>;

    /// The element without its weight.
    fn text(&self) -> &str;
}

/// The elements that a client accepts, in the order of the header: [`Accept`](super::Accept),
/// [`AcceptEncoding`](super::AcceptEncoding), [`AcceptLanguage`](super::AcceptLanguage).
///
/// The methods `best`, `ranked` and `quality` compare offers with it. To choose for a request, the list is not needed:
/// [`Request::best_media_type`](crate::Request::best_media_type) and similar methods use the header directly.
///
/// `request.accept()` skips malformed elements. With `request.header::<Accept>()?`, a malformed element makes the
/// header malformed. Weights are read leniently, such as `.5` and `0.1234`.
///
/// # Grammar
///
/// A list of elements with a `weight` (RFC 9110
/// [§12.4.2](https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2)).
///
/// ```
/// use rustzeug::Request;
/// use rustzeug::headers::Accept;
///
/// let request = Request::blank("/").with_header("accept", "text/html, */*;q=0.1, nonsense");
/// let accept = request.accept().unwrap();
/// let elements: Vec<_> = accept.iter().map(|(range, quality)| format!("{range} {quality}")).collect();
/// assert_eq!(elements, ["text/html 1", "*/* 0.1"]);
/// assert!(request.header::<Accept>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct QualityList<T> {
    elements: Vec<(T, Quality)>,
}

impl<T> QualityList<T> {
    /// The elements with their weights, in the order of the header.
    pub fn iter(&self) -> impl Iterator<Item = (&T, Quality)> {
        self.elements
            .iter()
            .map(|(element, quality)| (element, *quality))
    }

    /// The number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// The element with the greatest weight; the first one, if several weights are equal; `None` if nothing is
    /// acceptable.
    ///
    /// ```
    /// use rustzeug::headers::AcceptLanguage;
    ///
    /// let accepted: AcceptLanguage = "en;q=0.5, de-CH, fr".parse()?;
    /// assert_eq!(accepted.first().map(|tag| tag.as_str()), Some("de-CH"));
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        let acceptable = self
            .elements
            .iter()
            .rev()
            .filter(|(_, quality)| quality.is_acceptable());
        acceptable
            .max_by_key(|(_, quality)| *quality)
            .map(|(element, _)| element)
    }
}

impl<T> Default for QualityList<T> {
    fn default() -> Self {
        Self {
            elements: Vec::new(),
        }
    }
}

impl<T> FromIterator<(T, Quality)> for QualityList<T> {
    fn from_iter<I: IntoIterator<Item = (T, Quality)>>(elements: I) -> Self {
        Self {
            elements: elements.into_iter().collect(),
        }
    }
}

/// Gives all elements the weight 1.
impl<T, const N: usize> From<[T; N]> for QualityList<T> {
    fn from(elements: [T; N]) -> Self {
        elements
            .into_iter()
            .map(|element| (element, Quality::MAX))
            .collect()
    }
}

impl<T: Weighted> Header for QualityList<T> {
    const NAME: HeaderName = T::NAME;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let elements = lines.flat_map(|line| T::elements(line.as_bytes()));
        let elements = elements.collect::<Option<_>>();
        elements
            .map(|elements| Self { elements })
            .ok_or(HeaderError::new(T::NAME, T::EXPECTED))
    }

    /// Skips malformed elements; `None` if there are no others.
    fn decode_leniently<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Option<Self> {
        let (mut kept, mut is_malformed) = (Self::default(), false);
        for element in lines.flat_map(|line| T::elements(line.as_bytes())) {
            is_malformed |= element.is_none();
            kept.elements.extend(element);
        }
        (!kept.is_empty() || !is_malformed).then_some(kept)
    }

    fn encode(&self) -> HeaderValue {
        let mut line = String::new();
        for (element, quality) in self.iter() {
            if !line.is_empty() {
                line.push_str(", ");
            }
            line.push_str(element.text());
            quality.push(&mut line);
        }
        written(line)
    }
}

impl<T: Weighted> std::str::FromStr for QualityList<T> {
    type Err = HeaderError;

    /// Reads the text of one line.
    fn from_str(line: &str) -> Result<Self, HeaderError> {
        text::parse(line)
    }
}

impl<T: Weighted> fmt::Display for QualityList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&text::text(self))
    }
}

impl<T: Weighted> fmt::Debug for QualityList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QualityList({self})")
    }
}

impl<T: Weighted> From<QualityList<T>> for HeaderValue {
    fn from(list: QualityList<T>) -> Self {
        list.encode()
    }
}
