//! Ranges: the bytes of a representation that a `Range` header selects, and the delimiters of a response with several
//! parts.
//!
//! [`Response::conditional`](crate::Response::conditional) is for handlers. This module has the decision below it, for
//! programs on the raw gateway.

use std::ops::Range;

use http::HeaderMap;
use http::header;

use crate::headers::ContentRange;
use crate::headers::byte_ranges;

/// The result of a `Range` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// The whole representation, for a `200`: there is no header, or it must be ignored.
    Whole,
    /// One part, for a `206` with `Content-Range`.
    Part(Range<u64>),
    /// Several parts that do not touch, for a `206` of type `multipart/byteranges`.
    Parts(Vec<Range<u64>>),
    /// No existing bytes, for a `416`.
    Unsatisfiable,
}

/// Selects bytes of a representation of `length` bytes, according to the `Range` header of a `GET`.
///
/// * The whole representation is selected if the header is malformed, has several lines, has a unit other than `bytes`,
///   or requests more than `most` parts. The same holds if it requests the last bytes of an empty representation.
/// * A part that reaches past the end is shortened. A part that begins past the end is left out.
/// * If parts overlap or touch, they are merged, and all parts are sorted in ascending order. Otherwise they stay in
///   the order of the request. So a response never has a byte twice.
///
/// The work is linear in the length of the header.
///
/// ```
/// use rustzeug::Request;
/// use rustzeug::range::{Selection, select};
///
/// let of_ten = |range: &str| select(Request::blank("/").with_header("range", range).headers(), 10, 16);
/// assert_eq!(of_ten("bytes=0-4"), Selection::Part(0..5));
/// assert_eq!(of_ten("bytes=-3"), Selection::Part(7..10));
/// assert_eq!(of_ten("bytes=0-1, 8-99"), Selection::Parts(vec![0..2, 8..10]));
/// assert_eq!(of_ten("bytes=0-4, 3-6"), Selection::Part(0..7));
/// assert_eq!(of_ten("bytes=10-"), Selection::Unsatisfiable);
/// assert_eq!(of_ten("lines=1-2"), Selection::Whole);
/// ```
///
/// RFC 9110 [§14.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.2), [§15.3.7](https://www.rfc-editor.org/rfc/rfc9110#section-15.3.7),
/// [§17.15](https://www.rfc-editor.org/rfc/rfc9110#section-17.15).
#[must_use]
pub fn select(headers: &HeaderMap, length: u64, most: usize) -> Selection {
    let mut lines = headers.get_all(header::RANGE).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return Selection::Whole;
    };
    let Some(ranges) = byte_ranges(line.as_bytes().trim_ascii()) else {
        return Selection::Whole;
    };
    let (mut parts, mut count, mut is_end_of_nothing) = (Vec::new(), 0, false);
    for range in ranges {
        count += 1;
        let Some(range) = range.filter(|_| count <= most) else {
            return Selection::Whole;
        };
        parts.extend(range.of(length));
        is_end_of_nothing |= length == 0 && range.is_suffix();
    }
    // §14.1.2: the last bytes of an empty representation are empty, which no Content-Range can express.
    if count == 0 || is_end_of_nothing {
        return Selection::Whole;
    }
    merge(&mut parts);
    match parts.len() {
        0 => Selection::Unsatisfiable,
        1 => Selection::Part(parts.remove(0)),
        _ => Selection::Parts(parts),
    }
}

/// Merges parts that overlap or touch.
fn merge(parts: &mut Vec<Range<u64>>) {
    let mut sorted = parts.clone();
    sorted.sort_unstable_by_key(|part| part.start);
    let before = sorted.len();
    sorted.dedup_by(|next, kept| {
        let touches = next.start <= kept.end;
        if touches {
            kept.end = kept.end.max(next.end);
        }
        touches
    });
    if sorted.len() < before {
        *parts = sorted;
    }
}

/// The text before a part of `multipart/byteranges` (RFC 9110 §14.6): the delimiter and the head.
pub(crate) fn part_head(
    is_first: bool,
    boundary: &str,
    content_type: &[u8],
    part: &Range<u64>,
    length: u64,
) -> Vec<u8> {
    let mut head = Vec::with_capacity(128 + content_type.len());
    head.extend_from_slice(if is_first { b"--" } else { b"\r\n--" });
    head.extend_from_slice(boundary.as_bytes());
    if !content_type.is_empty() {
        head.extend_from_slice(b"\r\nContent-Type: ");
        head.extend_from_slice(content_type);
    }
    let range = ContentRange::part(part.clone(), length);
    head.extend_from_slice(format!("\r\nContent-Range: {range}\r\n\r\n").as_bytes());
    head
}

/// The text after the last part.
pub(crate) fn tail(boundary: &str) -> Vec<u8> {
    format!("\r\n--{boundary}--\r\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::Selection::Part;
    use super::Selection::Parts;
    use super::Selection::Unsatisfiable;
    use super::Selection::Whole;
    use super::*;

    fn of(range: &str, length: u64) -> Selection {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_str(range).expect("a value");
        headers.insert(header::RANGE, value);
        select(&headers, length, 16)
    }

    #[test]
    fn selects_what_there_is() {
        #[rustfmt::skip]
        let cases = [
            ("bytes=0-4",           10, Part(0..5),               "the last position is included"),
            ("bytes=0-0",           10, Part(0..1),               "a byte"),
            ("bytes=0-",            10, Part(0..10),              "all of it, as a 206: browsers ask so for films"),
            ("bytes=0-999999",      26, Part(0..26),              "clamped, not refused"),
            ("bytes=9-",            10, Part(9..10),              "the last byte"),
            ("bytes=10-",           10, Unsatisfiable,            "behind the end"),
            ("bytes=-100",          10, Part(0..10),              "a suffix longer than the body is all of it"),
            ("bytes=-0",            10, Unsatisfiable,            "an empty suffix"),
            ("bytes=0-1,4-5",       10, Parts(vec![0..2, 4..6]),  "two"),
            ("bytes=8-9, 0-1",      10, Parts(vec![8..10, 0..2]), "in the order of the request"),
            ("bytes=0-1,90-99",     10, Part(0..2),               "what is not there is left out"),
            ("bytes=90-99,95-",     10, Unsatisfiable,            "nothing of it is there"),
            ("bytes=0-4,3-6",       10, Part(0..7),               "overlapping"),
            ("bytes=0-4,5-6",       10, Part(0..7),               "touching"),
            ("bytes=4-6,0-1,5-8",   10, Parts(vec![0..2, 4..9]),  "two of three, so all are sorted"),
            ("bytes=0-9,2-3,5-",    10, Part(0..10),              "one in another"),
            ("bytes=0-0,0-0,0-0",   10, Part(0..1),               "the same again"),
            ("bytes=,0-1,,",        10, Part(0..2),               "empty elements"),
            ("bytes=-5",            0,  Whole,                    "the end of nothing"),
            ("bytes=0-",            0,  Unsatisfiable,            "there is no first byte"),
            ("bytes=5-2",           10, Whole,                    "invalid: ignored"),
            ("bytes=0-1,5-2",       10, Whole,                    "in part invalid: ignored"),
            ("bytes=-",             10, Whole,                    "no number"),
            ("bytes=0-4;x",         10, Whole,                    "something after it"),
            ("items=0-1",           10, Whole,                    "another unit"),
            ("bytes=",              10, Whole,                    "no range"),
            ("",                    10, Whole,                    "an empty value"),
            ("bytes=0-18446744073709551616", 10, Part(0..10),     "more than 64 bits"),
        ];
        for (range, length, want, why) in cases {
            assert_eq!(of(range, length), want, "{range:?} of {length}: {why}");
        }
    }

    #[test]
    fn too_many_parts_are_all_of_it() {
        let many = |count: u64| {
            let parts: Vec<_> = (0..count).map(|at| format!("{}-{0}", at * 2)).collect();
            format!("bytes={}", parts.join(","))
        };
        assert!(matches!(of(&many(16), 100), Parts(parts) if parts.len() == 16));
        assert_eq!(of(&many(17), 100), Whole);
        // CVE-2025-62727, CVE-2011-3192.
        assert_eq!(of(&many(3000), 10_000), Whole);
        assert_eq!(of(&format!("bytes=0-{}", ",0-".repeat(3000)), 100), Whole);
        let not_there = format!("bytes={}", "900-,".repeat(17));
        assert_eq!(of(&not_there, 100), Whole, "what is not there counts too");
    }

    #[test]
    fn two_lines_are_no_range() {
        let mut headers = HeaderMap::new();
        headers.append(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        headers.append(header::RANGE, HeaderValue::from_static("bytes=4-5"));
        assert_eq!(select(&headers, 10, 16), Whole);
        assert_eq!(select(&HeaderMap::new(), 10, 16), Whole);
    }

    #[test]
    fn parts_are_within_the_length_and_have_no_byte_twice() {
        const PIECES: [&str; 14] = [
            "0",
            "1",
            "5",
            "9",
            "12",
            "-",
            "-",
            "-",
            ",",
            ",",
            " ",
            "bytes=",
            "99999999999999999999",
            "x",
        ];
        arbtest::arbtest(|u| {
            let mut text = String::from("bytes=");
            for _ in 0..u.int_in_range(0..=30)? {
                text.push_str(u.choose(&PIECES)?);
            }
            let length = u.int_in_range(0..=12)?;
            let mut parts = match of(&text, length) {
                Part(part) => vec![part],
                Parts(parts) => {
                    assert!((2..=16).contains(&parts.len()));
                    parts
                }
                Whole | Unsatisfiable => vec![],
            };
            parts.sort_by_key(|part| part.start);
            assert!(
                parts
                    .iter()
                    .all(|part| part.start < part.end && part.end <= length)
            );
            assert!(
                parts.is_sorted_by(|one, next| one.end < next.start),
                "{text}: {parts:?}"
            );
            Ok(())
        });
    }
}
