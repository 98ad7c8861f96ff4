//! Codecs: bytes in, events or values out, and back; no I/O.

#[cfg(feature = "cgi")]
pub(crate) mod cgi_head;
#[cfg(feature = "compression")]
pub(crate) mod compression;
pub(crate) mod message;
#[cfg(feature = "multipart")]
pub mod multipart;
#[cfg(feature = "query")]
pub(crate) mod urlencoded;
