//! Text of a part's head: its position in the block, or a copy if it had to be decoded.

use std::ops::Range;

use crate::syntax::charset::Charset;
use crate::syntax::charset::UnknownCharset;

/// A block of up to this size is kept for a name of any length.
const SMALL_BYTES: usize = 256;

/// Plain UTF-8 text in the block is stored as a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// A range of the block, known to be UTF-8.
    At(Range<usize>),
    Decoded(String),
}

impl Text {
    /// The text at `range`; invalid UTF-8 becomes U+FFFD.
    pub(super) fn lossy(block: &[u8], range: Range<usize>) -> Self {
        match str::from_utf8(&block[range.clone()]) {
            Ok(_) => Self::At(range),
            Err(_) => Self::Decoded(String::from_utf8_lossy(&block[range]).into_owned()),
        }
    }

    /// The text at `range`, decoded from this charset.
    #[inline]
    pub(super) fn of(
        block: &[u8],
        range: Range<usize>,
        charset: &Charset,
    ) -> Result<Self, UnknownCharset> {
        if charset.is_utf8() {
            return Ok(Self::lossy(block, range));
        }
        let text = charset.decode(&block[range])?;
        Ok(Self::Decoded(text.into_owned()))
    }

    pub(super) fn as_str<'t>(&'t self, block: &'t [u8]) -> &'t str {
        match self {
            Self::At(range) => str::from_utf8(&block[range.clone()]).unwrap_or_default(),
            Self::Decoded(text) => text,
        }
    }

    /// Converts to the text alone. It reuses the memory of the block if the text lies there and fills much of
    /// it.
    pub(super) fn into_string(self, mut block: Vec<u8>) -> String {
        match self {
            Self::At(_) if block.capacity() > SMALL_BYTES => self.as_str(&block).to_owned(),
            Self::At(range) => {
                block.truncate(range.end);
                block.drain(..range.start);
                String::from_utf8(block).unwrap_or_default()
            }
            Self::Decoded(text) => text,
        }
    }

    /// Returns a file name that cannot lead elsewhere: only the text after the last `/` or `\`, without
    /// control characters; empty if `.` or `..` is left.
    pub(super) fn base_name(&self, block: &[u8]) -> Self {
        let whole = self.as_str(block);
        let base = whole.rsplit(['/', '\\']).next().unwrap_or_default();
        if base.contains(char::is_control) {
            let base: String = base.chars().filter(|c| !c.is_control()).collect();
            return Self::Decoded(if is_dots(&base) { String::new() } else { base });
        }
        match self {
            _ if is_dots(base) => Self::At(0..0),
            Self::At(range) => Self::At(range.end - base.len()..range.end),
            Self::Decoded(_) => Self::Decoded(base.to_owned()),
        }
    }
}

fn is_dots(name: &str) -> bool {
    matches!(name, "." | "..")
}
