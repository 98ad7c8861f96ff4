//! Bodies with a length or a limit that comes from elsewhere.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::gateway::Body;
use crate::gateway::body::poll::Polled;

impl Body {
    /// A body with a promised length of `length` bytes. It fails if `body` ends earlier or has a byte more.
    ///
    /// For servers that know the length of a body from elsewhere, so that a truncated body is not mistaken
    /// for a complete one. With a length of 0 it is empty: `body` is dropped and not read.
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
    #[must_use]
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

    /// The first `length` bytes of `body`. It fails if `body` ends earlier. What follows them is not read.
    ///
    /// For servers whose protocol promises a length, but does not end the stream there, as CGI does.
    ///
    /// ```
    /// use rustzeug::gateway::Body;
    ///
    /// let first = Body::first_bytes(4, Body::from("four, and more"));
    /// assert_eq!(std::io::read_to_string(first.into_reader())?, "four");
    ///
    /// let cut = Body::first_bytes(9, Body::from("four"));
    /// assert!(std::io::read_to_string(cut.into_reader()).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn first_bytes(length: u64, body: impl Into<Self>) -> Self {
        let body = body.into();
        if length == 0 {
            return Self::empty();
        }
        if body.length() == Some(length) {
            return body;
        }
        Self::new(Exactly::first(body, length))
    }

    /// Limits the body: it fails with `413` when it exceeds `limit` bytes, or at once if its known length
    /// does.
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
}

/// A body that must have the declared length. An early end is an error.
pub(crate) struct Exactly {
    body: Body,
    length: u64,
    left: u64,
    /// Whether bytes after the length are an error, or else not read.
    is_whole: bool,
    /// The subject of the error message.
    what: &'static str,
}

impl Exactly {
    /// All of `body`: an extra byte is an error.
    pub(crate) fn new(body: Body, length: u64, what: &'static str) -> Self {
        Self {
            body,
            length,
            left: length,
            is_whole: true,
            what,
        }
    }

    /// The first bytes of `body`.
    fn first(body: Body, length: u64) -> Self {
        let is_whole = false;
        Self {
            is_whole,
            ..Self::new(body, length, "the body")
        }
    }
}

/// If a handler reads the body, this is an error of the client, not of the server.
fn broken_promise(text: String) -> BoxError {
    Error::bad_request().with_message(text).into_boxed()
}

impl http_body::Body for Exactly {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        if self.left == 0 && !self.is_whole {
            return Poll::Ready(None);
        }
        let mut frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if !self.is_whole
            && let Some(Ok(frame)) = &mut frame
            && let Some(data) = frame.data_mut()
        {
            data.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        }
        let length = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, |data| data.len() as u64),
            Some(Err(_)) => return Poll::Ready(frame),
            None if self.left > 0 => {
                let (what, length, left) = (self.what, self.length, self.left);
                self.left = 0;
                let missing = format!("{what} ended {left} bytes before its length of {length}");
                return Poll::Ready(Some(Err(broken_promise(missing))));
            }
            None => return Poll::Ready(None),
        };
        let Some(left) = self.left.checked_sub(length) else {
            let more = format!("{} is longer than its length of {}", self.what, self.length);
            return Poll::Ready(Some(Err(broken_promise(more))));
        };
        self.left = left;
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0 && !self.is_whole
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// A body with a limit on its length.
struct AtMost {
    body: Body,
    limit: u64,
    left: u64,
}

impl AtMost {
    fn too_large(&self) -> Polled {
        let limit = self.limit;
        let error = Error::content_too_large()
            .with_message(format!("the body is longer than {limit} bytes"));
        Poll::Ready(Some(Err(error.into_boxed())))
    }
}

impl http_body::Body for AtMost {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        if self.body.length().is_some_and(|length| length > self.left) {
            return self.too_large();
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let length = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, |data| data.len() as u64),
            _ => 0,
        };
        let Some(left) = self.left.checked_sub(length) else {
            return self.too_large();
        };
        self.left = left;
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
