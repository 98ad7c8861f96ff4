//! The body of a request or a response: empty, bytes, or something that yields them.

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
mod poll;
mod pulled;
mod read;
pub(super) mod writer;

pub(crate) use chunk_stream::ChunkStream;
pub(crate) use chunks::Exactly;
pub(crate) use chunks::Several;
pub use read::BodyReader;
pub(crate) use read::Chunks;
pub use read::Collect;
pub use read::NextChunk;

use chunks::AtMost;
use chunks::Chain;
use kept::Kept;
use pulled::Pulled;

/// The bytes of a message, all there or still to come.
///
/// Made from text and bytes by `into()`, and from everything else by a constructor. Bytes
/// are never copied. It is an [`http_body::Body`]; reading it is also had as
/// [`chunk`](Self::chunk) and [`into_reader`](Self::into_reader). Dropping it releases what it holds:
/// that is PEP 3333's `close()`, and happens exactly once.
///
/// Readers, iterators and files may block. They are pulled on a worker of the server, and only when
/// the client takes more. A job there takes what comes within a millisecond, up to 64 KiB; what has come is sent while
/// the source is asked for more, so that nothing waits for what follows it.
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
    Writer(Box<WriterBody>),
    Kept(Box<Kept>),
}

impl Body {
    /// No bytes at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self(BodyKind::Empty)
    }

    /// The bytes that `reader` gives until its end; it may block.
    ///
    /// The length is unknown: HTTP/1.1 sends it chunked. An error of the reader cuts the
    /// connection, so that the client can tell.
    pub fn reader(reader: impl Read + Send + 'static) -> Self {
        Self(BodyKind::Pulled(Box::new(Pulled::reader(reader, None))))
    }

    /// A reader whose length is known; one that turns out shorter is an error.
    pub(crate) fn sized_reader(reader: impl Read + Send + 'static, length: u64) -> Self {
        Self(BodyKind::Pulled(Box::new(Pulled::reader(
            reader.take(length),
            Some(length),
        ))))
    }

    /// One body after another; the length is known if those of all are.
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
    pub fn chain(bodies: impl IntoIterator<Item = Self>) -> Self {
        let mut bodies: VecDeque<_> = bodies.into_iter().filter(|body| !body.is_empty()).collect();
        if bodies.len() > 1 {
            return Self(BodyKind::Chain(Box::new(Chain(bodies))));
        }
        bodies.pop_front().unwrap_or_default()
    }

    /// A body that is `length` bytes long, as somebody has promised: its length is known, and it fails if it
    /// ends before or has a byte more.
    ///
    /// For servers that are told how long a body is, so that one that was cut off is not taken for whole. With a
    /// length of 0 it is empty: `body` is dropped, since nothing of it is to be waited for.
    ///
    /// ```
    /// use rustzeug::gateway::Body;
    ///
    /// let cut = Body::exact(9, Body::reader(&b"four"[..]));
    /// assert_eq!(cut.length(), Some(9));
    /// assert!(std::io::read_to_string(cut.into_reader()).is_err());
    ///
    /// let whole = Body::exact(4, Body::reader(&b"four"[..]));
    /// assert_eq!(std::io::read_to_string(whole.into_reader())?, "four");
    ///
    /// let not_read = Body::exact(0, Body::reader(&b"four"[..]));
    /// assert_eq!(not_read.as_bytes().map(|bytes| bytes.len()), Some(0));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn exact(length: u64, body: impl Into<Self>) -> Self {
        let body = body.into();
        if length == 0 {
            return Self::empty();
        }
        if body.length() == Some(length) {
            return body;
        }
        Self::new(Exactly::new(body, length, "the body"))
    }

    /// The same body, which fails with `413` once it is longer than `limit` bytes; at once, if it says so
    /// beforehand.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_body("12345");
    /// let error = request.take_body().at_most(4).chunk().wait().unwrap_err();
    /// assert_eq!(error.status(), 413);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn at_most(self, limit: u64) -> Self {
        if self.is_empty() {
            return self;
        }
        Self::new(AtMost {
            body: self,
            limit,
            left: limit,
        })
    }

    /// A body that fails when it is read.
    pub(crate) fn failing(error: Error) -> Self {
        Self(BodyKind::Frames(Box::pin(chunks::Failing(Some(error)))))
    }

    /// A file from its current position to its end, as long as it is now.
    ///
    /// A file that turns out shorter when it is read is an error.
    ///
    /// # Errors
    ///
    /// Those of asking for its length and position.
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
        let length = file
            .metadata()?
            .len()
            .saturating_sub(file.stream_position()?);
        Ok(Self::sized_reader(file, length))
    }

    /// The chunks of an iterator, which may block.
    ///
    /// Small ones that come at once may go out together; one after which the iterator waits is sent without
    /// waiting. Without workers, as in a test in process, each is a chunk of its own.
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

    /// The chunks of an iterator that may block or fail, as [`iterator`](Self::iterator) sends them. A failure
    /// cuts the connection, after what came before it.
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

    /// The chunks of a stream; a failure cuts the connection.
    pub fn stream<B: Into<Bytes>, E: Into<Error>>(
        stream: impl ChunkStream<B, E> + Send + 'static,
    ) -> Self {
        Self(BodyKind::Stream(Box::pin(stream)))
    }

    /// Any body of another library.
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let mut body = Some(body);
        // One of ours stays what it is.
        if let Some(own) = (&mut body as &mut dyn Any).downcast_mut::<Option<Self>>() {
            return own.take().unwrap_or_default();
        }
        match body {
            Some(body) if !body.is_end_stream() => Self(BodyKind::Frames(Box::pin(body))),
            _ => Self::empty(),
        }
    }

    /// What `write` writes, on a thread of its own, as fast as the client reads.
    ///
    /// This is PEP 3333's `write()`. It begins when the server takes the response, or at the
    /// first read.
    /// When the client leaves, writing fails with [`io::ErrorKind::BrokenPipe`]. An `Err`
    /// from `write` cuts the connection.
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
    pub fn writer(write: impl FnOnce(&mut BodyWriter) -> Result<()> + Send + 'static) -> Self {
        Self(BodyKind::Writer(Box::new(WriterBody::new(write))))
    }

    /// What an asynchronous `write` writes, as fast as the client reads.
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
    pub fn async_writer<F>(write: impl FnOnce(AsyncBodyWriter) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Self(BodyKind::Frames(Box::pin(AsyncWriterBody::new(write))))
    }

    /// The number of bytes still to come, where that is known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            BodyKind::Empty => Some(0),
            BodyKind::Bytes(bytes) => Some(bytes.len() as u64),
            BodyKind::Frames(body) => body.size().exact(),
            BodyKind::Chain(chain) => chain.length(),
            BodyKind::Pulled(pulled) => pulled.length(),
            BodyKind::Kept(kept) => kept.body.length(),
            BodyKind::Stream(_) | BodyKind::Writer(_) => None,
        }
    }

    /// Whether it is known that no byte will come.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length() == Some(0)
    }

    /// The whole body, where all of it is in memory.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        static NOTHING: Bytes = Bytes::new();
        match &self.0 {
            BodyKind::Empty => Some(&NOTHING),
            BodyKind::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The next chunk; `None` at the end.
    pub fn chunk(&mut self) -> AwaitOrWait<NextChunk<'_>> {
        AwaitOrWait(NextChunk(self))
    }

    /// The body as [`Read`] and [`BufRead`](io::BufRead), for a `fn`: reading waits.
    #[must_use]
    pub fn into_reader(self) -> BodyReader {
        BodyReader::new(self)
    }

    /// Gives a blocking body the workers to run on, and to be dropped on, before middleware wraps or
    /// reads it.
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

    /// Whether dropping it runs code of the application that may block.
    fn holds_code(&self) -> bool {
        match &self.0 {
            BodyKind::Empty | BodyKind::Bytes(_) | BodyKind::Kept(_) => false,
            BodyKind::Stream(_) | BodyKind::Frames(_) | BodyKind::Chain(_) => true,
            BodyKind::Pulled(pulled) => pulled.holds_source(),
            BodyKind::Writer(writer) => writer.is_waiting(),
        }
    }

    /// Starts what is to be started before the head of the response goes out.
    pub(crate) fn start(&mut self) -> Result<()> {
        match &mut self.0 {
            BodyKind::Writer(writer) => writer.start(),
            BodyKind::Kept(kept) => kept.body.start(),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            BodyKind::Empty => "empty",
            BodyKind::Bytes(_) => "bytes",
            BodyKind::Stream(_) | BodyKind::Frames(_) => "stream",
            BodyKind::Chain(_) => "chain",
            BodyKind::Pulled(_) => "blocking",
            BodyKind::Writer(_) => "writer",
            BodyKind::Kept(kept) => return kept.body.fmt(f),
        };
        f.debug_struct("Body")
            .field("kind", &kind)
            .field("length", &self.length())
            .finish()
    }
}
