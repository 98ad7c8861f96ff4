//! Finding the lines between parts.
//!
//! A delimiter is CR LF, two hyphens and the boundary; to be a line of its
//! own it must be followed by nothing but blanks up to CR LF, or by two more
//! hyphens and then that, or the end. Else it is text like any other. A CR
//! stands nowhere in it but at its front, and so no part of one can be the
//! beginning of another.

use memchr::memmem::Finder;
use memchr::memrchr;

use super::boundary::Boundary;
use super::error::Kind;
use super::parameters::is_blank;

/// How many blanks may follow a delimiter; RFC 2046 has gateways add them.
pub(super) const PADDING_BYTES: usize = 128;

/// A line that is more than text.
#[derive(Debug)]
pub(super) enum Line {
    /// Another part begins after so many bytes.
    Next(usize),
    /// The body is over.
    Close,
    Broken(Kind),
}

/// What stands at a place where a delimiter may begin.
#[derive(Debug)]
pub(super) enum Look {
    Text,
    Line(Line),
    /// More bytes are needed to tell.
    Undecided,
}

#[derive(Debug)]
pub(super) struct Delimiter(Finder<'static>);

impl Delimiter {
    pub(super) fn new(boundary: &Boundary) -> Self {
        let needle = format!("\r\n--{boundary}");
        Self(Finder::new(needle.as_bytes()).into_owned())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.needle()
    }

    /// So many bytes always decide.
    pub(super) fn longest_line(&self) -> usize {
        self.bytes().len() + b"--".len() + PADDING_BYTES + b"\r\n".len()
    }

    /// The first place in `text` that is not, or may turn out not to be, text.
    pub(super) fn find(&self, text: &[u8], is_all: bool) -> Option<(usize, Look)> {
        let length = self.bytes().len();
        let mut from = 0;
        while let Some(at) = self.0.find(&text[from..]) {
            let at = from + at;
            match self.after(&text[at + length..], is_all) {
                Look::Text => from = at + length,
                look => return Some((at, look)),
            }
        }
        let tail = text.len().saturating_sub(length - 1);
        let at = tail + memrchr(b'\r', &text[tail..])?;
        let is_begun = self.bytes().starts_with(&text[at..]);
        is_begun.then_some((at, Look::Undecided))
    }

    /// Looks at text that begins where a delimiter may begin; `is_all` where
    /// no more will come.
    pub(super) fn look(&self, text: &[u8], is_all: bool) -> Look {
        match text.strip_prefix(self.bytes()) {
            Some(after) => self.after(after, is_all),
            None if self.bytes().starts_with(text) && !is_all => Look::Undecided,
            None => Look::Text,
        }
    }

    /// Looks at what follows a delimiter.
    fn after(&self, after: &[u8], is_all: bool) -> Look {
        let (closes, rest) = match after {
            [b'-', b'-', rest @ ..] => (true, rest),
            b"" | b"-" if !is_all => return Look::Undecided,
            _ => (false, after),
        };
        let blanks = rest.iter().take(PADDING_BYTES + 1);
        let padding = blanks.take_while(|byte| is_blank(**byte)).count();
        if padding > PADDING_BYTES {
            let limit = PADDING_BYTES;
            return Look::Line(Line::Broken(Kind::Padding { limit }));
        }
        match &rest[padding..] {
            [b'\n', ..] => Look::Line(Line::Broken(Kind::BareLf)),
            [b'\r', b'\n', ..] if closes => Look::Line(Line::Close),
            [b'\r', b'\n', ..] => Look::Line(Line::Next(self.bytes().len() + padding + 2)),
            [] | [b'\r'] if !is_all => Look::Undecided,
            [] if closes => Look::Line(Line::Close),
            _ => Look::Text,
        }
    }
}
