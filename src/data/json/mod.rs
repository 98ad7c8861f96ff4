//! JSON: reading bodies and writing responses.
//!
//! `json/read_json` reads, `json/misfit` reports JSON that does not fit the type, and `json/write` writes.

use http::HeaderValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::gateway::AwaitOrWait;
use crate::request::Request;
use crate::response::IntoResponse;
use crate::response::Response;

mod misfit;
mod read_json;
mod write;

pub use read_json::ReadJson;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A value that a handler returns, sent as `application/json`.
///
/// A value that cannot be serialized gives a `500`. So does a value with NaN or an infinity, because JSON has no such
/// numbers.
///
/// ```
/// use rustzeug::{IntoResponse, Json};
///
/// let mut response = Json([1, 2]).into_response();
/// assert_eq!(response.headers()["content-type"], "application/json");
/// assert_eq!(response.read_text().wait()?, "[1,2]");
/// assert_eq!(Json([f64::NAN]).into_response().status(), 500);
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> Json<T> {
    /// The response with indentation and one member per line, for human readers.
    ///
    /// ```
    /// use rustzeug::{Json, Response};
    ///
    /// fn show() -> Response {
    ///     Json([("a", 1)]).pretty()
    /// }
    ///
    /// let text = show().read_text().wait()?;
    /// assert_eq!(text, "[\n  [\n    \"a\",\n    1\n  ]\n]\n");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn pretty(&self) -> Response {
        match write::to_vec_pretty(&self.0) {
            Ok(bytes) => Response::typed(JSON, bytes.into()),
            Err(error) => error.into(),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        Response::json(&self.0)
    }
}

impl Response {
    /// A `200` with a value as `application/json`; a value that cannot be serialized gives a `500`.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let mut response = Response::json(&("a", 1)).with_status(201);
    /// assert_eq!(response.read_text().wait()?, r#"["a",1]"#);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "get_json")]
    #[doc(alias = "json_body")]
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        match write::to_vec(value) {
            Ok(bytes) => Self::typed(JSON, bytes.into()),
            Err(error) => error.into(),
        }
    }
}

impl Request {
    /// Reads the body as JSON.
    ///
    /// The type owns what it holds, so its fields are `String` and not `&str`: `request.json::<Note>().wait()?`, or
    /// `let note: Note = request.json().wait()?`. A `serde_json::Value` holds JSON of any shape.
    ///
    /// Options come first: `.limit(bytes)`, `.any_type()`.
    ///
    /// # Errors
    ///
    /// As for [`bytes`](Self::bytes). Also `415` if the content type is not `application/json` or `application/…+json`,
    /// or the body has a `Content-Encoding`; `400` if the body is not valid JSON, with line and column, or is nested
    /// deeper than 127 levels; `422` if the JSON is not a `T`, with the path of the invalid or missing value as the
    /// name of a [field](crate::Error::field_errors).
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("content-type", "application/json").with_body("[1, 2]");
    /// assert_eq!(request.json::<Vec<u32>>().wait()?, [1, 2]);
    /// let error = request.json::<Vec<bool>>().wait().unwrap_err();
    /// assert_eq!(error.status(), 422);
    /// assert_eq!(error.message(), "`[0]` is `1`: expected `true` or `false`");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn json<T: DeserializeOwned>(&self) -> AwaitOrWait<ReadJson<'_, T>> {
        AwaitOrWait(ReadJson::new(self.environ()))
    }
}

impl Request {
    /// Replaces the body with a value as JSON; a `GET` becomes a `POST`.
    ///
    /// If the value cannot be serialized (NaN included), the error is kept, and [`send`](Self::send) returns it.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_json(&[1, 2]);
    /// assert_eq!(request.method(), "POST");
    /// assert_eq!(request.json::<Vec<u32>>().wait()?, [1, 2]);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn with_json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        let outcome = write::to_vec(value).map(|bytes| self.set_content(JSON, bytes));
        self.keep_fault(outcome);
        self
    }
}
