//! Splits lists and parameters of headers, with regard to quoted strings.

use std::borrow::Cow;

use crate::syntax::is_token;
use crate::syntax::is_token_byte;

/// The pieces of a list, trimmed; a separator in a quoted string is text.
#[derive(Clone)]
pub(crate) struct Pieces<'t> {
    pub(crate) rest: Option<&'t [u8]>,
    separator: u8,
    /// Cleared by a quote that is not closed. Such a quote is then ignored, so that it affects only one piece, and no
    /// text is searched twice for the end.
    quotes: bool,
}

impl<'t> Pieces<'t> {
    pub(crate) const fn of(text: &'t [u8], separator: u8) -> Self {
        Self {
            rest: Some(text),
            separator,
            quotes: true,
        }
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        let text = self.rest?;
        let mut end = 0;
        loop {
            let is_stop = |byte: &u8| *byte == self.separator || (*byte == b'"' && self.quotes);
            let Some(length) = text[end..].iter().position(is_stop) else {
                end = text.len();
                break;
            };
            end += length;
            if text[end] == self.separator {
                break;
            }
            match quoted_length(&text[end..]) {
                Some(length) => end += length,
                None => self.quotes = false,
            }
        }
        self.rest = text.get(end + 1..);
        Some(text[..end].trim_ascii())
    }
}

/// The length of the quoted string at the beginning, including the quotes (§5.6.4).
pub(crate) fn quoted_length(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The text before and after the first `separator`.
pub(crate) fn cut(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == separator)?;
    Some((&text[..at], &text[at + 1..]))
}

/// Whether two names are equal, ignoring case. The common case is equal bytes.
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one == other || one.eq_ignore_ascii_case(other)
}

/// The token at the beginning, and the text after it.
pub(crate) fn leading_token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_end = |byte: &u8| !is_token_byte(*byte);
    let end = text.iter().position(is_end).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// A checked value without its quotes and escapes, in lower case.
pub(crate) fn unquoted(value: &[u8]) -> impl Iterator<Item = u8> {
    let inner = value
        .strip_prefix(b"\"")
        .and_then(|value| value.strip_suffix(b"\""));
    let is_quoted = inner.is_some();
    let mut bytes = inner.unwrap_or(value).iter();
    std::iter::from_fn(move || match bytes.next() {
        Some(b'\\') if is_quoted => bytes.next(),
        byte => byte,
    })
    .map(u8::to_ascii_lowercase)
}

/// The value of a parameter or a list, a token or a quoted string (RFC 9110 §5.6.4), as text; `None` for any other
/// value, or if it is not UTF-8 or has a control character. A tab becomes a space, because a response must not have a
/// tab.
pub(crate) fn value_text(value: &[u8]) -> Option<Cow<'_, str>> {
    if is_token(value) {
        return str::from_utf8(value).ok().map(Cow::Borrowed);
    }
    if quoted_length(value) != Some(value.len()) {
        return None;
    }
    let inner = &value[1..value.len() - 1];
    // A header has none, but a text that is parsed as a part of one may.
    if inner
        .iter()
        .any(|byte| byte.is_ascii_control() && *byte != b'\t')
    {
        return None;
    }
    if !inner.iter().any(|byte| matches!(byte, b'\\' | b'\t')) {
        return str::from_utf8(inner).ok().map(Cow::Borrowed);
    }
    let mut text = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'\\' => bytes.next()?,
            byte => byte,
        };
        text.push(if *byte == b'\t' { b' ' } else { *byte });
    }
    String::from_utf8(text).ok().map(Cow::Owned)
}

/// Appends a value: unchanged if it is a token, otherwise as a quoted string.
pub(crate) fn push_value(line: &mut String, value: &str) {
    if is_token(value.as_bytes()) {
        line.push_str(value);
    } else {
        push_quoted(line, value);
    }
}

/// Appends a quoted string (RFC 9110 §5.6.4). The text must have no control characters.
pub(crate) fn push_quoted(line: &mut String, text: &str) {
    line.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            line.push('\\');
        }
        line.push(character);
    }
    line.push('"');
}
