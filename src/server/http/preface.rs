//! How a connection of HTTP/2 begins, and the pieces in which it is written.

/// What a client begins HTTP/2 with.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The longest frame that we send, of which the connection has one in flight.
pub(super) const FRAME: usize = 16 << 10;
