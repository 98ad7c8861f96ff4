//! The terms of all codecs.

use std::error;
use std::fmt;

/// The operation of an encoder, in addition to taking the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// None: the output may come later.
    Push,
    /// Write all output for the input so far.
    Flush,
    /// End the stream.
    Finish,
}

/// The result of one step of a decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// It needs more input or more room for output.
    More,
    /// The stream has ended.
    End,
}

/// A codec cannot continue: the input is malformed, or there is no memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodecError;

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the codec failed")
    }
}

impl error::Error for CodecError {}

/// The number of bits of a window that holds `length` bytes, between `least` and `most`. A small window is cheaper to
/// set up.
pub(super) fn window_bits(length: Option<u64>, least: u32, most: u32) -> u32 {
    let bits = length.map_or(most, |length| u64::BITS - length.leading_zeros());
    bits.clamp(least, most)
}
