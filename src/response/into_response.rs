//! The types that a handler may return.

use std::borrow::Cow;
use std::convert::Infallible;

use bytes::Bytes;
use http::StatusCode;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::IntoHeaders;
use crate::gateway::Reply;
use crate::response::Html;
use crate::response::Response;

/// A type that a handler may return, because it is or becomes a response.
///
/// | a value | becomes |
/// |---|---|
/// | `Response` | itself |
/// | `&str`, `String`, `Cow<str>` | text |
/// | [`Html`] of these | markup |
/// | `Bytes`, `Vec<u8>`, `&[u8]` | `application/octet-stream` |
/// | `Json(value)` | JSON (feature `json`) |
/// | `()` | an empty `200` |
/// | `StatusCode`, `u16` | an empty response with that status |
/// | `(status, value)`, `(headers, value)`, `(status, headers, value)` | the response of the value, changed |
/// | `Option<value>` | the response of the value, or a `404` |
/// | `Result<value, error>` | the response of the value or of the error; any `std::error::Error` is a `500` |
/// | `Error` | its negotiated rendering |
///
/// Headers are an array or a `Vec` of pairs, or a `HeaderMap`. They replace headers of the same name.
///
/// ```
/// use rustzeug::{IntoResponse, http::StatusCode};
///
/// let response = (StatusCode::CREATED, [("location", "/notes/7")], "made\n").into_response();
/// assert_eq!(response.status(), 201);
/// assert_eq!(response.headers()["location"], "/notes/7");
///
/// assert_eq!((404, "no such note\n").into_response().status(), 404);
/// assert_eq!(None::<&str>.into_response().status(), 404);
/// ```
#[diagnostic::on_unimplemented(
    message = "a handler cannot answer with `{Self}`",
    label = "not a response",
    note = "answer with a `Response`, text, bytes, `Html(text)`, `Json(value)` for a value that implements `serde::Serialize`, a status, `()`, a tuple `(status, value)`, or an `Option` or `Result` of these",
    note = "to read from a request, end the call with `.wait()?` in a `fn`, with `.await?` in an `async fn`"
)]
pub trait IntoResponse {
    /// The response.
    #[must_use]
    fn into_response(self) -> Response;
}

impl IntoResponse for Response {
    fn into_response(self) -> Response {
        self
    }
}

/// Implements the trait for a type with an obvious content type and body, one line each. Holds no logic.
macro_rules! bodies {
    ($($type:ty, $value:ident => $response:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoResponse for $type {
            fn into_response(self) -> Response {
                let $value = self;
                $response
            }
        }
    )*};
}

bodies! {
    String, text => Response::text(text);
    &str, text => Response::text(text.to_owned());
    Cow<'_, str>, text => Response::text(text.into_owned());
    Html<String>, html => Response::html(html.0);
    Html<&str>, html => Response::html(html.0.to_owned());
    Html<Cow<'_, str>>, html => Response::html(html.0.into_owned());
    Bytes, bytes => Response::bytes(bytes);
    Vec<u8>, bytes => Response::bytes(bytes);
    &[u8], bytes => Response::bytes(Bytes::copy_from_slice(bytes));
    Body, body => Response::bytes(Bytes::new()).with_body(body);
    (), _nothing => Response::empty(200);
    StatusCode, status => Response::empty(status);
    u16, status => Response::empty(status);
    Error, error => Response::from(error);
    Reply, reply => Response::from(reply);
    Infallible, never => match never {};
}

#[diagnostic::do_not_recommend]
impl<R: IntoResponse> IntoResponse for (StatusCode, R) {
    fn into_response(self) -> Response {
        self.1.into_response().with_status(self.0)
    }
}

#[diagnostic::do_not_recommend]
impl<R: IntoResponse> IntoResponse for (u16, R) {
    fn into_response(self) -> Response {
        self.1.into_response().with_status(self.0)
    }
}

#[diagnostic::do_not_recommend]
impl<H: IntoHeaders, R: IntoResponse> IntoResponse for (H, R) {
    fn into_response(self) -> Response {
        self.1.into_response().with_headers(self.0)
    }
}

#[diagnostic::do_not_recommend]
impl<H: IntoHeaders, R: IntoResponse> IntoResponse for (StatusCode, H, R) {
    fn into_response(self) -> Response {
        self.2
            .into_response()
            .with_status(self.0)
            .with_headers(self.1)
    }
}

#[diagnostic::do_not_recommend]
impl<H: IntoHeaders, R: IntoResponse> IntoResponse for (u16, H, R) {
    fn into_response(self) -> Response {
        self.2
            .into_response()
            .with_status(self.0)
            .with_headers(self.1)
    }
}

impl<R: IntoResponse> IntoResponse for Option<R> {
    fn into_response(self) -> Response {
        self.map_or_else(
            || Response::from(Error::not_found()),
            IntoResponse::into_response,
        )
    }
}

impl<R: IntoResponse, E: IntoError> IntoResponse for Result<R, E> {
    fn into_response(self) -> Response {
        match self {
            Ok(value) => value.into_response(),
            Err(error) => error.into_error().into(),
        }
    }
}

/// An error that a handler may return: any type that `?` converts into an [`Error`].
///
/// ```
/// use rustzeug::{Error, IntoApplication, IntoError, Request};
///
/// struct Closed;
///
/// impl IntoError for Closed {
///     fn into_error(self) -> Error {
///         Error::new(503, "the shop is closed")
///     }
/// }
///
/// fn shop(_: &Request) -> Result<&'static str, Closed> {
///     Err(Closed)
/// }
///
/// let app = shop.into_application();
/// assert_eq!(Request::blank("/").send(&app).wait()?.status(), 503);
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error that a handler can return",
    label = "does not become a `rustzeug::Error`",
    note = "return `Result<_, rustzeug::Error>` and use `?`, which takes a type that implements `std::error::Error + Send + Sync`, a `Box<dyn Error + Send + Sync>`, a `String` or a `&str`",
    note = "or choose what the client sees: `.map_err(|error| Error::bad_request().with_message(…))?`; your own type can implement `IntoError` instead, and `map_errors` sets the status for a type that implements `std::error::Error`"
)]
pub trait IntoError {
    /// The error.
    #[must_use]
    fn into_error(self) -> Error;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Error>> IntoError for E {
    fn into_error(self) -> Error {
        self.into()
    }
}
