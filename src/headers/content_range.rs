//! `Content-Range` and `Accept-Ranges`: which part of a representation this is, and whether a client can request parts.

use std::ops::Range;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::elements;
use super::lines::only;
use super::lines::seconds;
use super::lines::written;
use super::text::header_text;
use crate::syntax::is_token;

/// The `Content-Range` header: which bytes of the representation a `206` has, or the length of the representation in a
/// `416`.
///
/// [`Response::conditional`](crate::Response::conditional) sets it.
///
/// # Grammar
///
/// `Content-Range = "bytes" SP ( first-pos "-" last-pos "/" ( complete-length / "*" ) / "*/" complete-length )` (RFC
/// 9110 [§14.4](https://www.rfc-editor.org/rfc/rfc9110#section-14.4)). A range that ends before its start or after the
/// complete length is malformed, and so is a unit other than `bytes`.
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::ContentRange;
///
/// let response = Response::text("345").with_status(206).with_content_range(ContentRange::part(3..6, 10));
/// assert_eq!(response.headers()["content-range"], "bytes 3-5/10");
///
/// let range: ContentRange = "bytes 3-5/*".parse()?;
/// assert_eq!((range.range(), range.complete_length()), (Some(3..6), None));
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContentRange {
    /// Not empty.
    part: Option<Range<u64>>,
    complete: Option<u64>,
}

impl ContentRange {
    /// The part `start..end` of a representation of this length in bytes. A part that is empty or ends after the
    /// representation cannot be expressed: it becomes [`unsatisfied`](Self::unsatisfied).
    #[must_use]
    pub fn part(part: Range<u64>, complete_length: u64) -> Self {
        let is_part = !part.is_empty() && part.end <= complete_length;
        Self {
            part: is_part.then_some(part),
            complete: Some(complete_length),
        }
    }

    /// No part, only the length of the representation in bytes. For a `416`.
    #[must_use]
    pub fn unsatisfied(complete_length: u64) -> Self {
        Self {
            part: None,
            complete: Some(complete_length),
        }
    }

    /// The positions of the part, as the half-open range `start..end`.
    #[must_use]
    pub fn range(&self) -> Option<Range<u64>> {
        self.part.clone()
    }

    /// The length of the representation in bytes, if it is given.
    #[must_use]
    pub fn complete_length(&self) -> Option<u64> {
        self.complete
    }

    fn parse(text: &[u8]) -> Option<Self> {
        // §14.1: units are case-insensitive.
        let (unit, rest) = text.split_at_checked(6)?;
        let rest = unit
            .eq_ignore_ascii_case(b"bytes ")
            .then(|| rest.trim_ascii_start())?;
        let slash = rest.iter().position(|byte| *byte == b'/')?;
        let (part, complete) = (&rest[..slash], &rest[slash + 1..]);
        let complete = match complete {
            b"*" => None,
            digits => Some(seconds(digits)?),
        };
        if part == b"*" {
            return complete.map(Self::unsatisfied);
        }
        let dash = part.iter().position(|byte| *byte == b'-')?;
        let (first, last) = (seconds(&part[..dash])?, seconds(&part[dash + 1..])?);
        // The largest number replaces numbers that do not fit.
        let end = last.checked_add(1)?;
        let is_sound = first < end && complete.is_none_or(|complete| end <= complete);
        is_sound.then_some(Self {
            part: Some(first..end),
            complete,
        })
    }
}

impl Header for ContentRange {
    const NAME: HeaderName = header::CONTENT_RANGE;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        only(lines).and_then(Self::parse).ok_or(HeaderError::new(
            Self::NAME,
            "a part such as `bytes 0-99/1000`",
        ))
    }

    fn encode(&self) -> HeaderValue {
        let complete = self.complete.map(|length| length.to_string());
        let complete = complete.as_deref().unwrap_or("*");
        written(match &self.part {
            Some(part) => format!("bytes {}-{}/{complete}", part.start, part.end - 1),
            None => format!("bytes */{complete}"),
        })
    }
}

header_text! { ContentRange }

/// The `Accept-Ranges` header: whether a client can request ranges of this resource.
///
/// [`Response::conditional`](crate::Response::conditional) sets `bytes` if it can answer range requests. If the
/// response already has [`none`](Self::none), ranges are switched off.
///
/// # Grammar
///
/// `Accept-Ranges = 1#range-unit` (RFC 9110 [§14.3](https://www.rfc-editor.org/rfc/rfc9110#section-14.3))
///
/// ```
/// use rustzeug::{Request, Response};
/// use rustzeug::headers::AcceptRanges;
///
/// let ask = Request::blank("/").with_header("range", "bytes=0-1");
/// let response = Response::text("hello").conditional(&ask);
/// assert_eq!(response.status(), 206);
///
/// let response = Response::text("hello").with_accept_ranges(AcceptRanges::none()).conditional(&ask);
/// assert_eq!(response.status(), 200);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AcceptRanges(Vec<String>);

impl AcceptRanges {
    /// Ranges of bytes.
    #[must_use]
    pub fn bytes() -> Self {
        Self(vec!["bytes".to_owned()])
    }

    /// No ranges.
    #[must_use]
    pub fn none() -> Self {
        Self(vec!["none".to_owned()])
    }

    /// The units, in lower case.
    #[must_use]
    pub fn units(&self) -> &[String] {
        &self.0
    }

    /// Whether ranges of bytes are offered.
    #[must_use]
    pub fn has_bytes(&self) -> bool {
        self.0.iter().any(|unit| unit == "bytes")
    }
}

impl Header for AcceptRanges {
    const NAME: HeaderName = header::ACCEPT_RANGES;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let units: Option<Vec<_>> = elements(lines)
            .map(|unit| {
                let text = is_token(unit).then(|| str::from_utf8(unit).ok())?;
                text.map(str::to_ascii_lowercase)
            })
            .collect();
        units
            .filter(|units| !units.is_empty())
            .map(Self)
            .ok_or(HeaderError::new(Self::NAME, "`bytes` or `none`"))
    }

    fn encode(&self) -> HeaderValue {
        written(self.0.join(", "))
    }
}

header_text! { AcceptRanges }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_and_the_whole() {
        #[rustfmt::skip]
        let cases = [
            ("bytes 0-499/1234",   Some((Some(0..500), Some(1234))),   "RFC 9110 §14.4: the first 500"),
            ("bytes 734-1233/1234", Some((Some(734..1234), Some(1234))), "the last 500"),
            ("bytes 42-1233/*",    Some((Some(42..1234), None)),       "of an unknown length"),
            ("bytes */1234",       Some((None, Some(1234))),           "no part"),
            ("bytes */0",          Some((None, Some(0))),              "of nothing"),
            ("bytes */*",          None, "says nothing"),
            ("bytes 5-2/10",       None, "it ends before it begins"),
            ("bytes 0-10/10",      None, "behind the end"),
            ("bytes 0-18446744073709551615/*", None, "beyond what can be counted"),
            ("bytes 0-1",          None, "no length"),
            ("bytes -5/10",        None, "a suffix is for requests"),
            ("bytes=0-1/10",       None, "that is Range"),
            ("items 0-1/10",       None, "another unit"),
            ("bytes 0-1/10, 2-3/10", None, "it is not a list"),
            ("",                   None, "an empty value"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<ContentRange>().ok();
            let parts = read.as_ref().map(|it| (it.range(), it.complete_length()));
            assert_eq!(parts, want, "{text:?}: {why}");
            if let Some(read) = read {
                assert_eq!(read.to_string(), text);
            }
        }
    }

    #[test]
    fn units_have_no_case() {
        let read: ContentRange = "Bytes 0-4/10".parse().expect("a part");
        assert_eq!(read, ContentRange::part(0..5, 10));
        assert!("byte".parse::<ContentRange>().is_err());
    }

    #[test]
    fn a_part_that_cannot_be_is_not_said() {
        for part in [3..3, 5..11, 20..30] {
            let range = ContentRange::part(part.clone(), 10);
            assert_eq!(range.to_string(), "bytes */10", "{part:?}");
        }
    }

    #[test]
    fn units_of_ranges() {
        for (text, want) in [
            ("bytes", Some("bytes")),
            ("None", Some("none")),
            ("bytes,, items", Some("bytes, items")),
            ("", None),
            ("a b", None),
        ] {
            let read = text.parse::<AcceptRanges>().ok();
            assert_eq!(read.map(|it| it.to_string()).as_deref(), want, "{text:?}");
        }
    }
}
