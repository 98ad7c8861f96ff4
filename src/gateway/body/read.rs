//! Reading a body: chunk by chunk, as `io::Read`, or whole.

use std::fmt;
use std::io;
use std::io::BufRead;
use std::io::Read;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Buf;
use bytes::Bytes;
use http_body::Body as _;

use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::Parts;
use crate::gateway::body::Several;

/// The pending next chunk of a body: see [`Body::chunk`].
///
/// ```
/// use rustzeug::gateway::Body;
/// use rustzeug::Result;
///
/// async fn length(mut body: Body) -> Result<usize> {
///     let mut length = 0;
///     while let Some(chunk) = body.chunk().await? {
///         length += chunk.len();
///     }
///     Ok(length)
/// }
///
/// let body = Body::iterator(["one ", "two"]);
/// assert_eq!(rustzeug::gateway::block_on(length(body))?, 7);
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Debug)]
pub struct NextChunk<'b>(pub(super) &'b mut Body);

impl Future for NextChunk<'_> {
    type Output = Result<Option<Bytes>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let Some(frame) = ready!(Pin::new(&mut *self.0).poll_frame(context)?) else {
                return Poll::Ready(Ok(None));
            };
            // Trailers are not part of the body.
            match frame.into_data() {
                Ok(data) if !data.is_empty() => return Poll::Ready(Ok(Some(data))),
                _ => {}
            }
        }
    }
}

/// A body as [`Read`] and [`BufRead`]: see [`Body::into_reader`].
///
/// ```
/// use rustzeug::gateway::Body;
/// use std::io::BufRead;
///
/// let body = Body::iterator(["first\nsec", "ond\n"]);
/// let lines = body.into_reader().lines().collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(lines, ["first", "second"]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct BodyReader {
    body: Body,
    chunk: Bytes,
}

impl BodyReader {
    pub(super) fn new(body: Body) -> Self {
        Self {
            body,
            chunk: Bytes::new(),
        }
    }
}

impl BufRead for BodyReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.chunk.is_empty() {
            let next = self
                .body
                .chunk()
                .wait()
                .map_err(|error| io::Error::other(error.into_boxed()))?;
            self.chunk = next.unwrap_or_default();
        }
        Ok(&self.chunk)
    }

    fn consume(&mut self, amount: usize) {
        self.chunk.advance(amount.min(self.chunk.len()));
    }
}

impl Read for BodyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

/// Reads a body whole and leaves it in place as bytes.
///
/// ```
/// use rustzeug::Response;
///
/// let mut response = Response::text("hello");
/// assert_eq!(response.read_bytes().wait()?, "hello");
/// assert_eq!(response.read_text().wait()?, "hello", "it can be read again");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct Collect<'b, T> {
    parts: &'b mut Parts,
    chunks: Chunks,
    finish: fn(&Parts, Bytes) -> Result<T>,
}

impl<T> fmt::Debug for Collect<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Collect({:?})", self.chunks)
    }
}

impl<'b, T> Collect<'b, T> {
    pub(crate) fn new(parts: &'b mut Parts, finish: fn(&Parts, Bytes) -> Result<T>) -> Self {
        Self {
            parts,
            chunks: Chunks::default(),
            finish,
        }
    }
}

impl<T> Future for Collect<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        if let Some(bytes) = self.parts.body.as_bytes()
            && self.chunks.length() == 0
        {
            return Poll::Ready((self.finish)(self.parts, bytes.clone()));
        }
        loop {
            match ready!(Pin::new(&mut NextChunk(&mut self.parts.body)).poll(context)) {
                Ok(Some(chunk)) => self.chunks.push(chunk),
                Ok(None) => break,
                Err(error) => {
                    // Partial content must not be mistaken for the whole body, so every further read fails
                    // too.
                    self.parts.body = Body::failing(error.copy());
                    return Poll::Ready(Err(error));
                }
            }
        }
        let bytes = std::mem::take(&mut self.chunks).join();
        self.parts.body = Body::from(bytes.clone());
        Poll::Ready((self.finish)(self.parts, bytes))
    }
}

/// Dropping a read loses nothing: the chunks are put back.
impl<T> Drop for Collect<'_, T> {
    fn drop(&mut self) {
        if self.chunks.length() > 0 {
            let first = Body::new(Several(std::mem::take(&mut self.chunks).into_list().into()));
            let rest = std::mem::take(&mut self.parts.body);
            self.parts.body = Body::chain([first, rest]);
        }
    }
}

/// Chunks in the order of arrival.
#[derive(Default)]
pub(crate) struct Chunks {
    list: Vec<Bytes>,
    /// Small chunks after the first are joined here: kept apart, each would cost more than its content.
    tail: Vec<u8>,
    length: u64,
}

/// Chunks smaller than this are joined: each may keep a much longer buffer alive.
const SMALL_BYTES: usize = 16 << 10;

/// The size of one buffer of joined chunks.
const TAIL_BYTES: usize = 64 << 10;

impl Chunks {
    pub(crate) fn push(&mut self, chunk: Bytes) {
        self.length += chunk.len() as u64;
        if chunk.len() < SMALL_BYTES && !self.list.is_empty() {
            if self.tail.len() + chunk.len() > TAIL_BYTES {
                self.close_tail();
            }
            self.tail.extend_from_slice(&chunk);
            return;
        }
        self.close_tail();
        self.list.push(chunk);
    }

    fn close_tail(&mut self) {
        if !self.tail.is_empty() {
            self.list.push(std::mem::take(&mut self.tail).into());
        }
    }

    /// Returns the chunks; there may be fewer than have arrived, since small ones are joined.
    pub(crate) fn list(&mut self) -> &[Bytes] {
        self.close_tail();
        &self.list
    }

    pub(crate) fn into_list(mut self) -> Vec<Bytes> {
        self.close_tail();
        self.list
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Joins all chunks into one and keeps that. A single chunk is not copied.
    pub(crate) fn join(&mut self) -> Bytes {
        if self.list().len() > 1 {
            self.list = vec![self.list.concat().into()];
        }
        self.list.first().cloned().unwrap_or_default()
    }
}

/// For forms with files.
#[cfg(feature = "multipart")]
impl Chunks {
    /// Returns the rest of a chunk, from `position` on.
    pub(crate) fn from(&mut self, mut position: u64) -> Bytes {
        for chunk in self.list() {
            match usize::try_from(position) {
                Ok(start) if start < chunk.len() => return chunk.slice(start..),
                _ => position -= chunk.len() as u64,
            }
        }
        Bytes::new()
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.length)
    }
}
