//! The beginning of an HTTP/2 connection, and the size of its frames.

/// The bytes with which an HTTP/2 client begins.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The longest frame that the server sends; the connection has one in flight.
pub(super) const FRAME: usize = 16 << 10;
