//! JSON in and out.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::error::FieldError;
use crate::error::Result;
use crate::error::is_secret;
use crate::gateway::AwaitOrWait;
use crate::gateway::Entire;
use crate::media_type;
use crate::request::Request;
use crate::response::IntoResponse;
use crate::response::Response;

/// A value to be sent as `application/json`, as the result of a handler.
///
/// A value that does not serialise is a `500`.
///
/// ```
/// use rustzeug::{IntoResponse, Json};
///
/// let mut response = Json([1, 2]).into_response();
/// assert_eq!(response.headers()["content-type"], "application/json");
/// assert_eq!(response.read_text().wait()?, "[1,2]");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        Response::json(&self.0)
    }
}

impl Response {
    /// A value as `application/json`; one that does not serialise is a `500`.
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
        match serde_json::to_vec(value) {
            Ok(bytes) => Self::typed(HeaderValue::from_static("application/json"), bytes.into()),
            Err(error) => Error::from(error).into(),
        }
    }
}

impl Request {
    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Self::bytes); `415` for a content type other than
    /// `application/json` or `application/…+json`; `400` for what is no JSON, with line and
    /// column, or nested deeper than 127; `422` for JSON that is no `T`, with the path to what does
    /// not fit as the name of a [field](Error::fields).
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("content-type", "application/json").with_body("[1, 2]");
    /// assert_eq!(request.json::<Vec<u32>>().wait()?, [1, 2]);
    /// let error = request.json::<Vec<bool>>().wait().unwrap_err();
    /// assert_eq!((error.status().as_u16(), error.fields()[0].name()), (422, "[0]"));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn json<T: DeserializeOwned>(&self) -> AwaitOrWait<Entire<'_, T>> {
        self.environ()
            .read(|environ, bytes| parse(environ.headers(), &bytes))
    }
}

impl Request {
    /// Replaces the body by a value as JSON; a `GET` becomes a `POST`.
    ///
    /// What does not serialise is kept as a fault, with which [`send`](Self::send) answers.
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
        let outcome = serde_json::to_vec(value).map(|bytes| {
            self.set_content(HeaderValue::from_static("application/json"), bytes);
        });
        self.keep_fault(outcome.map_err(Into::into));
        self
    }
}

fn parse<T: DeserializeOwned>(headers: &HeaderMap, bytes: &Bytes) -> Result<T> {
    if !is_json(headers) {
        return Err(Error::unsupported_media_type()
            .with_message("the content type is not application/json"));
    }
    // RFC 8259 §8.1: a parser may ignore a byte order mark.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(text).map_err(|error| {
        if error.is_data() {
            misfit::<T>(text, &error)
        } else {
            Error::bad_request().with_message(format!("the body is no JSON: {error}"))
        }
    })
}

/// What of well-formed JSON does not fit, and where. Only a second reading keeps track of the place, so
/// that those who send what fits do not pay for it.
#[cold]
fn misfit<T: DeserializeOwned>(text: &[u8], error: &serde_json::Error) -> Error {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let (path, message) = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Ok(_) => (String::new(), shortened(&error.to_string())),
        Err(error) => (
            error.path().to_string(),
            shortened(&error.inner().to_string()),
        ),
    };
    let field = match &*path {
        "" | "." => FieldError::new("", None, format!("the JSON does not fit: {message}")),
        // What serde says may have the value in it.
        path if is_secret(path) => FieldError::new(path, None, "does not fit"),
        path => FieldError::new(path, None, format!("does not fit: {message}")),
    };
    Error::unprocessable_content().with_fields(field)
}

/// What serde says, without the middle of a long value: its beginning, and what was expected where.
fn shortened(message: &str) -> String {
    let count = message.chars().count();
    if count <= 200 {
        return message.to_owned();
    }
    let start: String = message.chars().take(100).collect();
    let end: String = message.chars().skip(count - 80).collect();
    format!("{start}…{end}")
}

/// `application/json` or `application/*+json`, in any case, with any parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let essence = media_type::essence(headers);
    let Some((kind, subtype)) = essence.split_at_checked("application/".len()) else {
        return false;
    };
    let suffix = subtype
        .len()
        .checked_sub("+json".len())
        .map_or(&b""[..], |start| &subtype[start..]);
    kind.eq_ignore_ascii_case(b"application/")
        && (subtype.eq_ignore_ascii_case(b"json") || suffix.eq_ignore_ascii_case(b"+json"))
}
