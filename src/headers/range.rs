//! `Range`: the parts of a representation that a client requests.

use std::fmt;
use std::fmt::Write;
use std::ops::Range as Span;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::only;
use super::lines::seconds;
use super::lines::written;
use super::text::header_text;
use crate::syntax::elements;

/// The `Range` header: which bytes of the representation a client wants.
///
/// [`Response::conditional`](crate::Response::conditional) evaluates it. Read it only to produce the parts yourself. A
/// unit other than `bytes` is malformed here, and so it is ignored, as the RFC requires.
///
/// # Grammar
///
/// `Range = "bytes=" 1#( int-range / suffix-range )` (RFC 9110
/// [§14.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.2),
/// [§14.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2)). A number that is too large for 64 bits becomes
/// the largest number.
///
/// ```
/// use rustzeug::Request;
/// use rustzeug::headers::{ByteRange, Range};
///
/// let request = Request::blank("/film").with_header("range", "bytes=0-99, -5");
/// let range = request.range().unwrap();
/// assert_eq!(range.ranges(), [ByteRange::FromTo(0, 99), ByteRange::Last(5)]);
/// assert_eq!(range.ranges()[1].of(1000), Some(995..1000));
///
/// assert_eq!(Range::from(ByteRange::From(500)).to_string(), "bytes=500-");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Range(Vec<ByteRange>);

/// A part of a representation, as the client requests it. Positions count bytes from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteRange {
    /// From one position to another, both inclusive.
    FromTo(u64, u64),
    /// From a position to the end.
    From(u64),
    /// This many bytes at the end.
    Last(u64),
}

impl ByteRange {
    /// Its positions in a representation of `length` bytes, as the half-open range `start..end`. `None` if the part is
    /// empty: it begins after the last byte, or is the last 0 bytes.
    ///
    /// ```
    /// use rustzeug::headers::ByteRange;
    ///
    /// assert_eq!(ByteRange::FromTo(5, 999).of(10), Some(5..10));
    /// assert_eq!(ByteRange::Last(999).of(10), Some(0..10));
    /// assert_eq!(ByteRange::From(10).of(10), None);
    /// ```
    #[must_use]
    pub fn of(self, length: u64) -> Option<Span<u64>> {
        let span = match self {
            Self::FromTo(first, last) => first..last.saturating_add(1).min(length),
            Self::From(first) => first..length,
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        (!span.is_empty()).then_some(span)
    }

    pub(crate) fn is_suffix(self) -> bool {
        matches!(self, Self::Last(1..))
    }

    /// `int-range = first-pos "-" [ last-pos ]`, `suffix-range = "-" suffix-length`
    fn parse(text: &[u8]) -> Option<Self> {
        let dash = text.iter().position(|byte| *byte == b'-')?;
        let (first, last) = (&text[..dash], &text[dash + 1..]);
        match (seconds(first), seconds(last)) {
            (None, Some(count)) if first.is_empty() => Some(Self::Last(count)),
            (Some(first), None) if last.is_empty() => Some(Self::From(first)),
            // §14.1.1: a range is invalid if it ends before it begins.
            (Some(first), Some(last)) if first <= last => Some(Self::FromTo(first, last)),
            _ => None,
        }
    }
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FromTo(first, last) => write!(f, "{first}-{last}"),
            Self::From(first) => write!(f, "{first}-"),
            Self::Last(count) => write!(f, "-{count}"),
        }
    }
}

/// The elements of the text of a `Range` header. A malformed element is `None`; the whole result is `None` for another
/// unit.
pub(crate) fn byte_ranges(text: &[u8]) -> Option<impl Iterator<Item = Option<ByteRange>>> {
    let (unit, set) = text.split_at_checked(6)?;
    // §14.1: units are case-insensitive.
    if !unit.eq_ignore_ascii_case(b"bytes=") {
        return None;
    }
    Some(elements(set).map(ByteRange::parse))
}

impl Range {
    /// The parts, in the order in which they are requested.
    #[must_use]
    pub fn ranges(&self) -> &[ByteRange] {
        &self.0
    }
}

/// One part. If it ends before it begins, the last 0 bytes are requested.
impl From<ByteRange> for Range {
    fn from(range: ByteRange) -> Self {
        Self::from_iter([range])
    }
}

/// Several parts, without those that end before they begin. Without a part it requests the last 0 bytes, since the list
/// cannot be empty.
impl FromIterator<ByteRange> for Range {
    fn from_iter<I: IntoIterator<Item = ByteRange>>(ranges: I) -> Self {
        let is_sound =
            |range: &ByteRange| !matches!(range, ByteRange::FromTo(first, last) if first > last);
        let mut ranges: Vec<_> = ranges.into_iter().filter(is_sound).collect();
        if ranges.is_empty() {
            ranges.push(ByteRange::Last(0));
        }
        Self(ranges)
    }
}

impl Header for Range {
    const NAME: HeaderName = header::RANGE;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let ranges = only(lines)
            .and_then(byte_ranges)
            .and_then(Iterator::collect::<Option<Vec<_>>>);
        ranges
            .filter(|ranges| !ranges.is_empty())
            .map(Self)
            .ok_or(HeaderError::new(
                Self::NAME,
                "ranges of bytes such as `bytes=0-99`",
            ))
    }

    fn encode(&self) -> HeaderValue {
        let mut text = String::from("bytes=");
        for (index, range) in self.0.iter().enumerate() {
            text.push_str(if index == 0 { "" } else { ", " });
            let _ = write!(text, "{range}");
        }
        written(text)
    }
}

header_text! { Range }

#[cfg(test)]
mod tests {
    use super::ByteRange::From;
    use super::ByteRange::FromTo;
    use super::ByteRange::Last;
    use super::*;

    #[test]
    fn any_parts_are_written_so_that_they_are_read() {
        for (ranges, want) in [
            (vec![], "bytes=-0"),
            (vec![FromTo(5, 2)], "bytes=-0"),
            (vec![FromTo(0, 1), FromTo(5, 2), Last(3)], "bytes=0-1, -3"),
            (
                vec![FromTo(u64::MAX, u64::MAX)],
                "bytes=18446744073709551615-18446744073709551615",
            ),
        ] {
            let range: Range = ranges.into_iter().collect();
            assert_eq!(range.to_string(), want);
            assert_eq!(want.parse(), Ok(range));
        }
    }

    #[test]
    fn ranges_of_bytes_and_nothing_else() {
        #[rustfmt::skip]
        let cases: [(&str, Option<&[ByteRange]>, &str); 29] = [
            ("bytes=0-499",       Some(&[FromTo(0, 499)]),          "RFC 9110 §14.1.2: the first 500"),
            ("bytes=500-999",     Some(&[FromTo(500, 999)]),        "the second 500"),
            ("bytes=-500",        Some(&[Last(500)]),               "the last 500"),
            ("bytes=9500-",       Some(&[From(9500)]),              "from there on"),
            ("bytes=0-0,-1",      Some(&[FromTo(0, 0), Last(1)]),   "the first and the last"),
            ("bytes= 0-0, 4-5 ",  Some(&[FromTo(0, 0), FromTo(4, 5)]), "blanks"),
            ("bytes=,0-0,,-1,",   Some(&[FromTo(0, 0), Last(1)]),   "empty elements"),
            ("BYTES=0-1",         Some(&[FromTo(0, 1)]),            "units have no case"),
            ("bytes=-0",          Some(&[Last(0)]),                 "nothing, but well-formed"),
            ("bytes=007-008",     Some(&[FromTo(7, 8)]),            "zeros in front"),
            ("bytes=0-99999999999999999999", Some(&[FromTo(0, u64::MAX)]), "more than 64 bits"),
            ("bytes=99999999999999999999-",  Some(&[From(u64::MAX)]),      "here as well"),
            ("bytes=5-2",         None, "it ends before it begins"),
            ("bytes=0-1,5-2",     None, "so the whole set is invalid"),
            ("bytes=-",           None, "no number"),
            ("bytes=--1",         None, "two dashes"),
            ("bytes=1",           None, "no dash"),
            ("bytes=0-1-2",       None, "one too many"),
            ("bytes=0 - 1",       None, "blanks inside"),
            ("bytes=+0-1",        None, "a sign"),
            ("bytes=0x0-1",       None, "another base"),
            ("bytes=0-4;x",       None, "something after it"),
            ("bytes=a-b",         None, "letters"),
            ("bytes=",            None, "no range"),
            ("bytes=,",           None, "an empty list"),
            ("bytes 0-1",         None, "that is Content-Range"),
            ("bytes",             None, "no set"),
            ("items=0-1",         None, "another unit"),
            ("",                  None, "an empty value"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<Range>().ok();
            assert_eq!(read.as_ref().map(Range::ranges), want, "{text:?}: {why}");
        }
        let line = HeaderValue::from_static("bytes=0-1");
        assert!(
            Range::decode([&line, &line].into_iter()).is_err(),
            "two lines"
        );
        let digits = HeaderValue::from_bytes("bytes=\u{663}-5".as_bytes()).expect("a value");
        assert!(
            Range::decode([&digits].into_iter()).is_err(),
            "digits of another script"
        );
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["bytes=0-499", "bytes=500-", "bytes=-5", "bytes=0-0, -1"] {
            let range: Range = text.parse().expect("ranges");
            assert_eq!(range.to_string(), text);
        }
    }

    #[test]
    fn a_range_has_positions_within_a_length() {
        #[rustfmt::skip]
        let cases = [
            (FromTo(0, 0),        10, Some(0..1),  "the last position is included"),
            (FromTo(4, 99),       10, Some(4..10), "and clamped"),
            (FromTo(0, u64::MAX), 10, Some(0..10), "however large it is"),
            (From(9),             10, Some(9..10), "the last byte"),
            (From(10),            10, None,        "behind the end"),
            (From(u64::MAX),      10, None,        "far behind it"),
            (Last(3),             10, Some(7..10), "a suffix"),
            (Last(99),            10, Some(0..10), "a suffix longer than the body"),
            (Last(0),             10, None,        "an empty suffix"),
            (From(0),             0,  None,        "there is nothing"),
            (Last(1),             0,  None,        "nor here"),
        ];
        for (range, length, want, why) in cases {
            assert_eq!(range.of(length), want, "{range:?} of {length}: {why}");
        }
    }
}
