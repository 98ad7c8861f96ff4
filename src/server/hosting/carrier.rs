//! What carries the bytes of a protocol: a connection from the kernel, plain or under TLS.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;

use crate::server::hosting::stream::Ahead;
use crate::server::hosting::stream::Socket;
use crate::server::hosting::stream::Stream;
use crate::server::hosting::tls::TlsStream;

/// A connection with or without TLS.
pub(in crate::server) enum Carrier {
    Plain(Stream),
    /// In a box, because it is a kilobyte that a plain connection would reserve too.
    Tls(Box<TlsStream>),
}

impl Carrier {
    /// Registers the connection with the runtime of the caller. This is possible before the handshake only.
    pub(in crate::server) fn registered_here(self) -> io::Result<Self> {
        match self {
            Self::Plain(stream) => stream.registered_here().map(Self::Plain),
            secure @ Self::Tls(_) => Ok(secure),
        }
    }

    /// Holds back what is written until the sending side is closed, where the kernel can do that.
    pub(super) fn hold_back(&self) {
        if let Self::Plain(stream) = self {
            stream.hold_back();
        }
    }

    pub(in crate::server) fn is_secure(&self) -> bool {
        matches!(self, Self::Tls(_))
    }
}

impl Carrier {
    fn socket(&self) -> &dyn Socket {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &**stream,
        }
    }

    fn socket_mut(&mut self) -> &mut dyn Socket {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &mut **stream,
        }
    }

    fn io(self: Pin<&mut Self>) -> Pin<&mut dyn Socket> {
        Pin::new(self.get_mut().socket_mut())
    }
}

impl Socket for Carrier {
    fn reset_at_end(&self) {
        self.socket().reset_at_end();
    }

    fn push(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket_mut().push(bytes)
    }

    fn poll_pass(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.socket_mut().poll_pass(context)
    }

    fn poll_ahead(&self, context: &mut Context<'_>) -> Poll<Ahead> {
        self.socket().poll_ahead(context)
    }
}

impl AsyncRead for Carrier {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.io().poll_read(context, buffer)
    }
}

impl AsyncWrite for Carrier {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.io().poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.io().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_shutdown(context)
    }
}
