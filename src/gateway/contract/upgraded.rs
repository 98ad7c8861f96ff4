//! A connection that has left HTTP.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::io::Read;
use std::io::Write;
use std::task::Context;
use std::task::Poll;

/// Both directions of a connection, as a server has them.
///
/// The methods are those of `futures-io` and tokio: `0` from a read is the end, `Pending` wakes.
pub trait Duplex: Send + 'static {
    /// Reads some bytes into `buffer`.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>>;

    /// Writes some of `bytes`.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// Sends what was written and kept.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Ends the sending direction.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// A connection that has left HTTP: see [`Upgrade`](crate::gateway::Upgrade).
///
/// Dropping it closes it, and may cost the other side what was written last if that side is
/// still sending: to be sure, [`shutdown`](Self::shutdown) and read to the end.
///
/// With the feature `server` it is also tokio's `AsyncRead` and `AsyncWrite`.
pub struct Upgraded(Box<dyn Duplex>);

impl Upgraded {
    /// The connection of a server.
    #[must_use]
    pub fn new(stream: impl Duplex) -> Self {
        Self(Box::new(stream))
    }

    /// The connection of a server that gives each a thread: reading and writing block.
    ///
    /// Shutting it down sends what was written; the sending direction ends when it is dropped.
    #[must_use]
    pub fn blocking(stream: impl Read + Write + Send + 'static) -> Self {
        Self::new(Blocks(stream))
    }

    /// Both directions, for polling.
    pub fn as_duplex(&mut self) -> &mut dyn Duplex {
        &mut *self.0
    }

    /// Reads some bytes; none when the other side has ended.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|context| self.0.poll_read(context, buffer)).await
    }

    /// Writes all of `bytes`, and has them sent.
    ///
    /// # Errors
    ///
    /// Those of the connection; `WriteZero` when it takes no more.
    pub async fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match poll_fn(|context| self.0.poll_write(context, bytes)).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                count => bytes = &bytes[count..],
            }
        }
        poll_fn(|context| self.0.poll_flush(context)).await
    }

    /// Ends the sending direction; reading goes on.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        poll_fn(|context| self.0.poll_shutdown(context)).await
    }
}

impl fmt::Debug for Upgraded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgraded").finish_non_exhaustive()
    }
}

/// A stream whose calls block.
struct Blocks<S>(S);

impl<S: Read + Write + Send + 'static> Duplex for Blocks<S> {
    fn poll_read(&mut self, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.0.read(buffer))
    }

    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.0.write(bytes))
    }

    fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.flush())
    }

    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}
