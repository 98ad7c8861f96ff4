//! Reads the lines of a field, for the grammars of all headers.

use http::HeaderValue;

use crate::syntax;

/// The only line of a field that is not a list, trimmed; `None` if there are several lines.
pub(super) fn only<'a>(mut lines: impl Iterator<Item = &'a HeaderValue>) -> Option<&'a [u8]> {
    let line = lines.next()?;
    lines.next().is_none().then(|| line.as_bytes().trim_ascii())
}

/// The same as text; `None` too if it is not UTF-8 or has a tab.
pub(super) fn only_text<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Option<&'a str> {
    let text = only(lines).and_then(|line| str::from_utf8(line).ok());
    text.filter(|text| !text.contains(|it: char| it.is_ascii_control()))
}

/// The elements of a list without quoted strings, without empty elements (RFC 9110 §5.6.1.2).
pub(super) fn elements<'a>(
    lines: impl Iterator<Item = &'a HeaderValue>,
) -> impl Iterator<Item = &'a [u8]> {
    lines.flat_map(|line| syntax::elements(line.as_bytes()))
}

/// `delta-seconds = 1*DIGIT` (RFC 9111 §1.2.2); a number that is too large becomes the largest number.
pub(super) fn seconds(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |sum, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(sum.saturating_mul(10).saturating_add(digit))
    })
}

/// Makes a value from a text whose parts were checked.
pub(super) fn written(text: impl AsRef<[u8]>) -> HeaderValue {
    HeaderValue::from_bytes(text.as_ref())
        .expect("each part was checked, and has no control characters")
}
