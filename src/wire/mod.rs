//! Codecs: bytes in, events or values out, and back; no I/O.

#[cfg(any(feature = "cgi", feature = "front"))]
pub(crate) mod cgi_head;
#[cfg(feature = "front")]
pub mod codecs;
#[cfg(feature = "compression")]
pub(crate) mod compression;
#[cfg(feature = "fastcgi")]
pub(crate) mod fastcgi;
#[cfg(feature = "front")]
#[cfg_attr(
    not(all(feature = "fastcgi", feature = "scgi", feature = "uwsgi")),
    allow(dead_code, reason = "each protocol uses a part of it")
)]
pub(crate) mod front;
pub(crate) mod message;
#[cfg(feature = "multipart")]
pub mod multipart;
#[cfg(feature = "hosting")]
pub(crate) mod proxy;
#[cfg(feature = "scgi")]
pub(crate) mod scgi;
#[cfg(feature = "query")]
pub(crate) mod urlencoded;
#[cfg(feature = "uwsgi")]
pub(crate) mod uwsgi;
pub(crate) mod variables;
