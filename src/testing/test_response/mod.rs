//! A response with its request and the redirects that led to it.

use std::fmt;
use std::ops::Deref;
use std::ops::DerefMut;

use bytes::Bytes;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::AwaitOrWait;
use crate::gateway::Body;
use crate::gateway::NextChunk;
use crate::request::Request;
use crate::response::Response;
use crate::testing::log::Log;

mod show;

use show::Shown;

/// The result of a call of a [`Client`](crate::testing::Client).
///
/// It has a [`Response`] whose body has been read, the request that it answers, the redirects that led to it, and the
/// text that the application wrote to its error stream. The `expect_…` methods check it in a chain, and panic with the
/// whole exchange if a check fails. `Display` writes that exchange.
///
/// # Examples
///
/// ```
/// use rustzeug::testing::Client;
///
/// let client = Client::new(|| "hello");
/// let answer = client.get("/x?y").wait()?.expect_status(200);
/// assert_eq!(answer.text(), "hello");
/// assert_eq!(answer.headers()["content-length"], "5");
/// assert_eq!(answer.request().url(), "http://localhost/x?y");
/// assert!(answer.to_string().starts_with("> GET /x?y HTTP/1.1\n> host: localhost\n"));
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct TestResponse {
    response: Response,
    sent: Sent,
    history: Vec<Self>,
    log: Option<(Log, usize)>,
}

/// A request as it was sent, and its body if it was kept.
pub(super) struct Sent {
    request: Request,
    body: Option<Bytes>,
}

impl Sent {
    pub(super) fn new(mut request: Request, body: Option<Bytes>) -> Self {
        // Setting the body removes headers that describe it; they are restored, since the body is the same.
        let headers = request.headers().clone();
        request.set_body(body.clone().unwrap_or_default());
        *request.headers_mut() = headers;
        Self { request, body }
    }
}

/// The maximum length, in bytes, of a body that is read whole; a longer body is probably a stream.
const WHOLE_BYTES: u64 = 64 << 20;

impl TestResponse {
    /// `log` is the log of the application and its position before the call.
    pub(super) fn new(sent: Sent, response: Response, log: Option<(Log, usize)>) -> Self {
        Self {
            response,
            sent,
            history: Vec::new(),
            log,
        }
    }

    pub(super) fn after(mut self, history: Vec<Self>) -> Self {
        self.history = history;
        self
    }

    /// Reads the whole body.
    pub(super) async fn receive(&mut self) -> Result<()> {
        if self.body().as_bytes().is_some() {
            return Ok(());
        }
        let (mut chunks, mut length) = (Vec::new(), 0);
        while let Some(chunk) = self.response.body_mut().chunk().await? {
            length += chunk.len() as u64;
            if length > WHOLE_BYTES {
                return Err(Error::from(format!(
                    "the body of the response is longer than {WHOLE_BYTES} bytes: call `.streaming()` to read it piece by piece"
                )));
            }
            chunks.push(chunk);
        }
        *self.response.body_mut() = Body::from(chunks.concat());
        Ok(())
    }

    /// The request as it was sent, with the host, the cookies and everything else that the client added. A body that
    /// was sent as a stream is left out.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.sent.request
    }

    /// A copy of the request, with its body.
    pub(super) fn request_again(&self) -> Result<Request> {
        let Some(body) = self.sent.body.clone() else {
            return Err(Error::from(format!(
                "{} asks for the body of {:?} again, which was sent as a stream",
                self.status(),
                self.sent.request
            )));
        };
        let mut request = Request::new(self.sent.request.environ().copy_head());
        request.set_body(body);
        Ok(request)
    }

    /// The redirects that led here, the first one first.
    ///
    /// ```
    /// use rustzeug::testing::Client;
    /// use rustzeug::{Request, Response};
    ///
    /// fn pages(request: &Request) -> Response {
    ///     match request.path() {
    ///         "/old" => Response::redirect("/new").with_status(308),
    ///         _ => Response::text("the new page"),
    ///     }
    /// }
    ///
    /// let answer = Client::new(pages).get("/old").following_redirects().wait()?;
    /// assert_eq!(answer.text(), "the new page");
    /// assert_eq!(answer.history()[0].status(), 308);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn history(&self) -> &[Self] {
        &self.history
    }

    /// The text that the application wrote to its error stream during this call, such as the causes of server errors.
    /// Empty if the client cannot know it.
    ///
    /// ```
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::new(|| Err::<(), _>("no such table"));
    /// let answer = client.get("/").wait()?;
    /// assert!(answer.log().contains("no such table"));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn log(&self) -> String {
        self.log
            .as_ref()
            .map_or_else(String::new, |(log, position)| log.since(*position))
    }

    /// The body.
    ///
    /// # Panics
    ///
    /// Panics if the body was not read, after [`streaming`](AwaitOrWait::<crate::testing::Call>::streaming).
    #[must_use]
    #[track_caller]
    pub fn bytes(&self) -> &Bytes {
        match self.body().as_bytes() {
            Some(bytes) => bytes,
            None => {
                self.fail("the body was not read, because the call is streaming: use `chunk()`")
            }
        }
    }

    /// The body as text.
    ///
    /// # Panics
    ///
    /// Panics if the body is not valid UTF-8, and when [`bytes`](Self::bytes) panics.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes()) {
            Ok(text) => text,
            Err(error) => self.fail(&format!("the body is not UTF-8: {error}")),
        }
    }

    /// Reads the next chunk of a streaming body; `None` at its end.
    ///
    /// ```
    /// use rustzeug::testing::Client;
    /// use rustzeug::Response;
    ///
    /// let client = Client::new(|| Response::iterator((1..).map(|n| format!("{n}\n"))));
    /// let mut answer = client.get("/").streaming().wait()?;
    /// assert_eq!(answer.chunk().wait()?.unwrap(), "1\n");
    /// assert_eq!(answer.chunk().wait()?.unwrap(), "2\n");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of the body; an incomplete response is one of them.
    pub fn chunk(&mut self) -> AwaitOrWait<NextChunk<'_>> {
        self.response.body_mut().chunk()
    }

    /// Returns the response without the rest.
    #[must_use]
    pub fn into_response(self) -> Response {
        self.response
    }

    /// Fails the test.
    #[track_caller]
    pub(super) fn fail(&self, what: &str) -> ! {
        panic!("{what}\n\n{self}")
    }
}

impl Deref for TestResponse {
    type Target = Response;

    fn deref(&self) -> &Response {
        &self.response
    }
}

impl DerefMut for TestResponse {
    fn deref_mut(&mut self) -> &mut Response {
        &mut self.response
    }
}

/// The whole exchange: the request (`>`), the response (`<`), and the cause of an error.
impl fmt::Display for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = Shown {
            history: self
                .history
                .iter()
                .map(|it| (&it.sent.request, &it.response)),
            request: &self.sent.request,
            sent_body: self.sent.body.as_ref(),
            response: &self.response,
            log: &self.log(),
        };
        show::exchange(shown, f)
    }
}

impl fmt::Debug for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestResponse")
            .field("request", self.request())
            .field("response", &self.response)
            .finish_non_exhaustive()
    }
}
