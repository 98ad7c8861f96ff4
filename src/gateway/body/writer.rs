//! PEP 3333's `write()`: a body that is written to instead of read from.
//!
//! Writer and body share a channel of limited size. So a writer never gets far ahead of the client, and
//! notices when the client has left.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::io::ErrorKind;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use bytes::Bytes;
use http_body::Frame;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Blocking;
use crate::gateway::work::panics::attempt;

/// Bytes that may wait in the channel; beyond this a writer waits.
const CHANNEL_BYTES: usize = 64 << 10;

/// Bytes collected from small writes before they become a chunk.
const CHUNK_BYTES: usize = 8 << 10;

/// The writer of a [`Body::writer`](crate::gateway::Body::writer).
///
/// Small writes are collected into chunks of 8 KiB; [`flush`](Write::flush) sends the bytes collected so far.
/// Writing waits while 64 KiB are unsent, and fails with [`BrokenPipe`](ErrorKind::BrokenPipe) after the
/// client has left.
///
/// ```
/// use rustzeug::gateway::{Body, BodyWriter};
/// use rustzeug::Result;
/// use std::io::Write;
///
/// fn table(out: &mut BodyWriter) -> Result<()> {
///     for n in 1..=2 {
///         writeln!(out, "{n};{}", n * n)?;
///     }
///     Ok(())
/// }
///
/// let mut body = Body::writer(table);
/// assert_eq!(body.chunk().wait()?.unwrap(), "1;1\n2;4\n");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct BodyWriter {
    channel: Arc<Channel>,
    buffer: Vec<u8>,
}

impl Write for BodyWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let chunk = std::mem::take(&mut self.buffer);
        if chunk.is_empty() {
            self.channel.check_open()
        } else {
            self.channel.send(chunk.into())
        }
    }
}

impl fmt::Debug for BodyWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyWriter")
    }
}

/// The writer of a [`Body::async_writer`](crate::gateway::Body::async_writer).
///
/// ```
/// use rustzeug::gateway::{AsyncBodyWriter, Body};
/// use rustzeug::Result;
///
/// async fn table(mut out: AsyncBodyWriter) -> Result<()> {
///     for n in 1..=2 {
///         out.write(format!("{n};{}\n", n * n)).await?;
///     }
///     Ok(())
/// }
///
/// let mut body = Body::async_writer(table);
/// assert_eq!(body.chunk().wait()?.unwrap(), "1;1\n");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct AsyncBodyWriter(Arc<Channel>);

impl AsyncBodyWriter {
    /// Sends a chunk, as soon as there is room for it.
    ///
    /// # Errors
    ///
    /// An error whose source is an `io::Error` of the kind [`BrokenPipe`](ErrorKind::BrokenPipe), after the
    /// client has left.
    pub async fn write(&mut self, chunk: impl Into<Bytes> + Send) -> Result<()> {
        let mut chunk = Some(chunk.into());
        poll_fn(|context| self.0.poll_send(context, &mut chunk))
            .await
            .map_err(Error::from)
    }
}

impl fmt::Debug for AsyncBodyWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncBodyWriter")
    }
}

impl Drop for AsyncBodyWriter {
    fn drop(&mut self) {
        self.0.end(Ok(()));
    }
}

#[derive(Default)]
struct Channel {
    state: Mutex<ChannelState>,
    room: Condvar,
}

#[derive(Default)]
struct ChannelState {
    chunks: VecDeque<Bytes>,
    waiting_bytes: usize,
    reader: Option<Waker>,
    writer: Option<Waker>,
    end: Option<Result<()>>,
    abandoned: bool,
}

impl Channel {
    fn state(&self) -> MutexGuard<'_, ChannelState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_open(&self) -> io::Result<()> {
        if self.state().abandoned {
            Err(client_left())
        } else {
            Ok(())
        }
    }

    fn send(&self, chunk: Bytes) -> io::Result<()> {
        let state = self.state();
        let full =
            |state: &mut ChannelState| !state.abandoned && state.waiting_bytes >= CHANNEL_BYTES;
        let mut state = self
            .room
            .wait_while(state, full)
            .unwrap_or_else(PoisonError::into_inner);
        if state.abandoned {
            return Err(client_left());
        }
        state.push(chunk);
        Ok(())
    }

    fn poll_send(
        &self,
        context: &mut Context<'_>,
        chunk: &mut Option<Bytes>,
    ) -> Poll<io::Result<()>> {
        let mut state = self.state();
        if state.abandoned {
            return Poll::Ready(Err(client_left()));
        }
        if state.waiting_bytes >= CHANNEL_BYTES {
            state.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        if let Some(chunk) = chunk.take().filter(|chunk| !chunk.is_empty()) {
            state.push(chunk);
        }
        Poll::Ready(Ok(()))
    }

    /// Ends the body. Only the first call counts.
    fn end(&self, result: Result<()>) {
        let mut state = self.state();
        if state.end.is_none() {
            state.end = Some(result);
        }
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }

    fn abandon(&self) {
        let mut state = self.state();
        state.abandoned = true;
        state.chunks.clear();
        if let Some(writer) = state.writer.take() {
            writer.wake();
        }
        self.room.notify_all();
    }

    fn poll_chunk(&self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let mut state = self.state();
        if let Some(chunk) = state.chunks.pop_front() {
            state.waiting_bytes -= chunk.len();
            if let Some(writer) = state.writer.take() {
                writer.wake();
            }
            self.room.notify_one();
            return Poll::Ready(Some(Ok(chunk)));
        }
        if let Some(end) = &mut state.end {
            Poll::Ready(std::mem::replace(end, Ok(())).err().map(Err))
        } else {
            state.reader = Some(context.waker().clone());
            Poll::Pending
        }
    }
}

impl ChannelState {
    fn push(&mut self, chunk: Bytes) {
        self.waiting_bytes += chunk.len();
        self.chunks.push_back(chunk);
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

fn client_left() -> io::Error {
    io::Error::new(ErrorKind::BrokenPipe, "the client has left")
}

type WriteAll = Box<dyn FnOnce(&mut BodyWriter) -> Result<()> + Send>;

/// The reading end of [`Body::writer`](crate::gateway::Body::writer).
pub(super) struct WriterBody {
    write: Option<WriteAll>,
    channel: Arc<Channel>,
    blocking: Blocking,
}

impl WriterBody {
    pub(super) fn new(write: impl FnOnce(&mut BodyWriter) -> Result<()> + Send + 'static) -> Self {
        Self {
            write: Some(Box::new(write)),
            channel: Arc::default(),
            blocking: Blocking::default(),
        }
    }

    pub(super) fn bind(&mut self, blocking: &Blocking) {
        self.blocking = blocking.clone();
    }

    /// Whether it has not been started yet.
    pub(super) fn is_waiting(&self) -> bool {
        self.write.is_some()
    }

    /// Starts the writer, if it is not running yet.
    pub(super) fn start(&mut self) -> Result<()> {
        let Some(write) = self.write.take() else {
            return Ok(());
        };
        let ended = EndOnDrop(Arc::clone(&self.channel));
        let blocking = self.blocking.clone();
        self.blocking.start_writer(move || {
            let mut writer = BodyWriter {
                channel: Arc::clone(&ended.0),
                buffer: Vec::new(),
            };
            let result = match attempt(|| write(&mut writer)) {
                Ok(result) => result.and_then(|()| Ok(writer.flush()?)),
                Err(panic) => {
                    if ended.0.check_open().is_err() {
                        blocking.failed(&panic);
                    }
                    Err(panic)
                }
            };
            ended.0.end(result);
        })
    }

    pub(super) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        if let Err(error) = self.start() {
            return Poll::Ready(Some(Err(error)));
        }
        self.channel.poll_chunk(context)
    }
}

impl Drop for WriterBody {
    fn drop(&mut self) {
        self.channel.abandon();
    }
}

/// Ends the body with an error if its writer panics, so that it does not wait forever.
struct EndOnDrop(Arc<Channel>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0
            .end(Err(Error::from("the writer of the body panicked")));
    }
}

/// The reading end of [`Body::async_writer`](crate::gateway::Body::async_writer). It also polls the writer.
pub(super) struct AsyncWriterBody<F> {
    write: Option<Pin<Box<F>>>,
    channel: Arc<Channel>,
}

impl<F: Future<Output = Result<()>> + Send + 'static> AsyncWriterBody<F> {
    pub(super) fn new(write: impl FnOnce(AsyncBodyWriter) -> F) -> Self {
        let channel = Arc::new(Channel::default());
        Self {
            write: Some(Box::pin(write(AsyncBodyWriter(Arc::clone(&channel))))),
            channel,
        }
    }
}

impl<F: Future<Output = Result<()>>> http_body::Body for AsyncWriterBody<F> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(write) = &mut self.write
            && let Poll::Ready(result) = write.as_mut().poll(context)
        {
            self.write = None;
            if let Err(error) = result {
                // Dropping the writer has just recorded a successful end; this replaces it.
                self.channel.state().end = Some(Err(error));
            }
        }
        let chunk = self.channel.poll_chunk(context);
        chunk.map(|chunk| chunk.map(|chunk| chunk.map(Frame::data).map_err(Error::into_boxed)))
    }
}

impl<F> Drop for AsyncWriterBody<F> {
    fn drop(&mut self) {
        self.channel.abandon();
    }
}
