//! What all grammars of headers begin with: the lines of a field.

use http::HeaderValue;

use crate::syntax;

/// The one line of a field that is no list, trimmed; `None` if there are several.
pub(super) fn only<'a>(mut lines: impl Iterator<Item = &'a HeaderValue>) -> Option<&'a [u8]> {
    let line = lines.next()?;
    lines.next().is_none().then(|| line.as_bytes().trim_ascii())
}

/// The same as text; `None` also for what is not UTF-8, or has a tab in it.
pub(super) fn only_text<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Option<&'a str> {
    let text = only(lines).and_then(|line| str::from_utf8(line).ok());
    text.filter(|text| !text.contains(|it: char| it.is_ascii_control()))
}

/// The elements of a list in which no quotes are, without the empty ones (RFC 9110 §5.6.1.2).
pub(super) fn elements<'a>(
    lines: impl Iterator<Item = &'a HeaderValue>,
) -> impl Iterator<Item = &'a [u8]> {
    lines.flat_map(|line| syntax::elements(line.as_bytes()))
}

/// `delta-seconds = 1*DIGIT` (RFC 9111 §1.2.2); what does not fit is as long as a number can say.
pub(super) fn seconds(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |sum, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(sum.saturating_mul(10).saturating_add(digit))
    })
}

/// A value of which every part was checked.
pub(super) fn written(text: impl AsRef<[u8]>) -> HeaderValue {
    HeaderValue::from_bytes(text.as_ref())
        .expect("each part was checked, and has no control characters")
}
