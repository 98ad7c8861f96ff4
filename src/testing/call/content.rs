//! Shortcuts for the content of a call; each calls a method of `Request`.

#[cfg(any(feature = "json", feature = "query"))]
use serde::Serialize;

#[cfg(feature = "multipart")]
use crate::data::form::MultipartForm;
use crate::gateway::AwaitOrWait;
use crate::testing::Call;

#[cfg(feature = "cookies")]
impl AwaitOrWait<Call<'_>> {
    /// Sends a cookie with this call: [`Request::with_cookie`](crate::Request::with_cookie). The stored cookies come
    /// after it, except those of this name.
    pub fn with_cookie(self, name: &str, value: &str) -> Self {
        self.with(|request| request.with_cookie(name, value))
    }
}

#[cfg(feature = "query")]
impl AwaitOrWait<Call<'_>> {
    /// Replaces the query: [`Request::with_query`](crate::Request::with_query).
    pub fn with_query<T: Serialize + ?Sized>(self, pairs: &T) -> Self {
        self.with(|request| request.with_query(pairs))
    }
}

#[cfg(feature = "form")]
impl AwaitOrWait<Call<'_>> {
    /// Replaces the body with an urlencoded form: [`Request::with_form`](crate::Request::with_form).
    ///
    /// ```
    /// use rustzeug::testing::Client;
    /// use rustzeug::{Request, Result};
    ///
    /// fn greet(request: &Request) -> Result<String> {
    ///     Ok(format!("Hello, {}!", request.form().wait()?.require("name")?))
    /// }
    ///
    /// let client = Client::new(greet);
    /// client.post("/").with_form(&[("name", "Ada")]).wait()?.expect_text("Hello, Ada!");
    /// client.post("/").with_form(&[("age", "36")]).wait()?.expect_status(422);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn with_form<T: Serialize + ?Sized>(self, pairs: &T) -> Self {
        self.with(|request| request.with_form(pairs))
    }
}

#[cfg(feature = "multipart")]
impl AwaitOrWait<Call<'_>> {
    /// Replaces the body with a form with files: [`Request::with_multipart`](crate::Request::with_multipart).
    pub fn with_multipart(self, form: MultipartForm) -> Self {
        self.with(|request| request.with_multipart(form))
    }
}

#[cfg(feature = "json")]
impl AwaitOrWait<Call<'_>> {
    /// Replaces the body with a value as JSON: [`Request::with_json`](crate::Request::with_json).
    pub fn with_json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        self.with(|request| request.with_json(value))
    }
}
