//! Parameters of `Content-Type` and `Content-Disposition`, in one pass.
//!
//! More lenient than RFC 9110 §5.6.6 where nothing is in doubt: blanks around
//! `=` and `;`, nothing between two semicolons, values without quotes that are no
//! tokens. Names are found by position and never searched for, so that no
//! text in a value can be taken for a parameter.

use std::ops::Range;

use crate::syntax::is_token_byte;

/// A parameter, as positions in the text.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: Range<usize>,
    /// Without the quotes, escapes still in it.
    pub(super) value: Range<usize>,
    pub(super) is_quoted: bool,
}

/// A parameter without a name or a value, or a quote that does not close.
#[derive(Debug)]
pub(super) struct Malformed;

/// The parameters from a position on, where a `;` must stand or nothing.
#[derive(Debug)]
pub(super) struct Parameters<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Parameters<'t> {
    /// Those of `text`, from the first `;` at or after `from`, and what stands before it.
    pub(super) fn after(text: &'t [u8], from: usize) -> (&'t [u8], Self) {
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

    fn parameter(&mut self) -> Result<Parameter, Malformed> {
        let name = self.skip(is_token_byte);
        self.skip(is_blank);
        if name.is_empty() || self.text.get(self.at) != Some(&b'=') {
            return Err(Malformed);
        }
        self.at += 1;
        self.skip(is_blank);
        let is_quoted = self.text.get(self.at) == Some(&b'"');
        let value = if is_quoted {
            self.quoted()?
        } else {
            self.plain()?
        };
        self.skip(is_blank);
        // A quoted value, then more: nobody knows what it means.
        match self.text.get(self.at) {
            None | Some(b';') => Ok(Parameter {
                name,
                value,
                is_quoted,
            }),
            Some(_) => Err(Malformed),
        }
    }

    fn quoted(&mut self) -> Result<Range<usize>, Malformed> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            match self.text.get(at).ok_or(Malformed)? {
                b'"' => break,
                b'\\' if escaped(&self.text[at..]).is_some() => at += 2,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        Ok(start..at)
    }

    fn plain(&mut self) -> Result<Range<usize>, Malformed> {
        let mut value = self.skip(|byte| byte != b';');
        value.end = value.start + self.text[value.clone()].trim_ascii_end().len();
        if value.is_empty() || self.text[value.clone()].contains(&b'"') {
            return Err(Malformed);
        }
        Ok(value)
    }
}

impl Iterator for Parameters<'_> {
    type Item = Result<Parameter, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip(|byte| byte == b';' || is_blank(byte));
        (self.at < self.text.len()).then(|| self.parameter())
    }
}

/// The character that a backslash in front of `text` escapes: a quote or
/// another backslash. Before all else it means itself, as in `C:\Users`.
pub(super) fn escaped(text: &[u8]) -> Option<u8> {
    match text {
        [b'\\', byte @ (b'"' | b'\\'), ..] => Some(*byte),
        _ => None,
    }
}

pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
