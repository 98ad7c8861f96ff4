//! The socket of a connection: counts bytes, and closes so that nothing is lost.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;

use crate::gateway::Duplex;
use crate::gateway::Upgraded;
use crate::server::hosting::carrier::Carrier;
use crate::server::hosting::open::Ticket;
use crate::server::hosting::stream::Ahead;
use crate::server::hosting::stream::Socket;
use crate::server::hosting::watch::Verdict;
use crate::server::hosting::watch::Watch;
use crate::server::limits::ServerLimits;

/// The number of bytes that are dropped at a time while lingering.
const DROPPED: usize = 16 << 10;

/// The number of bytes of a head that are kept, for the page and the log if it is refused.
const KEPT: usize = 1 << 10;

/// A stream that is watched, and that lingers if it is closed while the client is sending.
///
/// If a socket is closed while it has unread bytes, or receives some later, the kernel sends a reset. The kernel of the
/// client then drops everything that the client has not read: also the response that explains the refusal. So the
/// sending side is closed first, and incoming bytes are read and dropped until the client closes too.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "flags that are independent of one another"
)]
pub(in crate::server) struct Transport<S> {
    stream: S,
    /// Bytes that were read and must be read again.
    before: Bytes,
    /// The bytes that are passed on together if a connection begins with them.
    preface: &'static [u8],
    /// All bytes so far may be the beginning of the preface.
    beginning: bool,
    watch: Arc<Watch>,
    /// The number of requests whose responses were sent when hyper last flushed all of its bytes; `None` if the
    /// connection is not in hyper's HTTP/1.
    answered: Option<u64>,
    /// The beginning of the last head that arrived, and the number of requests before it. hyper does not return a head
    /// that it has refused.
    head: (u64, Vec<u8>),
    /// hyper has responded to input that is not a request; this response was not sent.
    refused: bool,
    linger_bytes: u64,
    /// The stream holds bytes that the kernel did not accept.
    holds: bool,
    closed: bool,
}

impl<S: Socket> Transport<S> {
    /// `preface` is passed on as a whole or not at all, because another protocol may begin with it.
    pub(in crate::server) fn new(
        stream: S,
        ticket: &Ticket,
        limits: &ServerLimits,
        preface: &'static [u8],
    ) -> Self {
        Self {
            stream,
            before: Bytes::new(),
            preface,
            beginning: true,
            watch: Arc::clone(ticket.watch()),
            answered: Some(0),
            head: (0, Vec::new()),
            refused: false,
            linger_bytes: limits.linger_bytes(),
            holds: false,
            closed: false,
        }
    }

    /// Adds `bytes` to be read again, by the protocol that follows HTTP/1.
    pub(in crate::server) fn with_before(mut self, bytes: Bytes) -> Self {
        self.before = bytes;
        self.answered = None;
        self
    }

    /// For a protocol without hyper: everything is sent.
    pub(in crate::server) fn without_http(mut self) -> Self {
        self.answered = None;
        self
    }

    /// Returns whether hyper has a response to input that is not a request. From now on, everything is sent.
    pub(in crate::server) fn take_refused(&mut self) -> bool {
        self.answered = None;
        std::mem::take(&mut self.refused)
    }

    /// The refused input: the beginning of a head, or `rest`, which hyper has not parsed.
    pub(in crate::server) fn refused_head<'r>(&'r self, rest: &'r [u8]) -> &'r [u8] {
        let (requests, head) = &self.head;
        let is_last = *requests == self.watch.begun() && !head.is_empty();
        if !is_last || rest.starts_with(head) || rest.ends_with(head) {
            return rest;
        }
        head
    }

    /// Keeps the beginning of a head.
    fn keep(&mut self, piece: &[u8]) {
        let begun = self.watch.begun();
        if self.answered != Some(begun) {
            return;
        }
        let (requests, head) = &mut self.head;
        if *requests != begun {
            *requests = begun;
            head.clear();
        }
        let room = KEPT.saturating_sub(head.len());
        head.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    /// Returns whether hyper responds by itself: it writes although every request has had its response. It does so only
    /// for a head that it cannot parse, and then closes the connection.
    fn is_own_answer(&mut self) -> bool {
        self.refused |= self.answered == Some(self.watch.begun());
        self.refused
    }

    /// Returns whether the client may be in the middle of a message.
    pub(in crate::server) fn is_mid_message(&self) -> bool {
        self.watch.is_mid_message()
    }

    pub(in crate::server) fn reset_at_end(&self) {
        self.stream.reset_at_end();
    }

    /// Returns whether the bytes that were just read can be passed on. A part of a preface cannot, because HTTP/1 would
    /// refuse it before it is complete.
    fn has_begun(&mut self, buffer: &mut ReadBuf<'_>, filled: usize) -> bool {
        let preface = self.preface;
        let is_part = |bytes: &[u8]| bytes.len() < preface.len() && preface.starts_with(bytes);
        let piece = &buffer.filled()[filled..];
        let ended = piece.is_empty();
        if self.before.is_empty() && (ended || !is_part(piece)) {
            self.beginning = false;
            return true;
        }
        self.before = [&self.before, piece].concat().into();
        self.beginning = !ended && is_part(&self.before);
        buffer.set_filled(filled);
        false
    }

    /// Detects that the client leaves while hyper waits for the response and therefore does not read.
    fn look_ahead(&self, context: &mut Context<'_>) -> io::Result<()> {
        let ahead = self.stream.poll_ahead(context);
        // An event that has already occurred does not wake the task again.
        self.watch.set_guarded(ahead.is_pending());
        match ahead {
            Poll::Ready(Ahead::Gone) => {
                self.watch.set_verdict(Verdict::Left);
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Poll::Ready(Ahead::Closed) => {
                self.watch.set_half_closed();
                Ok(())
            }
            Poll::Ready(Ahead::Data) | Poll::Pending => Ok(()),
        }
    }

    /// Counts a write. If it is pending, it is tried directly on the socket when the server wants to know whether the
    /// client takes anything.
    fn written(
        &mut self,
        written: Poll<io::Result<usize>>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = match written {
            Poll::Pending if self.watch.wants_push() && !bytes.is_empty() => self.push(bytes),
            written => written,
        };
        self.watch.count(&written, Watch::add_sent);
        written
    }

    /// Passes everything on that the stream still holds. A client that does not take it has not read its response.
    fn poll_pass_all(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut passed = self.stream.poll_pass(context);
            if let Poll::Ready(Ok(0)) = passed {
                if std::mem::take(&mut self.holds) {
                    self.watch.add_passed(Some(0));
                }
                return Poll::Ready(Ok(()));
            }
            if passed.is_pending() && self.watch.wants_push() {
                passed = self.push(&[]);
            }
            self.holds = true;
            self.watch.count(&passed, Watch::add_passed);
            ready!(passed)?;
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.stream.push(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.watch.end_push();
                Poll::Pending
            }
            pushed => Poll::Ready(pushed),
        }
    }

    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut buffer = [0; DROPPED];
        while self.watch.verdict() != Verdict::Linger {
            let mut buffer = ReadBuf::new(&mut buffer);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    self.watch.add_received(buffer.filled());
                    let left = self.linger_bytes.checked_sub(buffer.filled().len() as u64);
                    match left {
                        Some(left) => self.linger_bytes = left,
                        None => return Poll::Ready(()),
                    }
                }
                Poll::Pending if self.watch.is_mid_message() => {
                    self.watch.set_lingering();
                    return Poll::Pending;
                }
                _ => return Poll::Ready(()),
            }
        }
        Poll::Ready(())
    }
}

impl Transport<Carrier> {
    /// Sends the end of the last response together with that of the connection. A web server in front that saw the one
    /// before the other could send its next request in between.
    pub(in crate::server) fn end_together(&self) {
        self.stream.hold_back();
    }
}

impl<S: Socket> AsyncRead for Transport<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if !self.beginning && !self.before.is_empty() {
                let count = self.before.len().min(buffer.remaining());
                let piece = self.before.split_to(count);
                buffer.put_slice(&piece);
                self.keep(&piece);
                return Poll::Ready(Ok(()));
            }
            let filled = buffer.filled().len();
            ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
            self.watch.add_received(&buffer.filled()[filled..]);
            if !self.beginning || self.has_begun(buffer, filled) {
                self.keep(&buffer.filled()[filled..]);
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: Socket> AsyncWrite for Transport<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_own_answer() {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(written, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.is_own_answer() {
            return Poll::Ready(Ok(pieces.iter().map(|piece| piece.len()).sum()));
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        let first = pieces.iter().find(|piece| !piece.is_empty());
        self.written(written, first.map_or(&[], |piece| piece))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes whenever its connection is polled, even while a handler or a body is awaited.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.watch.wants_look() {
            self.look_ahead(context)?;
        }
        // At this point, hyper has written all of its bytes.
        if self.answered.is_some() && self.watch.in_flight() == 0 {
            self.answered = Some(self.watch.begun());
        }
        ready!(self.poll_pass_all(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.refused {
            return Poll::Ready(Ok(()));
        }
        if !self.closed {
            // The shutdown itself writes what TLS holds without counting it.
            ready!(self.poll_pass_all(context))?;
            let mut closed = Pin::new(&mut self.stream).poll_shutdown(context);
            if closed.is_pending() {
                // `close_notify` is held.
                ready!(self.poll_pass_all(context))?;
                closed = Pin::new(&mut self.stream).poll_shutdown(context);
            }
            ready!(closed)?;
            self.closed = true;
        }
        self.poll_linger(context).map(Ok)
    }
}

impl Watch {
    fn count(&self, written: &Poll<io::Result<usize>>, add: fn(&Self, Option<usize>)) {
        match written {
            Poll::Ready(Ok(count)) => add(self, Some(*count)),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => add(self, None),
        }
    }
}

/// For protocols that follow HTTP.
impl<S: Socket> Duplex for Transport<S> {
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(AsyncRead::poll_read(Pin::new(self), context, &mut buffer))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        AsyncWrite::poll_write(Pin::new(self), context, bytes)
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsyncWrite::poll_flush(Pin::new(self), context)
    }

    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// So that crates for tokio can use the connection.
impl AsyncRead for Upgraded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let unfilled = buffer.initialize_unfilled();
        let count = ready!(self.as_duplex().poll_read(context, unfilled))?;
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Upgraded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.as_duplex().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.as_duplex().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.as_duplex().poll_shutdown(context)
    }
}
