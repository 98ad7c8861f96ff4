//! `gzip` (RFC 1952) and `deflate`, which is the format of zlib (RFC 1950), by the crate `flate2`.

use flate2::Compress;
use flate2::Compression;
use flate2::Decompress;
use flate2::FlushCompress;
use flate2::FlushDecompress;
use flate2::Status;

use super::codec::CodecError;
use super::codec::Operation;
use super::codec::Progress;
use super::codec::window_bits;

/// The room for output in one step.
const ROOM_BYTES: usize = 8 << 10;

const MOST_WINDOW_BITS: u8 = 15;

pub(super) struct Encoder(Compress);

impl Encoder {
    pub(super) fn gzip(level: u32, length: Option<u64>) -> Self {
        Self(Compress::new_gzip(
            Compression::new(level.clamp(1, 9)),
            bits(length),
        ))
    }

    pub(super) fn zlib(level: u32, length: Option<u64>) -> Self {
        let level = Compression::new(level.clamp(1, 9));
        Self(Compress::new_with_window_bits(level, true, bits(length)))
    }

    pub(super) fn run(
        &mut self,
        mut input: &[u8],
        operation: Operation,
        output: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        let flush = match operation {
            Operation::Push => FlushCompress::None,
            Operation::Flush => FlushCompress::Sync,
            Operation::Finish => FlushCompress::Finish,
        };
        loop {
            output.reserve(ROOM_BYTES);
            let before = self.0.total_in();
            let status = self.0.compress_vec(input, output, flush);
            let status = status.map_err(|_| CodecError)?;
            input = rest(input, self.0.total_in() - before);
            let is_done = match status {
                Status::StreamEnd => true,
                // If room remains, there is no more output. If the buffer is full, zlib does not report whether there
                // is more.
                _ if operation == Operation::Finish => false,
                _ => input.is_empty() && output.len() < output.capacity(),
            };
            if is_done {
                return Ok(());
            }
        }
    }
}

fn bits(length: Option<u64>) -> u8 {
    // 8 bits cannot be said in the head of a gzip stream.
    let bits = window_bits(length, 9, MOST_WINDOW_BITS.into());
    u8::try_from(bits).unwrap_or(MOST_WINDOW_BITS)
}

fn rest(input: &[u8], used: u64) -> &[u8] {
    let used = usize::try_from(used).unwrap_or(usize::MAX);
    input.get(used..).unwrap_or_default()
}

pub(super) struct Decoder {
    format: Format,
    /// `None` before the first byte of a stream.
    stream: Option<Decompress>,
}

enum Format {
    Gzip,
    Deflate,
}

impl Decoder {
    pub(super) fn gzip() -> Self {
        Self {
            format: Format::Gzip,
            stream: None,
        }
    }

    pub(super) fn deflate() -> Self {
        Self {
            format: Format::Deflate,
            stream: None,
        }
    }

    /// Decodes into the free capacity of `output`. Returns how many bytes of the input it has used.
    pub(super) fn run(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(usize, Progress), CodecError> {
        let stream = match (&mut self.stream, input.first()) {
            (Some(stream), _) => stream,
            (None, None) => return Ok((0, Progress::More)),
            (none, Some(first)) => none.insert(match self.format {
                Format::Gzip => Decompress::new_gzip(MOST_WINDOW_BITS),
                // Some clients send `deflate` without the head of zlib. The low half of the first byte of this head is
                // 8. In a raw stream, it is 8 only with padding that is not zero.
                Format::Deflate => Decompress::new(first & 0x0f == 8),
            }),
        };
        let before = stream.total_in();
        let status = stream.decompress_vec(input, output, FlushDecompress::None);
        let status = status.map_err(|_| CodecError)?;
        let used = stream.total_in() - before;
        let progress = if status == Status::StreamEnd {
            self.stream = None;
            Progress::End
        } else {
            Progress::More
        };
        Ok((usize::try_from(used).unwrap_or(input.len()), progress))
    }
}
