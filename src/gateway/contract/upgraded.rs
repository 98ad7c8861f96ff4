//! A connection that has left HTTP.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::io::Read;
use std::io::Write;
use std::task::Context;
use std::task::Poll;

/// Both directions of a connection, as a server implements them.
///
/// The methods work like those of `futures-io` and tokio: a read of `0` bytes means the end, and `Pending`
/// registers the waker.
///
/// ```
/// use rustzeug::gateway::{Duplex, Upgraded, block_on};
/// use std::collections::VecDeque;
/// use std::io::{self, Read, Write};
/// use std::task::{Context, Poll};
///
/// /// Sends back what it receives.
/// struct Echo(VecDeque<u8>);
///
/// impl Duplex for Echo {
///     fn poll_read(&mut self, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
///         Poll::Ready(self.0.read(buffer))
///     }
///
///     fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
///         Poll::Ready(self.0.write(bytes))
///     }
///
///     fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
///         Poll::Ready(Ok(()))
///     }
///
///     fn poll_shutdown(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
///         Poll::Ready(Ok(()))
///     }
/// }
///
/// let mut stream = Upgraded::new(Echo(VecDeque::new()));
/// let mut buffer = [0; 4];
/// block_on(stream.write_all(b"ping"))?;
/// assert_eq!(block_on(stream.read(&mut buffer))?, 4);
/// assert_eq!(&buffer, b"ping");
/// # Ok::<(), io::Error>(())
/// ```
pub trait Duplex: Send + 'static {
    /// Reads some bytes into `buffer`.
    ///
    /// # Errors
    ///
    /// Errors of the connection.
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>>;

    /// Writes some of `bytes`.
    ///
    /// # Errors
    ///
    /// Errors of the connection.
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// Sends all buffered bytes.
    ///
    /// # Errors
    ///
    /// Errors of the connection.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Ends the sending direction.
    ///
    /// # Errors
    ///
    /// Errors of the connection.
    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// A connection that has left HTTP: see [`Upgrade`](crate::gateway::Upgrade).
///
/// Dropping it closes the connection. If the other side is still sending, the last bytes written may be lost.
/// To avoid that, call [`shutdown`](Self::shutdown) and read to the end.
///
/// With the feature `server` it also implements tokio's `AsyncRead` and `AsyncWrite`.
///
/// ```
/// use rustzeug::gateway::{Upgraded, block_on};
/// use std::io::Cursor;
///
/// async fn first_byte(mut stream: Upgraded) -> std::io::Result<u8> {
///     let mut buffer = [0; 1];
///     stream.read(&mut buffer).await?;
///     Ok(buffer[0])
/// }
///
/// let stream = Upgraded::blocking(Cursor::new(b"hello".to_vec()));
/// assert_eq!(block_on(first_byte(stream))?, b'h');
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Upgraded(Box<dyn Duplex>);

impl Upgraded {
    /// Wraps a connection of a server.
    #[must_use]
    pub fn new(stream: impl Duplex) -> Self {
        Self(Box::new(stream))
    }

    /// Wraps a connection of a server that uses a thread per connection. Reading and writing block.
    ///
    /// `shutdown` sends the bytes that were written; the sending direction ends only when the stream is
    /// dropped.
    #[must_use]
    pub fn blocking(stream: impl Read + Write + Send + 'static) -> Self {
        Self::new(Blocks(stream))
    }

    /// Returns both directions for polling.
    pub fn as_duplex(&mut self) -> &mut dyn Duplex {
        &mut *self.0
    }

    /// Reads some bytes; `0` means that the other side has ended.
    ///
    /// # Errors
    ///
    /// Errors of the connection.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|context| self.0.poll_read(context, buffer)).await
    }

    /// Writes all of `bytes` and flushes.
    ///
    /// # Errors
    ///
    /// Errors of the connection; `WriteZero` if it accepts no more bytes.
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
    /// Errors of the connection.
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
