//! Decompresses, in pieces of limited size.

use std::error;
use std::fmt;

use bytes::Buf;
use bytes::Bytes;

use super::coding::Coding;

use super::brotli;
use super::codec::CodecError;
use super::codec::Progress;
use super::flate;
use super::zstd;

/// The maximum length of a piece of output.
const PIECE_BYTES: usize = 64 << 10;

/// The input of one step. Input that gives no output takes time too.
const STEP_BYTES: usize = 16 << 10;

/// Decompresses a stream of bytes of one content coding.
///
/// Call [`push`](Self::push) with a chunk, then [`next`](Self::next) until it needs input. At the end of the input,
/// call [`finish`](Self::finish).
pub(crate) struct Decoder {
    coding: Coding,
    codec: Codec,
    ratio: RatioLimit,
    input: Bytes,
    /// Whether the codec may hold output for which there was no room.
    is_full: bool,
    /// Whether the codec is between two streams: nothing has begun, or everything has ended.
    is_between: bool,
    has_ended: bool,
    taken: u64,
    given: u64,
}

enum Codec {
    Flate(flate::Decoder),
    Brotli(brotli::Decoder),
    Zstd(zstd::Decoder),
}

/// The limit for the length of the output, compared with the input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RatioLimit {
    /// Maximum bytes of output for each byte of input.
    pub(crate) most: u64,
    /// The limit applies once the output is longer than this.
    pub(crate) from_bytes: u64,
}

/// Why a body cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// The input is not of this coding.
    Malformed(Coding),
    /// The input ends before the stream does.
    Truncated(Coding),
    /// There is more input after the end of the stream.
    Trailing(Coding),
    /// The output is too long, compared with the input.
    Ratio(u64),
}

impl Decoder {
    /// Makes a decoder for one coding.
    ///
    /// # Errors
    ///
    /// Fails if there is no memory for it, or if the coding is not [built in](super::is_built).
    pub(crate) fn new(coding: Coding, ratio: RatioLimit) -> Result<Self, CodecError> {
        let codec = match coding {
            Coding::Gzip => Codec::Flate(flate::Decoder::gzip()),
            Coding::Deflate => Codec::Flate(flate::Decoder::deflate()),
            Coding::Brotli => Codec::Brotli(brotli::Decoder::new()),
            Coding::Zstd => Codec::Zstd(zstd::Decoder::new()?),
        };
        Ok(Self {
            coding,
            codec,
            ratio,
            input: Bytes::new(),
            is_full: false,
            is_between: true,
            has_ended: false,
            taken: 0,
            given: 0,
        })
    }

    /// Takes a chunk, after [`next`](Self::next) has returned `None`.
    pub(crate) fn push(&mut self, chunk: Bytes) {
        debug_assert!(
            self.input.is_empty(),
            "a chunk is pushed after all was read"
        );
        self.input = chunk;
    }

    /// Does one step: `None` if it needs input, otherwise a piece of at most 64 KiB, which may be empty.
    ///
    /// # Errors
    ///
    /// A [`DecodeError`], after which nothing more can be decoded.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, DecodeError> {
        if self.input.is_empty() && !self.is_full {
            return Ok(None);
        }
        if self.is_between && self.has_ended && !self.may_follow() {
            return Err(DecodeError::Trailing(self.coding));
        }
        self.is_between = false;
        let step = &self.input[..self.input.len().min(STEP_BYTES)];
        let mut piece = Vec::with_capacity(PIECE_BYTES.min(step.len().saturating_mul(8).max(4096)));
        let room = piece.capacity();
        let (used, progress) = match &mut self.codec {
            Codec::Flate(codec) => codec.run(step, &mut piece),
            Codec::Brotli(codec) => codec.run(step, &mut piece),
            Codec::Zstd(codec) => codec.run(step, &mut piece),
        }
        .map_err(|_| DecodeError::Malformed(self.coding))?;
        self.is_full = piece.len() == room && progress == Progress::More;
        if used == 0 && piece.is_empty() && progress == Progress::More && !self.input.is_empty() {
            // A codec without progress would be called forever.
            return Err(DecodeError::Malformed(self.coding));
        }
        self.input.advance(used);
        if progress == Progress::End {
            (self.is_between, self.has_ended) = (true, true);
        }
        self.count(used, piece.len())?;
        if piece.len() < room / 2 {
            // The piece may be stored for a long time.
            piece.shrink_to_fit();
        }
        Ok(Some(piece.into()))
    }

    /// Checks that the input may end here. A body without any bytes is valid and empty.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`].
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        if self.is_between {
            Ok(())
        } else {
            Err(DecodeError::Truncated(self.coding))
        }
    }

    /// Whether another stream may follow the first: members of gzip (RFC 1952 §2.2), frames of zstd (RFC 8878 §3.1).
    fn may_follow(&self) -> bool {
        match self.coding {
            Coding::Gzip | Coding::Zstd => true,
            Coding::Brotli | Coding::Deflate => false,
        }
    }

    fn count(&mut self, taken: usize, given: usize) -> Result<(), DecodeError> {
        self.taken += taken as u64;
        self.given += given as u64;
        let RatioLimit { most, from_bytes } = self.ratio;
        if self.given > from_bytes && self.given > self.taken.saturating_mul(most) {
            return Err(DecodeError::Ratio(most));
        }
        Ok(())
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(coding) => write!(f, "the body is not valid {coding}"),
            Self::Truncated(coding) => write!(f, "the body ends in the middle of its {coding}"),
            Self::Trailing(coding) => write!(f, "the body continues after the end of its {coding}"),
            Self::Ratio(most) => write!(
                f,
                "the decoded body is more than {most} times as long as the body (limit `decoded_ratio`)"
            ),
        }
    }
}

impl error::Error for DecodeError {}
