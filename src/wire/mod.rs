//! Codecs: bytes in, events or values out, and back; no I/O.

pub(crate) mod message;
#[cfg(feature = "multipart")]
pub mod multipart;
#[cfg(feature = "query")]
pub(crate) mod urlencoded;
