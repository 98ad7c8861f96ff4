//! Content codings, bytes in and bytes out: no I/O, no bodies, no headers.
//!
//! An [`Encoder`] takes chunk by chunk, and a flush writes the output for all input so far. A [`Decoder`] returns its
//! output in pieces of limited size, so that a few bytes never become a long buffer. There is one file per codec.

mod brotli;
mod codec;
mod coding;
mod decoder;
mod encoder;
mod flate;
#[cfg(test)]
mod tests;
#[cfg(feature = "zstd")]
mod zstd;
#[cfg(not(feature = "zstd"))]
#[path = "no_zstd.rs"]
mod zstd;

pub(crate) use codec::CodecError;
pub use coding::Coding;
pub(crate) use decoder::DecodeError;
pub(crate) use decoder::Decoder;
pub(crate) use decoder::RatioLimit;
pub(crate) use encoder::Encoder;
pub(crate) use encoder::default_level;
pub(crate) use encoder::inline_bytes;

/// Whether this build can write and read a coding.
pub(crate) fn is_built(coding: Coding) -> bool {
    coding != Coding::Zstd || zstd::IS_BUILT
}
