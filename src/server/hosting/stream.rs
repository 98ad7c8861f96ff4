//! A connection from the kernel: TCP or a Unix socket.

use std::io;
use std::io::IoSlice;
use std::os::fd::AsFd;
use std::os::fd::BorrowedFd;
use std::pin::Pin;
use std::pin::pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::Interest;
use tokio::io::ReadBuf;
use tokio::io::Ready;
use tokio::net::TcpStream;
use tokio::net::UnixStream;

/// The transport of a connection.
pub(in crate::server) trait Socket:
    AsyncRead + AsyncWrite + Unpin + Send + 'static
{
    /// Makes the kernel reset the connection when this is dropped, so that the client notices the error. Bytes that are
    /// not sent yet are lost.
    fn reset_at_end(&self);

    /// Passes bytes to the kernel although it has not reported the socket as writable.
    ///
    /// The kernel reports it when a third of its buffer is free, which takes minutes with a slow client. It accepts
    /// bytes as soon as the client has acknowledged some.
    ///
    /// Without bytes, it passes only those on that it has accepted before.
    fn push(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Passes bytes to the kernel that it has accepted before: the number of bytes, 0 if there are none. TLS keeps some,
    /// since it writes whole records.
    fn poll_pass(&mut self, _: &mut Context<'_>) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(0))
    }

    /// Checks what the client does, without reading. While the client does nothing, this is pending, and the task is
    /// woken later.
    fn poll_ahead(&self, context: &mut Context<'_>) -> Poll<Ahead>;
}

/// The action of a client that waits for its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Ahead {
    /// It has sent more: the next request, or the rest of a body.
    Data,
    /// It has closed its sending side, and may still read.
    Closed,
    /// It has left.
    Gone,
}

pub(in crate::server) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket for Stream {
    fn reset_at_end(&self) {
        if let Self::Tcp(stream) = self {
            let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
        }
    }

    fn push(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket().send(bytes)
    }

    fn poll_ahead(&self, context: &mut Context<'_>) -> Poll<Ahead> {
        loop {
            if ready!(self.poll_read_ready(context)).is_err() {
                return Poll::Ready(Ahead::Gone);
            }
            // A closed side stays closed; bytes that were readable may have been read.
            match self.ready_now(context) {
                Some(ready) if ready.is_error() => return Poll::Ready(Ahead::Gone),
                Some(ready) if ready.is_write_closed() && !self.tells_closing() => {
                    return Poll::Ready(Ahead::Gone);
                }
                Some(ready) if ready.is_read_closed() => return Poll::Ready(Ahead::Closed),
                _ => {}
            }
            match self.peek() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return Poll::Ready(Ahead::Gone),
                Ok(0) => return Poll::Ready(Ahead::Closed),
                Ok(_) => return Poll::Ready(Ahead::Data),
            }
        }
    }
}

/// For protocols whose clients reuse a connection unless its end comes with that of a response.
#[cfg(target_os = "linux")]
impl Stream {
    /// Holds back what is written until the sending side is closed, so that both arrive together.
    pub(super) fn hold_back(&self) {
        if let Self::Tcp(stream) = self {
            let _ = SockRef::from(stream).set_tcp_cork(true);
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Stream {
    pub(super) fn hold_back(&self) {}
}

impl Stream {
    /// Moves it to the runtime of the caller, where it was accepted on another one.
    pub(super) fn registered_here(self) -> io::Result<Self> {
        Ok(match self {
            Self::Tcp(stream) => Self::Tcp(TcpStream::from_std(stream.into_std()?)?),
            Self::Unix(stream) => Self::Unix(UnixStream::from_std(stream.into_std()?)?),
        })
    }

    fn socket(&self) -> SockRef<'_> {
        match self {
            Self::Tcp(stream) => stream.into(),
            Self::Unix(stream) => stream.into(),
        }
    }

    fn descriptor(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(stream) => stream.as_fd(),
            Self::Unix(stream) => stream.as_fd(),
        }
    }

    /// Returns whether the kernel reports at once that the client has closed both sides. With TCP, the kernel of the
    /// client sends the same for one side as for both, and sends a reset only when it receives more bytes. With a Unix
    /// socket, bytes that the client sent before it closed can be read in either case.
    fn tells_closing(&self) -> bool {
        matches!(self, Self::Unix(_))
    }

    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(stream) => stream.poll_read_ready(context),
            Self::Unix(stream) => stream.poll_read_ready(context),
        }
    }

    /// The readiness that the kernel has reported so far.
    fn ready_now(&self, context: &mut Context<'_>) -> Option<Ready> {
        let all = Interest::READABLE | Interest::WRITABLE | Interest::ERROR;
        let polled = match self {
            Self::Tcp(stream) => pin!(stream.ready(all)).poll(context),
            Self::Unix(stream) => pin!(stream.ready(all)).poll(context),
        };
        match polled {
            Poll::Ready(Ok(ready)) => Some(ready),
            _ => None,
        }
    }

    /// The number of available bytes, at most one, without reading them.
    fn peek(&self) -> io::Result<usize> {
        self.peek_into(&mut [0])
    }

    /// Copies available bytes, without reading them.
    fn peek_into(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let flags = rustix::net::RecvFlags::PEEK;
        let peek = || Ok(rustix::net::recv(self.descriptor(), &mut *buffer, flags)?.1);
        match self {
            Self::Tcp(stream) => stream.try_io(Interest::READABLE, peek),
            Self::Unix(stream) => stream.try_io(Interest::READABLE, peek),
        }
    }

    /// Waits for bytes and copies them, without reading them; 0 at the end.
    pub(super) fn poll_peek(
        &self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.poll_read_ready(context))?;
            match self.peek_into(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                peeked => return Poll::Ready(peeked),
            }
        }
    }
}

/// The two kinds of sockets.
trait Io: AsyncRead + AsyncWrite + Unpin {}

impl Io for TcpStream {}

impl Io for UnixStream {}

impl Stream {
    fn io(self: Pin<&mut Self>) -> Pin<&mut dyn Io> {
        Pin::new(match self.get_mut() {
            Self::Tcp(stream) => stream,
            Self::Unix(stream) => stream,
        })
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.io().poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
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
