//! The body of a request or a response: empty, bytes, or a source that yields them.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::pin::Pin;

use bytes::Bytes;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::AsyncBodyWriter;
use crate::gateway::AwaitOrWait;
use crate::gateway::Blocking;
use crate::gateway::BodyWriter;
use crate::gateway::body::writer::AsyncWriterBody;
use crate::gateway::body::writer::WriterBody;

mod chunk_stream;
mod chunks;
mod from;
mod gathered;
mod kept;
mod lengths;
mod poll;
mod pulled;
mod read;
mod seekable;
pub(super) mod writer;

pub(crate) use chunk_stream::ChunkStream;
pub(crate) use chunks::Several;
pub(crate) use lengths::Exactly;
pub use read::BodyReader;
pub(crate) use read::Chunks;
pub use read::Collect;
pub use read::NextChunk;
pub(crate) use seekable::Piece;

use chunks::Chain;
use kept::Kept;
use pulled::Pulled;
use seekable::Seekable;

/// The bytes of a message, in memory or still to come.
///
/// Text and bytes become a body with `into()`, other sources with a constructor. Bytes are never copied. It
/// implements [`http_body::Body`]; [`chunk`](Self::chunk) and [`into_reader`](Self::into_reader) read it too.
/// Dropping it releases its resources, exactly once: this is PEP 3333's `close()`.
///
/// Readers, iterators and files may block. A worker of the server pulls them, and only when the client takes
/// more. One job collects the pieces that arrive within 0.2 ms, until there are 64 KiB, or 256 KiB for a client
/// that is quick. If the source is slow, the pieces so far are sent while the job waits: at once from a thread of
/// the pool, and on a lane of the embedded server after two to three milliseconds.
///
/// # Examples
///
/// ```
/// use rustzeug::gateway::Body;
///
/// let mut body = Body::iterator(["one ", "two"]);
/// assert_eq!(body.length(), None);
/// assert_eq!(body.chunk().wait()?.unwrap(), "one ");
/// assert_eq!(body.chunk().wait()?.unwrap(), "two");
/// assert_eq!(body.chunk().wait()?, None);
///
/// assert_eq!(Body::from("hello").length(), Some(5));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Default)]
pub struct Body(BodyKind);

#[derive(Default)]
enum BodyKind {
    #[default]
    Empty,
    Bytes(Bytes),
    Stream(Pin<Box<dyn chunks::Chunks + Send>>),
    Frames(Pin<Box<dyn chunks::Frames + Send>>),
    Chain(Box<Chain>),
    Pulled(Box<Pulled>),
    Seekable(Box<Seekable>),
    Writer(Box<WriterBody>),
    Kept(Box<Kept>),
}

impl Body {
    /// An empty body.
    #[must_use]
    pub const fn empty() -> Self {
        Self(BodyKind::Empty)
    }

    /// A body that reads `reader` to its end; it may block.
    ///
    /// The length is unknown: HTTP/1.1 sends the body chunked. An error of the reader cuts the connection, so
    /// that the client notices.
    #[must_use]
    pub fn reader(reader: impl Read + Send + 'static) -> Self {
        Self(BodyKind::Pulled(Box::new(Pulled::reader(reader, None))))
    }

    /// Several bodies, one after another. The length is known if all lengths are known.
    ///
    /// ```
    /// use rustzeug::gateway::Body;
    ///
    /// let mut body = Body::chain(["one ".into(), Body::iterator(["two"])]);
    /// assert_eq!(body.chunk().wait()?.unwrap(), "one ");
    /// assert_eq!(body.chunk().wait()?.unwrap(), "two");
    /// assert_eq!(body.chunk().wait()?, None);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn chain(bodies: impl IntoIterator<Item = Self>) -> Self {
        let mut bodies: VecDeque<_> = bodies.into_iter().filter(|body| !body.is_empty()).collect();
        if bodies.len() > 1 {
            return Self(BodyKind::Chain(Box::new(Chain(bodies))));
        }
        bodies.pop_front().unwrap_or_default()
    }

    /// A body that fails when it is read.
    pub(crate) fn failing(error: Error) -> Self {
        Self(BodyKind::Frames(Box::pin(chunks::Failing(Some(error)))))
    }

    /// A body from a file: from its current position to its current end.
    ///
    /// If the file is shorter when it is read, that is an error.
    ///
    /// # Errors
    ///
    /// Errors from reading the length and position of the file.
    ///
    /// ```
    /// use rustzeug::gateway::Body;
    ///
    /// let body = Body::file(std::fs::File::open("Cargo.toml")?)?;
    /// assert_eq!(body.length(), Some(std::fs::metadata("Cargo.toml")?.len()));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "from_file")]
    pub fn file(mut file: File) -> io::Result<Self> {
        let start = file.stream_position()?;
        let length = file.metadata()?.len().saturating_sub(start);
        let seekable = Seekable::new(file, start, length);
        Ok(Self(BodyKind::Seekable(Box::new(seekable))))
    }

    /// A body from the chunks of an iterator, which may block.
    ///
    /// Small chunks that arrive together may be sent together. If the iterator then waits, the chunks so far are sent
    /// meanwhile: at once, or on a lane of the embedded server after two to three milliseconds. Without workers, as in
    /// an in-process test, each item is one chunk.
    #[must_use]
    pub fn iterator<I>(chunks: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'static, Item: Into<Bytes>>,
    {
        let mut chunks = chunks.into_iter();
        Self(BodyKind::Pulled(Box::new(Pulled::new(
            move || Ok(chunks.next().map(Into::into)),
            None,
        ))))
    }

    /// A body from the chunks of an iterator that may block or fail; it sends them like
    /// [`iterator`](Self::iterator). A failure cuts the connection, after the chunks before it.
    #[must_use]
    pub fn try_iterator<I, B, E>(chunks: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'static, Item = Result<B, E>>,
        B: Into<Bytes>,
        E: Into<Error>,
    {
        let mut chunks = chunks.into_iter();
        let next = move || {
            chunks
                .next()
                .transpose()
                .map(|chunk| chunk.map(Into::into))
                .map_err(Into::into)
        };
        Self(BodyKind::Pulled(Box::new(Pulled::new(next, None))))
    }

    /// A body from the chunks of a stream. A failure cuts the connection.
    #[must_use]
    pub fn stream<B: Into<Bytes>, E: Into<Error>>(
        stream: impl ChunkStream<B, E> + Send + 'static,
    ) -> Self {
        Self(BodyKind::Stream(Box::pin(stream)))
    }

    /// Wraps a body of another library.
    #[must_use]
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let mut body = Some(body);
        // A `Body` is not wrapped again.
        if let Some(own) = (&mut body as &mut dyn Any).downcast_mut::<Option<Self>>() {
            return own.take().unwrap_or_default();
        }
        match body {
            Some(body) if !body.is_end_stream() => Self(BodyKind::Frames(Box::pin(body))),
            _ => Self::empty(),
        }
    }

    /// A body that `write` writes, on its own thread, as fast as the client reads.
    ///
    /// This is PEP 3333's `write()`. `write` starts when the server takes the response, or at the first read.
    /// After the client leaves, writing fails with [`io::ErrorKind::BrokenPipe`]. An `Err` from `write` cuts
    /// the connection.
    ///
    /// ```
    /// use rustzeug::gateway::Body;
    /// use std::io::Write;
    ///
    /// let body = Body::writer(|out| {
    ///     for line in 1..=3 {
    ///         writeln!(out, "line {line}")?;
    ///     }
    ///     Ok(())
    /// });
    /// let mut text = String::new();
    /// std::io::Read::read_to_string(&mut body.into_reader(), &mut text)?;
    /// assert_eq!(text, "line 1\nline 2\nline 3\n");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn writer(write: impl FnOnce(&mut BodyWriter) -> Result<()> + Send + 'static) -> Self {
        Self(BodyKind::Writer(Box::new(WriterBody::new(write))))
    }

    /// A body that an asynchronous `write` writes, as fast as the client reads.
    ///
    /// ```
    /// use rustzeug::gateway::Body;
    ///
    /// let mut body = Body::async_writer(async |mut out| {
    ///     out.write("hello ").await?;
    ///     out.write("world").await
    /// });
    /// assert_eq!(body.chunk().wait()?.unwrap(), "hello ");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn async_writer<F>(write: impl FnOnce(AsyncBodyWriter) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Self(BodyKind::Frames(Box::pin(AsyncWriterBody::new(write))))
    }

    /// The number of bytes still to come, if known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            BodyKind::Empty => Some(0),
            BodyKind::Bytes(bytes) => Some(bytes.len() as u64),
            BodyKind::Frames(body) => body.size().exact(),
            BodyKind::Chain(chain) => chain.length(),
            BodyKind::Pulled(pulled) => pulled.length(),
            BodyKind::Seekable(seekable) => Some(seekable.length),
            BodyKind::Kept(kept) => kept.body.length(),
            BodyKind::Stream(_) | BodyKind::Writer(_) => None,
        }
    }

    /// Whether the body is known to be empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length() == Some(0)
    }

    /// The whole body, if all of it is in memory.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        static NOTHING: Bytes = Bytes::new();
        match &self.0 {
            BodyKind::Empty => Some(&NOTHING),
            BodyKind::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Reads the next chunk; `None` at the end.
    ///
    /// # Errors
    ///
    /// The error with which the body fails: of its reader, iterator, stream or writer, or of the connection.
    pub fn chunk(&mut self) -> AwaitOrWait<NextChunk<'_>> {
        AwaitOrWait(NextChunk(self))
    }

    /// Converts the body to [`Read`] and [`BufRead`](io::BufRead), for a `fn`: reading waits.
    #[must_use]
    pub fn into_reader(self) -> BodyReader {
        BodyReader::new(self)
    }

    /// Binds a blocking body to the workers on which it is read and dropped, before middleware wraps or reads
    /// it.
    pub(crate) fn bind(&mut self, blocking: &Blocking) {
        let blocks = match &mut self.0 {
            BodyKind::Empty | BodyKind::Bytes(_) | BodyKind::Kept(_) => false,
            BodyKind::Stream(_) | BodyKind::Frames(_) => blocking.is_worker(),
            BodyKind::Chain(chain) => {
                chain.bind(blocking);
                false
            }
            BodyKind::Pulled(pulled) => {
                pulled.bind(blocking);
                blocking.has_workers()
            }
            BodyKind::Seekable(seekable) => {
                seekable.bind(blocking);
                blocking.has_workers()
            }
            BodyKind::Writer(writer) => {
                writer.bind(blocking);
                blocking.has_workers()
            }
        };
        if blocks {
            let body = std::mem::take(self);
            self.0 = BodyKind::Kept(Box::new(Kept::new(body, blocking)));
        }
    }

    /// Whether dropping it runs application code that may block.
    fn holds_code(&self) -> bool {
        match &self.0 {
            BodyKind::Empty | BodyKind::Bytes(_) | BodyKind::Kept(_) => false,
            BodyKind::Stream(_)
            | BodyKind::Frames(_)
            | BodyKind::Chain(_)
            | BodyKind::Seekable(_) => true,
            BodyKind::Pulled(pulled) => pulled.holds_source(),
            BodyKind::Writer(writer) => writer.is_waiting(),
        }
    }

    /// Starts the writer of the body, if any, before the head of the response is sent.
    pub(crate) fn start(&mut self) -> Result<()> {
        match &mut self.0 {
            BodyKind::Writer(writer) => writer.start(),
            BodyKind::Kept(kept) => kept.body.start(),
            _ => Ok(()),
        }
    }
}

/// For received bodies on disk and the test client.
#[cfg(any(feature = "spool", feature = "testing"))]
impl Body {
    /// A body from a reader of known length. A shorter reader is an error.
    pub(crate) fn sized_reader(reader: impl Read + Send + 'static, length: u64) -> Self {
        Self(BodyKind::Pulled(Box::new(Pulled::reader(
            reader.take(length),
            Some(length),
        ))))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            BodyKind::Empty => "empty",
            BodyKind::Bytes(_) => "bytes",
            BodyKind::Stream(_) | BodyKind::Frames(_) => "stream",
            BodyKind::Chain(_) => "chain",
            BodyKind::Pulled(_) | BodyKind::Seekable(_) => "blocking",
            BodyKind::Writer(_) => "writer",
            BodyKind::Kept(kept) => return kept.body.fmt(f),
        };
        f.debug_struct("Body")
            .field("kind", &kind)
            .field("length", &self.length())
            .finish()
    }
}
