//! Parameters of `Content-Type` and `Content-Disposition`, in one pass.
//!
//! It is more lenient than RFC 9110 §5.6.6 where nothing is ambiguous: blanks around `=` and `;`, nothing
//! between two semicolons, unquoted values that are not tokens. Unreadable text is skipped up to the next
//! semicolon, unless a quote in it makes it unclear which semicolon that is. Names are found by position and
//! never searched for, so that text in a value cannot be mistaken for a parameter.

use std::borrow::Cow;
use std::ops::Range;

use super::is_token_byte;

/// A parameter with a value, as positions in the text.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Range<usize>,
    /// Without the quotes, but with the escapes.
    pub(crate) value: Range<usize>,
    pub(crate) is_quoted: bool,
    /// Its quotes open and close, and have no text around them.
    pub(crate) is_sound: bool,
}

/// A quote makes it uncertain where the next parameter begins.
#[derive(Debug)]
pub(crate) struct Malformed;

/// The parameters from a position on, which is at a `;` or at the end.
#[derive(Debug)]
pub(crate) struct Parameters<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Parameters<'t> {
    /// Returns the text before the first `;` at or after `from`, and the parameters from there on.
    pub(crate) fn after(text: &'t [u8], from: usize) -> (&'t [u8], Self) {
        let rest = &text[from..];
        let length = rest.iter().position(|byte| *byte == b';');
        let at = length.map_or(text.len(), |length| from + length);
        (text[from..at].trim_ascii(), Self { text, at })
    }

    fn skip(&mut self, skipped: impl Fn(u8) -> bool) -> Range<usize> {
        let start = self.at;
        let rest = self.text[start..].iter();
        self.at += rest.take_while(|byte| skipped(**byte)).count();
        start..self.at
    }

    /// Takes the text before the next semicolon, without trailing blanks.
    ///
    /// Some readers treat a quote anywhere as the beginning of a quoted string, others do not. They agree if
    /// quotes come in pairs, or if nothing follows.
    fn plain(&mut self) -> Result<Range<usize>, Malformed> {
        let mut plain = self.skip(|byte| byte != b';');
        plain.end = plain.start + self.text[plain.clone()].trim_ascii_end().len();
        let text = &self.text[plain.clone()];
        let quotes = text
            .iter()
            .fold(0_usize, |count, byte| count + usize::from(*byte == b'"'));
        let has_escape = || text.windows(2).any(|pair| pair == b"\\\"");
        let is_clear = quotes == 0 || (quotes.is_multiple_of(2) && !has_escape());
        if is_clear || self.at == self.text.len() {
            return Ok(plain);
        }
        Err(Malformed)
    }

    /// Takes the next parameter; `None` if the text up to the next semicolon has no name or no value.
    fn parameter(&mut self) -> Result<Option<Parameter>, Malformed> {
        let name = self.skip(is_token_byte);
        self.skip(is_space);
        if name.is_empty() || self.text.get(self.at) != Some(&b'=') {
            self.plain()?;
            return Ok(None);
        }
        self.at += 1;
        self.skip(is_space);
        if self.text.get(self.at) != Some(&b'"') {
            let value = self.plain()?;
            let is_sound = !self.text[value.clone()].contains(&b'"');
            return Ok((!value.is_empty()).then_some(Parameter {
                name,
                value,
                is_quoted: false,
                is_sound,
            }));
        }
        let (value, closes) = self.quoted();
        let is_sound = closes && self.plain()?.is_empty();
        // Some readers escape the quote and not the backslash, so that the text continues.
        if self.text[value.clone()].ends_with(b"\\") && self.at < self.text.len() {
            return Err(Malformed);
        }
        Ok(Some(Parameter {
            name,
            value,
            is_quoted: true,
            is_sound,
        }))
    }

    /// Takes the text in quotes; also returns whether they close.
    fn quoted(&mut self) -> (Range<usize>, bool) {
        let start = self.at + 1;
        let mut at = start;
        loop {
            match self.text.get(at) {
                None => {
                    self.at = at;
                    return (start..at, false);
                }
                Some(b'"') => {
                    self.at = at + 1;
                    return (start..at, true);
                }
                Some(b'\\') if escaped(&self.text[at..]).is_some() => at += 2,
                Some(_) => at += 1,
            }
        }
    }
}

impl Iterator for Parameters<'_> {
    type Item = Result<Parameter, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.skip(|byte| byte == b';' || is_space(byte));
            if self.at == self.text.len() {
                return None;
            }
            if let Some(parameter) = self.parameter().transpose() {
                return Some(parameter);
            }
        }
    }
}

/// Removes the escapes from the text of a quoted string.
pub(crate) fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let (mut unescaped, mut rest) = (Vec::with_capacity(text.len()), text);
    while let [first, after @ ..] = rest {
        let escaped = escaped(rest);
        unescaped.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() {
            &after[1..]
        } else {
            after
        };
    }
    Cow::Owned(unescaped)
}

/// Returns the character that a backslash at the beginning of `text` escapes: a quote or another backslash.
/// Before other characters it is literal, as in `C:\Users`.
pub(crate) fn escaped(text: &[u8]) -> Option<u8> {
    match text {
        [b'\\', byte @ (b'"' | b'\\'), ..] => Some(*byte),
        _ => None,
    }
}

pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// A blank, or the line end of a folded line.
const fn is_space(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'\r' | b'\n')
}
