//! `br` (RFC 7932), by the crate `brotli`.

use brotli::BrotliDecompressStream;
use brotli::BrotliResult;
use brotli::BrotliState;
use brotli::enc::StandardAlloc;
use brotli::enc::encode::BrotliEncoderOperation;
use brotli::enc::encode::BrotliEncoderParameter;
use brotli::enc::encode::BrotliEncoderStateStruct;

use super::codec::CodecError;
use super::codec::Operation;
use super::codec::Progress;
use super::codec::window_bits;

/// A window of 512 KiB: twice as much memory saves less than one per cent for the pages of a site.
const MOST_WINDOW_BITS: u32 = 19;

pub(super) struct Encoder(Box<BrotliEncoderStateStruct<StandardAlloc>>);

impl Encoder {
    pub(super) fn new(level: u32, length: Option<u64>) -> Self {
        let mut state = BrotliEncoderStateStruct::new(StandardAlloc::default());
        let window = window_bits(length, 10, MOST_WINDOW_BITS);
        state.set_parameter(BrotliEncoderParameter::BROTLI_PARAM_QUALITY, level.min(11));
        state.set_parameter(BrotliEncoderParameter::BROTLI_PARAM_LGWIN, window);
        if let Some(length) = length {
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            state.set_parameter(BrotliEncoderParameter::BROTLI_PARAM_SIZE_HINT, length);
        }
        Self(Box::new(state))
    }

    pub(super) fn run(
        &mut self,
        input: &[u8],
        operation: Operation,
        output: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        let asked = match operation {
            Operation::Push => BrotliEncoderOperation::BROTLI_OPERATION_PROCESS,
            Operation::Flush => BrotliEncoderOperation::BROTLI_OPERATION_FLUSH,
            Operation::Finish => BrotliEncoderOperation::BROTLI_OPERATION_FINISH,
        };
        let (mut left, mut position) = (input.len(), 0);
        loop {
            // Without room for the output, the encoder keeps the output until the next call.
            let is_sound = self.0.compress_stream(
                asked,
                &mut left,
                input,
                &mut position,
                &mut 0,
                &mut [],
                &mut 0,
                &mut None,
                &mut |_, _, _, _| (),
            );
            if !is_sound {
                return Err(CodecError);
            }
            while self.0.has_more_output() {
                // 0 requests all output. The returned slice is longer than `length`.
                let mut length = 0;
                let bytes = self.0.take_output(&mut length);
                output.extend_from_slice(&bytes[..length]);
            }
            if left == 0 && (operation != Operation::Finish || self.0.is_finished()) {
                return Ok(());
            }
        }
    }
}

pub(super) struct Decoder(Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>);

impl Decoder {
    pub(super) fn new() -> Self {
        // Strict: a window of up to 16 MiB. The variant with a window of 1 GiB is not `br`.
        Self(Box::new(BrotliState::new_strict(
            StandardAlloc::default(),
            StandardAlloc::default(),
            StandardAlloc::default(),
        )))
    }

    /// Decodes into the free capacity of `output`. Returns how many bytes of the input it has used.
    pub(super) fn run(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(usize, Progress), CodecError> {
        let (mut left, mut position) = (input.len(), 0);
        let (mut room, mut end) = (output.capacity() - output.len(), output.len());
        output.resize(output.capacity(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut position,
            input,
            &mut room,
            &mut end,
            output,
            &mut 0,
            &mut self.0,
        );
        output.truncate(end);
        match result {
            BrotliResult::ResultFailure => Err(CodecError),
            BrotliResult::ResultSuccess => Ok((position, Progress::End)),
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {
                Ok((position, Progress::More))
            }
        }
    }
}
