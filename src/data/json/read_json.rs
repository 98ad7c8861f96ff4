//! Reading the body of a request as JSON.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::AwaitOrWait;
use crate::gateway::Entire;
use crate::gateway::Environ;
use crate::semantics::content_coding::Described;
use crate::syntax::media_type;

use super::misfit::misfit;

/// Reads the body of a request as JSON, when awaited: see [`Request::json`](crate::Request::json).
///
/// ```
/// use rustzeug::Request;
///
/// let request = Request::blank("/").with_json(&[1, 2]);
/// let json = request.json::<Vec<u32>>().limit(1000); // not read yet
/// assert_eq!(json.wait()?, [1, 2]);
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct ReadJson<'r, T> {
    environ: &'r Environ,
    bytes: AwaitOrWait<Entire<'r, Bytes>>,
    any_type: bool,
    value: PhantomData<fn() -> T>,
}

impl<'r, T> ReadJson<'r, T> {
    pub(super) fn new(environ: &'r Environ) -> Self {
        Self {
            environ,
            bytes: environ.read(|_, bytes| Ok(bytes)),
            any_type: false,
            value: PhantomData,
        }
    }
}

impl<T> AwaitOrWait<ReadJson<'_, T>> {
    /// Sets the maximum length of the body, in bytes, instead of
    /// [`Limits::body_bytes`](crate::gateway::Limits::body_bytes).
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_json(&1234);
    /// assert_eq!(request.json::<u32>().limit(3).wait().unwrap_err().status(), 413);
    /// assert_eq!(request.json::<u32>().limit(4).wait()?, 1234);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn limit(mut self, bytes: u64) -> Self {
        self.0.bytes = self.0.bytes.limit(bytes);
        self
    }

    /// Accepts any content type, and a body without one: for webhooks, reports of browsers (`application/csp-report`),
    /// and `navigator.sendBeacon`, which sends `text/plain`.
    ///
    /// A page of another site can send `text/plain` with the cookies of a user and without a preflight request. So do
    /// not authorize such a request by cookies alone (CSRF).
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("content-type", "text/plain").with_body("[1]");
    /// assert_eq!(request.json::<Vec<u32>>().wait().unwrap_err().status(), 415);
    /// assert_eq!(request.json::<Vec<u32>>().any_type().wait()?, [1]);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn any_type(mut self) -> Self {
        self.0.any_type = true;
        self
    }
}

impl<T: DeserializeOwned> Future for ReadJson<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let bytes = ready!(Pin::new(&mut self.bytes).poll(context))?;
        let described = Described::by(self.environ.headers());
        if !self.any_type && !media_type::is_json(described.content_type) {
            return Poll::Ready(Err(Error::unsupported_media_type()
                .with_message("the content type is not application/json")));
        }
        described.refuse_coded(self.environ.headers())?;
        Poll::Ready(parse(&bytes))
    }
}

impl<T> fmt::Debug for ReadJson<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadJson")
            .field("any_type", &self.any_type)
            .finish_non_exhaustive()
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    // RFC 8259 §8.1: a parser may ignore a byte order mark.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(text).map_err(|error| {
        if error.is_data() {
            misfit::<T>(text, error)
        } else {
            Error::bad_request().with_message(format!("the body is not valid JSON: {error}"))
        }
    })
}
