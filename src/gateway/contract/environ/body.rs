//! The body of a request: taking it, replacing it, receiving it, and caching its parsed form.

use std::sync::Arc;

use http::header;

use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::Environ;
#[cfg(feature = "multipart")]
use crate::gateway::Kept;
use crate::gateway::input::Input;
use crate::gateway::input::store::Terms;

impl Environ {
    /// The number of bytes in the body, if known: from the `Content-Length` that the server has read, or
    /// because all of the body has arrived. Editing the header does not change it.
    #[must_use]
    pub fn body_length(&self) -> Option<u64> {
        self.0.input.length()
    }

    /// Takes the body as a stream, to be read as it arrives.
    ///
    /// Afterwards, no other reader gets the part that had not arrived yet.
    #[must_use]
    pub fn take_body(&self) -> Body {
        let mut body = self.0.input.take();
        // A part of it may be on disk.
        body.bind(self.blocking());
        body
    }

    /// Replaces the body. Other headers stay; `Content-Length` is removed unless it equals the length of the
    /// new body.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_body("four").with_header("content-length", "4");
    /// let mut environ = request.into_environ();
    /// let body = environ.take_body();
    /// environ.set_body(body);
    /// assert_eq!(environ.headers()["content-length"], "4");
    /// environ.set_body("three");
    /// assert!(!environ.headers().contains_key("content-length"));
    /// assert_eq!(environ.body_length(), Some(5));
    /// ```
    pub fn set_body(&mut self, body: impl Into<Body>) {
        let body = body.into();
        let declared = self.0.headers.get(header::CONTENT_LENGTH);
        let kept = declared.is_some_and(|value| {
            let length = body.length().map(|length| length.to_string());
            length.is_some_and(|length| length.as_bytes() == value.as_bytes())
        });
        if !kept {
            self.0.headers.remove(header::CONTENT_LENGTH);
        }
        self.0.input = Input::new(body);
    }

    /// Wraps the body, for example in a limit or a decoder. For its length, see [`set_body`](Self::set_body).
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut request = Request::blank("/").with_body("12345");
    /// request.environ_mut().map_body(|body| body.at_most(4));
    /// assert_eq!(request.bytes().wait().unwrap_err().status(), 413);
    /// ```
    pub fn map_body(&mut self, change: impl FnOnce(Body) -> Body) {
        let body = self.take_body();
        self.set_body(change(body));
    }

    /// The parsed body that was stored before, if it is a `T`: see [`set_parsed`](Self::set_parsed).
    #[must_use]
    pub fn parsed<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.input.parsed()
    }

    /// Stores a parsed form of the body for later readers, which then need not read a stream that may be
    /// gone. It holds one value: a new value replaces the old one, and another body removes it. A request
    /// without a body stores nothing.
    ///
    /// ```
    /// use rustzeug::Request;
    /// use std::sync::Arc;
    ///
    /// let mut environ = Request::blank("/").with_body("1 2").into_environ();
    /// environ.set_parsed(Arc::new([1, 2]));
    /// assert_eq!(environ.parsed::<[i32; 2]>().as_deref(), Some(&[1, 2]));
    /// environ.set_body("3");
    /// assert_eq!(environ.parsed::<[i32; 2]>(), None);
    /// ```
    pub fn set_parsed<T: Send + Sync + 'static>(&self, value: Arc<T>) {
        self.0.input.set_parsed(value);
    }

    /// Whether the whole body has arrived, so that reading it does not wait.
    pub(crate) fn has_arrived(&self) -> bool {
        self.0.input.has_arrived()
    }

    /// Receives the body for a plain `fn`: in memory, and above a threshold in a temporary file.
    pub(crate) async fn receive(&self) -> Result<()> {
        self.receive_within(self.limits().received_body_bytes(), "received_body_bytes")
            .await
    }

    /// Receives the body up to a limit; `setting` is its name.
    pub(crate) async fn receive_within(&self, limit: u64, setting: &'static str) -> Result<()> {
        self.0.input.receive(self.terms(limit), setting).await
    }

    pub(in crate::gateway) fn input(&self) -> &Input {
        &self.0.input
    }

    /// The terms for receiving and keeping the body.
    pub(in crate::gateway) fn terms(&self, limit: u64) -> Terms<'_> {
        Terms {
            server_info: &self.0.server_info,
            left: self.left(),
            memory_bytes: self.limits().memory_bytes() as u64,
            limit,
        }
    }
}

/// For forms with files.
#[cfg(feature = "multipart")]
impl Environ {
    /// The received content, once all of it has arrived, and the position at which it begins.
    pub(crate) fn kept_body(&self) -> Option<(Kept, u64)> {
        self.0.input.keep()
    }
}
