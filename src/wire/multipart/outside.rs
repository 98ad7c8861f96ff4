//! The text before the first delimiter and after the closing one.
//!
//! It belongs to no part and is dropped. But some readers treat header lines there as those of a part, and a
//! client that has forgotten a delimiter means them that way: the part would be lost.

use memchr::memchr2_iter;
use memchr::memmem;

const NAME: &[u8] = b"content-disposition";

/// Searches for a possible part, chunk by chunk.
#[derive(Debug, Default)]
pub(super) struct Outside {
    /// A delimiter that also begins a part, if whitespace follows it.
    delimiter: Vec<u8>,
    /// The end of the seen text, in which a match may have begun.
    tail: Vec<u8>,
    has_part: bool,
}

impl Outside {
    /// Searches for parts after this delimiter too.
    pub(super) fn with(delimiter: &[u8]) -> Self {
        Self {
            delimiter: delimiter.to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn look(&mut self, text: &[u8]) {
        if text.is_empty() || self.has_part {
            return;
        }
        let most = self.delimiter.len().max(NAME.len() - 1);
        self.tail.extend_from_slice(&text[..text.len().min(most)]);
        self.has_part = self.finds(&self.tail) || self.finds(text);
        if text.len() >= most {
            self.tail.clear();
            self.tail.extend_from_slice(&text[text.len() - most..]);
        } else {
            let seen = self.tail.len().saturating_sub(most);
            self.tail.drain(..seen);
        }
    }

    fn finds(&self, text: &[u8]) -> bool {
        let mut names = memchr2_iter(b'c', b'C', text).map(|at| text[at..].get(..NAME.len()));
        if names.any(|name| name.is_some_and(|name| name.eq_ignore_ascii_case(NAME))) {
            return true;
        }
        let length = self.delimiter.len();
        let after = |at: usize| text.get(at + length).is_some_and(u8::is_ascii_whitespace);
        length > 0 && memmem::find_iter(text, &self.delimiter).any(after)
    }

    /// Whether a possible part was found.
    pub(super) fn has_part(&self) -> bool {
        self.has_part
    }
}
