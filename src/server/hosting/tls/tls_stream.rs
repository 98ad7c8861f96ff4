//! A connection under TLS.

use std::io;
use std::io::IoSlice;
use std::io::Write;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;

use crate::server::hosting::stream::Ahead;
use crate::server::hosting::stream::Socket;
use crate::server::hosting::stream::Stream;

type Inner = tokio_rustls::server::TlsStream<Stream>;

pub(in crate::server) struct TlsStream(Inner);

impl TlsStream {
    pub(super) fn new(stream: Inner) -> Self {
        Self(stream)
    }

    fn inner(self: Pin<&mut Self>) -> Pin<&mut Inner> {
        Pin::new(&mut self.get_mut().0)
    }
}

impl Socket for TlsStream {
    fn reset_at_end(&self) {
        self.0.get_ref().0.reset_at_end();
    }

    /// Passes the records that wait to the kernel, which makes room for more bytes.
    fn push(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (stream, session) = self.0.get_mut();
        let passed = session.write_tls(&mut Pushing(stream))?;
        if bytes.is_empty() {
            return Ok(passed);
        }
        match session.writer().write(bytes)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            taken => Ok(taken),
        }
    }

    fn poll_pass(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let (stream, session) = self.0.get_mut();
        if !session.wants_write() {
            return Poll::Ready(Ok(0));
        }
        match session.write_tls(&mut Writing(stream, context)) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
            passed => Poll::Ready(passed),
        }
    }

    fn poll_ahead(&self, context: &mut Context<'_>) -> Poll<Ahead> {
        self.0.get_ref().0.poll_ahead(context)
    }
}

/// Writes to the kernel when it has reported that it takes bytes.
struct Writing<'w, 'c>(&'w mut Stream, &'w mut Context<'c>);

impl Write for Writing<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match Pin::new(&mut *self.0).poll_write(self.1, bytes) {
            Poll::Ready(written) => written,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes directly to the kernel.
struct Pushing<'s>(&'s mut Stream);

impl Write for Pushing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for TlsStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.inner().poll_read(context, buffer)
    }
}

impl AsyncWrite for TlsStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.inner().poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.inner().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_flush(context)
    }

    /// Sends `close_notify`, so that the client knows that the response is whole.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_shutdown(context)
    }
}
