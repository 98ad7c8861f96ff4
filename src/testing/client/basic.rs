//! Basic authentication.

use http::HeaderValue;
use http::header;

use crate::gateway::AwaitOrWait;
use crate::syntax::base64;
use crate::testing::Call;
use crate::testing::Client;

impl Client {
    /// Authenticates every request that has no `Authorization` header, with the Basic scheme (RFC 7617).
    ///
    /// ```
    /// use rustzeug::testing::Client;
    /// use rustzeug::{Error, Request};
    ///
    /// fn secret(request: &Request) -> Result<&'static str, Error> {
    ///     match request.header_text("authorization") {
    ///         Some("Basic QWRhOm9wZW4gc2VzYW1l") => Ok("hello, Ada"),
    ///         _ => Err(Error::unauthorized("Basic realm=\"notes\"")),
    ///     }
    /// }
    ///
    /// let client = Client::new(secret);
    /// client.get("/").wait()?.expect_status(401);
    /// let client = client.with_basic_auth("Ada", "open sesame");
    /// client.get("/").wait()?.expect_text("hello, Ada");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the name has a colon, or if the name or the password has a control character: these cannot be sent.
    #[must_use]
    #[track_caller]
    pub fn with_basic_auth(mut self, user: &str, password: &str) -> Self {
        let value = credentials(user, password);
        self.settings.headers.insert(header::AUTHORIZATION, value);
        self
    }
}

impl AwaitOrWait<Call<'_>> {
    /// Authenticates only this call: see [`Client::with_basic_auth`].
    ///
    /// # Panics
    ///
    /// As for [`Client::with_basic_auth`].
    #[track_caller]
    pub fn with_basic_auth(self, user: &str, password: &str) -> Self {
        let value = credentials(user, password);
        self.with(|mut request| {
            request.headers_mut().insert(header::AUTHORIZATION, value);
            request
        })
    }
}

/// `Basic`, with name and password as UTF-8 (RFC 7617 §2.1).
#[track_caller]
fn credentials(user: &str, password: &str) -> HeaderValue {
    assert!(
        !user.contains(':'),
        "`{user}` cannot be sent by Basic authentication: a name must not contain a colon"
    );
    let pair = format!("{user}:{password}");
    assert!(
        !pair.contains(|c: char| c.is_ascii_control()),
        "`{}` cannot be sent by Basic authentication: the name or the password has a control character",
        user.escape_debug()
    );
    let mut value = HeaderValue::try_from(format!("Basic {}", base64::encode(pair.as_bytes())))
        .expect("base64 is ASCII without controls");
    value.set_sensitive(true);
    value
}
