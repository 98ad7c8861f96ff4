//! Finding the lines between parts.
//!
//! A delimiter is CR LF, two hyphens and the boundary, followed only by blanks up to CR LF; two more hyphens
//! before the blanks close the body. RFC 2046 §5.1.1 requires a boundary that occurs nowhere else. If it does
//! occur, some readers end the part there and others do not, so it is an error.

use memchr::memchr2_iter;
use memchr::memmem::Finder;

use crate::syntax::is_blank;

use super::boundary::Boundary;
use super::multipart_error::Fault;

/// The number of blanks that may follow a delimiter; RFC 2046 lets gateways add them.
pub(super) const PADDING_BYTES: usize = 128;

/// The kind of line at a place with the boundary.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    /// Another part begins after this number of bytes.
    Next(usize),
    /// The body ends after this number of bytes.
    Close(usize),
    Broken(Fault),
}

impl Line {
    /// Subtracts bytes that are already consumed.
    pub(super) fn less(self, gone: usize) -> Self {
        match self {
            Self::Next(length) => Self::Next(length - gone),
            Self::Close(length) => Self::Close(length - gone),
            Self::Broken(kind) => Self::Broken(kind),
        }
    }
}

/// A possible end of text.
#[derive(Debug)]
pub(super) enum Look {
    Line(Line),
    /// More bytes are needed to decide.
    Undecided,
}

#[derive(Debug)]
pub(super) struct Delimiter {
    /// The delimiter, with the line end in front of it.
    line: Vec<u8>,
    /// Finds the delimiter without that line end.
    finder: Finder<'static>,
}

impl Delimiter {
    pub(super) fn new(boundary: &Boundary) -> Self {
        let line = format!("\r\n--{boundary}").into_bytes();
        let finder = Finder::new(&line[2..]).into_owned();
        Self { line, finder }
    }

    /// The boundary with the hyphens in front of it.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.line[2..]
    }

    /// This number of bytes is always enough to decide.
    pub(super) fn longest_line(&self) -> usize {
        self.line.len() + b"--".len() + PADDING_BYTES + b"\r\n".len()
    }

    /// Whether the line end in `held` is not part of a delimiter, since another byte follows it.
    pub(super) fn is_ended(&self, held: &[u8], next: u8) -> bool {
        matches!(held, b"\r" | b"\r\n") && self.line[held.len()] != next
    }

    /// The first place in `text` where it ends or may end.
    ///
    /// `before` is the byte in front of `text`, and never an LF after a CR. `is_all` says that no more bytes
    /// will come.
    pub(super) fn find(&self, text: &[u8], before: u8, is_all: bool) -> Option<(usize, Look)> {
        let Some(at) = self.finder.find(text) else {
            return self.begun(text).filter(|_| !is_all);
        };
        let broken = |kind| Some((at, Look::Line(Line::Broken(kind))));
        match text[..at] {
            [.., b'\r', b'\n'] => {
                let line = self.line(&text[at - 2..], is_all);
                return Some((at - 2, line.map_or(Look::Undecided, Look::Line)));
            }
            [] if before == b'\n' => return broken(Fault::BareLf),
            [] if before == b'\r' => return broken(Fault::BareCr),
            [.., b'\n'] => return broken(Fault::BareLf),
            [.., b'\r'] => return broken(Fault::BareCr),
            _ => {}
        }
        broken(Fault::BoundaryInText)
    }

    /// The place at the end of `text` where the boundary may have begun.
    fn begun(&self, text: &[u8]) -> Option<(usize, Look)> {
        let tail = text.len().saturating_sub(self.line.len() - 1);
        let mut places = memchr2_iter(b'\r', b'-', &text[tail..]).map(|place| tail + place);
        let at = places.find(|at| {
            let skipped = if text[*at] == b'-' { 2 } else { 0 };
            self.line[skipped..].starts_with(&text[*at..])
        })?;
        Some((at, Look::Undecided))
    }

    /// Classifies a line that begins with a line end and the boundary; `None` if more bytes are needed.
    fn line(&self, line: &[u8], is_all: bool) -> Option<Line> {
        let after = &line[self.line.len()..];
        let (closes, rest) = match after {
            [b'-', b'-', rest @ ..] => (true, rest),
            b"" | b"-" if is_all => return Some(Line::Broken(Fault::Unclosed)),
            b"" | b"-" => return None,
            _ => (false, after),
        };
        let is_padding = |byte: &&u8| match **byte {
            // The following text belongs to no part, so any whitespace is accepted.
            byte if closes => byte != b'\n' && (byte.is_ascii_whitespace() || byte == b'\x0b'),
            byte => is_blank(byte),
        };
        // The CR of the line end is counted too.
        let most = PADDING_BYTES + usize::from(closes);
        let blanks = rest.iter().take(most + 1);
        let padding = blanks.take_while(is_padding).count();
        if padding > most {
            let limit = PADDING_BYTES;
            return Some(Line::Broken(Fault::Padding { limit }));
        }
        let end = line.len() - rest.len() + padding;
        let rest = &rest[padding..];
        if closes {
            close(rest, end, is_all)
        } else {
            next(rest, end, is_all)
        }
    }
}

fn next(rest: &[u8], end: usize, is_all: bool) -> Option<Line> {
    match rest {
        [b'\r', b'\n', ..] => Some(Line::Next(end + 2)),
        [] | [b'\r'] if !is_all => None,
        [] => Some(Line::Broken(Fault::Unclosed)),
        [b'\n', ..] => Some(Line::Broken(Fault::BareLf)),
        [b'\r', ..] => Some(Line::Broken(Fault::BareCr)),
        _ => Some(Line::Broken(Fault::TextAfterBoundary)),
    }
}

fn close(rest: &[u8], end: usize, is_all: bool) -> Option<Line> {
    match rest {
        [b'\n', ..] => Some(Line::Close(end + 1)),
        [] if is_all => Some(Line::Close(end)),
        [] => None,
        _ => Some(Line::Broken(Fault::TextAfterClosing)),
    }
}
