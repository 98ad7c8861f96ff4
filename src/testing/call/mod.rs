//! One call of a client.

use std::fmt;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use http::HeaderName;
use http::HeaderValue;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::AwaitOrWait;
use crate::gateway::Body;
use crate::request::Request;
use crate::testing::Client;
use crate::testing::TestResponse;
use crate::testing::exchange::Options;
use crate::testing::exchange::exchange;

#[cfg(any(
    feature = "cookies",
    feature = "form",
    feature = "json",
    feature = "query"
))]
mod content;

/// A call that has not been made yet: `.await` it in an `async fn`, `.wait()` for it in a `fn`.
///
/// It has the methods that build requests: `with_header`, `with_body`, `with_query`, `with_form`, `with_json`,
/// `with_multipart`, and [`with`](AwaitOrWait::<Call>::with) for all other methods of [`Request`].
///
/// # Errors
///
/// It is an error if there is no complete answer: a bad value in the chain, a refused connection, an incomplete
/// response, or a redirect that cannot be followed. A `500` is an answer.
///
/// ```
/// use rustzeug::testing::Client;
/// use rustzeug::{Request, Result};
///
/// async fn shout(request: &Request) -> Result<String> {
///     Ok(request.text().await?.to_uppercase())
/// }
///
/// let client = Client::new(shout);
/// let call = client.put("/").with_body("hello").with_header("content-type", "text/plain");
/// call.wait()?.expect_text("HELLO");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct Call<'c>(State<'c>);

enum State<'c> {
    Planned(Box<Plan<'c>>),
    Made(Pin<Box<dyn Future<Output = Result<TestResponse>> + Send + 'c>>),
    Over,
}

struct Plan<'c> {
    client: &'c Client,
    request: Request,
    options: Options,
}

impl<'c> Call<'c> {
    pub(super) fn new(client: &'c Client, request: Request, options: Options) -> Self {
        Self(State::Planned(Box::new(Plan {
            client,
            request,
            options,
        })))
    }

    /// Changes a call that has not been made; a call that was made is not changed.
    fn change(self, change: impl FnOnce(Plan<'c>) -> Plan<'c>) -> Self {
        match self.0 {
            State::Planned(plan) => Self(State::Planned(Box::new(change(*plan)))),
            made => Self(made),
        }
    }
}

impl AwaitOrWait<Call<'_>> {
    /// Changes the request in any way that [`Request`] can be changed.
    ///
    /// ```
    /// use rustzeug::testing::Client;
    /// use rustzeug::{Request, Result};
    ///
    /// #[derive(Clone)]
    /// struct User(&'static str);
    ///
    /// fn who(request: &Request) -> &'static str {
    ///     request.extensions().get::<User>().map_or("nobody", |user| user.0)
    /// }
    ///
    /// let client = Client::new(who);
    /// client.get("/").with(|request| request.with_extension(User("ada"))).wait()?.expect_text("ada");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn with(self, change: impl FnOnce(Request) -> Request) -> Self {
        Self(self.0.change(|mut plan| {
            plan.request = change(plan.request);
            plan
        }))
    }

    /// Sets a header and replaces all lines of its name: [`Request::with_header`].
    pub fn with_header<N, V>(self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        self.with(|request| request.with_header(name, value))
    }

    /// Adds a header line: [`Request::with_appended_header`].
    pub fn with_appended_header<N, V>(self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<Error>>,
        V: TryInto<HeaderValue, Error: Into<Error>>,
    {
        self.with(|request| request.with_appended_header(name, value))
    }

    /// Replaces the body: [`Request::with_body`].
    pub fn with_body(self, body: impl Into<Body>) -> Self {
        self.with(|request| request.with_body(body))
    }

    /// Follows redirects, up to 20, as [`Client::following_redirects`] does for all calls.
    pub fn following_redirects(self) -> Self {
        Self(self.0.change(|mut plan| {
            plan.options.follow = true;
            plan
        }))
    }

    /// Does not read the body: use [`TestResponse::chunk`] to read it chunk by chunk, if it is large or never ends.
    pub fn streaming(self) -> Self {
        Self(self.0.change(|mut plan| {
            plan.options.stream = true;
            plan
        }))
    }
}

impl Future for Call<'_> {
    type Output = Result<TestResponse>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<TestResponse>> {
        let mut made = match std::mem::replace(&mut self.0, State::Over) {
            State::Planned(plan) => Box::pin(exchange(plan.client, plan.request, plan.options)),
            State::Made(made) => made,
            State::Over => panic!("polled after it was ready"),
        };
        let polled = made.as_mut().poll(context);
        if polled.is_pending() {
            self.0 = State::Made(made);
        }
        polled
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            State::Planned(plan) => write!(f, "Call({:?})", plan.request),
            State::Made(_) => f.write_str("Call(made)"),
            State::Over => f.write_str("Call(over)"),
        }
    }
}
