//! Reads a request body whole.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;

use crate::base::error::Result;
use crate::gateway::AwaitOrWait;
use crate::gateway::Environ;
use crate::gateway::Running;
use crate::gateway::input::Reader;
use crate::gateway::input::store::StoredPiece;

/// The whole body of a request, converted to a `T`: see [`Environ::read`](crate::gateway::Environ::read).
///
/// ```
/// use rustzeug::Request;
///
/// let environ = Request::blank("/").with_body("four").into_environ();
/// let length = environ.read(|_, bytes| Ok(bytes.len())); // not read yet
/// assert_eq!(length.limit(1000).wait()?, 4);
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct Entire<'r, T> {
    environ: &'r Environ,
    limit: u64,
    setting: &'static str,
    finish: fn(&Environ, Bytes) -> Result<T>,
    _reader: Reader<'r>,
    /// Reads the body back from disk, where it has arrived.
    reading: Option<Running<io::Result<Vec<u8>>>>,
}

impl Environ {
    /// Reads the whole body and converts it with `finish`. The body can be read again.
    ///
    /// # Errors
    ///
    /// `413` beyond the limit, `400` if the body ends early, `500` if the body was taken as a stream before,
    /// and the errors of `finish`.
    pub fn read<T>(&self, finish: fn(&Self, Bytes) -> Result<T>) -> AwaitOrWait<Entire<'_, T>> {
        AwaitOrWait(Entire::new(self, finish))
    }
}

/// For forms.
#[cfg(feature = "form")]
impl Environ {
    /// Reads the whole body within another limit.
    pub(crate) fn read_within<T>(
        &self,
        limit: u64,
        setting: &'static str,
        finish: fn(&Self, Bytes) -> Result<T>,
    ) -> Entire<'_, T> {
        Entire::new(self, finish).within(limit, setting)
    }
}

impl<'r, T> Entire<'r, T> {
    pub(super) fn new(environ: &'r Environ, finish: fn(&Environ, Bytes) -> Result<T>) -> Self {
        Self {
            environ,
            limit: environ.limits().body_bytes(),
            setting: "body_bytes",
            finish,
            _reader: Reader(environ.input()),
            reading: None,
        }
    }
}

/// For forms.
#[cfg(feature = "form")]
impl<T> Entire<'_, T> {
    /// Uses another limit and names its setting.
    pub(super) fn within(mut self, limit: u64, setting: &'static str) -> Self {
        (self.limit, self.setting) = (limit, setting);
        self
    }
}

impl<T> AwaitOrWait<Entire<'_, T>> {
    /// Sets how long the body may be, in bytes, instead of
    /// [`Limits::body_bytes`](crate::gateway::Limits::body_bytes).
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_body("four");
    /// assert_eq!(request.bytes().limit(3).wait().unwrap_err().status(), 413);
    /// assert_eq!(request.bytes().limit(4).wait()?, "four");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn limit(mut self, bytes: u64) -> Self {
        self.0.limit = bytes;
        self
    }
}

impl<T> Future for Entire<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let bytes = ready!(self.poll_bytes(context))?;
        Poll::Ready((self.finish)(self.environ, bytes))
    }
}

impl<T> Entire<'_, T> {
    fn poll_bytes(&mut self, context: &mut Context<'_>) -> Poll<Result<Bytes>> {
        if self.reading.is_none() {
            let terms = self.environ.terms(self.limit);
            let Some(mut inbox) = self.environ.input().inbox() else {
                return Poll::Ready(Ok(Bytes::new()));
            };
            ready!(inbox.poll_all(terms, self.setting, context))?;
            match inbox.whole() {
                StoredPiece::Memory(bytes) => return Poll::Ready(Ok(bytes)),
                StoredPiece::Disk(spool, range) => {
                    let read = move || spool.read(range);
                    self.reading = Some(self.environ.blocking().resume(read));
                }
            }
        }
        let Some(reading) = &mut self.reading else {
            return Poll::Pending;
        };
        let read = ready!(Pin::new(reading).poll(context));
        self.reading = None;
        Poll::Ready(Ok(read??.into()))
    }
}

impl<T> fmt::Debug for Entire<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entire")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
