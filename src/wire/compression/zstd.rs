//! `zstd` (RFC 8878), by the crate `zstd-safe`.

use zstd_safe::CCtx;
use zstd_safe::CParameter;
use zstd_safe::DCtx;
use zstd_safe::DParameter;
use zstd_safe::InBuffer;
use zstd_safe::OutBuffer;
use zstd_safe::zstd_sys::ZSTD_EndDirective;

use super::codec::CodecError;
use super::codec::Operation;
use super::codec::Progress;
use super::codec::window_bits;

pub(super) const IS_BUILT: bool = true;

/// A window of 512 KiB: a larger one needs more memory for each response in progress.
const MOST_WINDOW_BITS: u32 = 19;

/// RFC 9659 §3: a window of `Content-Encoding: zstd` has at most 8 MiB.
const READ_WINDOW_BITS: u32 = 23;

/// The room for output in one step.
const ROOM_BYTES: usize = 8 << 10;

pub(super) struct Encoder(CCtx<'static>);

impl Encoder {
    pub(super) fn new(level: u32, length: Option<u64>) -> Result<Self, CodecError> {
        let mut context = CCtx::try_create().ok_or(CodecError)?;
        // Levels above 19 need windows that clients refuse.
        let level = i32::try_from(level.clamp(1, 19)).map_err(|_| CodecError)?;
        let window = window_bits(length, 10, MOST_WINDOW_BITS);
        let parameters = [
            CParameter::CompressionLevel(level),
            CParameter::WindowLog(window),
        ];
        for parameter in parameters {
            context.set_parameter(parameter).map_err(|_| CodecError)?;
        }
        Ok(Self(context))
    }

    pub(super) fn run(
        &mut self,
        input: &[u8],
        operation: Operation,
        output: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        let directive = match operation {
            Operation::Push => ZSTD_EndDirective::ZSTD_e_continue,
            Operation::Flush => ZSTD_EndDirective::ZSTD_e_flush,
            Operation::Finish => ZSTD_EndDirective::ZSTD_e_end,
        };
        let mut input = InBuffer::around(input);
        loop {
            output.reserve(ROOM_BYTES);
            let end = output.len();
            let mut room = OutBuffer::around_pos(output, end);
            let left = self.0.compress_stream2(&mut room, &mut input, directive);
            let left = left.map_err(|_| CodecError)?;
            let is_done = match operation {
                Operation::Push => input.pos() == input.src.len(),
                Operation::Flush | Operation::Finish => left == 0,
            };
            if is_done {
                return Ok(());
            }
        }
    }
}

pub(super) struct Decoder(DCtx<'static>);

impl Decoder {
    pub(super) fn new() -> Result<Self, CodecError> {
        let mut context = DCtx::try_create().ok_or(CodecError)?;
        let limit = DParameter::WindowLogMax(READ_WINDOW_BITS);
        context.set_parameter(limit).map_err(|_| CodecError)?;
        Ok(Self(context))
    }

    /// Decodes into the free capacity of `output`. Returns how many bytes of the input it has used.
    pub(super) fn run(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(usize, Progress), CodecError> {
        let mut input = InBuffer::around(input);
        let end = output.len();
        let mut room = OutBuffer::around_pos(output, end);
        let left = self.0.decompress_stream(&mut room, &mut input);
        let progress = match left.map_err(|_| CodecError)? {
            0 => Progress::End,
            _ => Progress::More,
        };
        Ok((input.pos(), progress))
    }
}
