//! The server, and a connection to it.

use std::io::ErrorKind;
use std::net::Shutdown;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// The server: its addresses. The first one that accepts a connection is used.
#[derive(Clone, Debug)]
pub(in crate::testing) struct Peer(pub(super) Arc<[SocketAddr]>);

impl Peer {
    pub(super) fn connect(&self, timeout: Duration) -> std::io::Result<TcpStream> {
        let mut failure = ErrorKind::AddrNotAvailable.into();
        for address in &*self.0 {
            match TcpStream::connect_timeout(address, timeout) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(timeout))?;
                    stream.set_write_timeout(Some(timeout))?;
                    return Ok(stream);
                }
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

/// A connection that is closed on drop, even if a thread is blocked reading from it.
pub(super) struct Connection(pub(super) TcpStream);

impl Drop for Connection {
    fn drop(&mut self) {
        let _ = self.0.shutdown(Shutdown::Both);
    }
}
