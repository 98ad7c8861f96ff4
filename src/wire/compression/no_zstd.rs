//! Builds without the feature `zstd`: they have no such encoder or decoder.

use super::codec::CodecError;
use super::codec::Operation;
use super::codec::Progress;

pub(super) const IS_BUILT: bool = false;

pub(super) enum Encoder {}

impl Encoder {
    pub(super) fn new(_: u32, _: Option<u64>) -> Result<Self, CodecError> {
        Err(CodecError)
    }

    pub(super) fn run(
        &mut self,
        _: &[u8],
        _: Operation,
        _: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        match *self {}
    }
}

pub(super) enum Decoder {}

impl Decoder {
    pub(super) fn new() -> Result<Self, CodecError> {
        Err(CodecError)
    }

    pub(super) fn run(
        &mut self,
        _: &[u8],
        _: &mut Vec<u8>,
    ) -> Result<(usize, Progress), CodecError> {
        match *self {}
    }
}
