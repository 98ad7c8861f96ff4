//! Compresses, chunk by chunk.

use super::coding::Coding;

use super::brotli;
use super::codec::CodecError;
use super::codec::Operation;
use super::flate;
use super::zstd;

/// Compresses a stream of bytes in one content coding.
///
/// Its output is appended to a vector. The codec decides whether it writes output in `push` or only in `flush` and
/// `finish`.
pub(crate) struct Encoder {
    codec: Codec,
    unflushed: u64,
}

enum Codec {
    Flate(flate::Encoder),
    Brotli(brotli::Encoder),
    Zstd(zstd::Encoder),
}

/// The default level of a coding. Higher levels are not worth the time for content that is sent once.
pub(crate) const fn default_level(coding: Coding) -> u32 {
    match coding {
        Coding::Brotli => 4,
        Coding::Deflate | Coding::Gzip => 6,
        Coding::Zstd => 3,
    }
}

/// How many bytes can be compressed in about a tenth of a millisecond, as measured on pages and JSON. More than that
/// would make other requests of an event loop wait.
pub(crate) const fn inline_bytes(coding: Coding, level: u32) -> usize {
    const KIB: usize = 1 << 10;
    match (coding, level) {
        (Coding::Zstd, ..=3) => 16 * KIB,
        (Coding::Deflate | Coding::Gzip, ..=3) => 12 * KIB,
        (Coding::Deflate | Coding::Gzip | Coding::Zstd, ..=6) | (Coding::Brotli, ..=3) => 8 * KIB,
        (Coding::Brotli, 4) => 4 * KIB,
        // From this level on, setting up the tables takes a millisecond.
        (Coding::Brotli, _) => 0,
        _ => 2 * KIB,
    }
}

impl Encoder {
    /// Makes an encoder for content of this length, if it is known. A level outside the range of the coding becomes the
    /// nearest level.
    ///
    /// # Errors
    ///
    /// Fails if there is no memory for it, or if the coding is not [built in](super::is_built).
    pub(crate) fn new(coding: Coding, level: u32, length: Option<u64>) -> Result<Self, CodecError> {
        let codec = match coding {
            Coding::Gzip => Codec::Flate(flate::Encoder::gzip(level, length)),
            Coding::Deflate => Codec::Flate(flate::Encoder::zlib(level, length)),
            Coding::Brotli => Codec::Brotli(brotli::Encoder::new(level, length)),
            Coding::Zstd => Codec::Zstd(zstd::Encoder::new(level, length)?),
        };
        Ok(Self {
            codec,
            unflushed: 0,
        })
    }

    /// Compresses a whole content.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub(crate) fn whole(coding: Coding, level: u32, content: &[u8]) -> Result<Vec<u8>, CodecError> {
        let mut output = Vec::with_capacity(content.len() / 3 + 64);
        let mut encoder = Self::new(coding, level, Some(content.len() as u64))?;
        encoder.run(content, Operation::Finish, &mut output)?;
        Ok(output)
    }

    /// Takes a chunk.
    pub(crate) fn push(&mut self, chunk: &[u8], output: &mut Vec<u8>) -> Result<(), CodecError> {
        self.unflushed += chunk.len() as u64;
        self.run(chunk, Operation::Push, output)
    }

    /// Writes the output for all input so far.
    pub(crate) fn flush(&mut self, output: &mut Vec<u8>) -> Result<(), CodecError> {
        self.unflushed = 0;
        self.run(&[], Operation::Flush, output)
    }

    /// Ends the stream. The encoder must not be used afterwards.
    pub(crate) fn finish(&mut self, output: &mut Vec<u8>) -> Result<(), CodecError> {
        self.unflushed = 0;
        self.run(&[], Operation::Finish, output)
    }

    /// The number of bytes of input since the last flush.
    pub(crate) fn unflushed(&self) -> u64 {
        self.unflushed
    }

    fn run(
        &mut self,
        input: &[u8],
        operation: Operation,
        output: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        match &mut self.codec {
            Codec::Flate(codec) => codec.run(input, operation, output),
            Codec::Brotli(codec) => codec.run(input, operation, output),
            Codec::Zstd(codec) => codec.run(input, operation, output),
        }
    }
}
