//! The error type of the crate: a status to answer with, a message that the client may see, and a cause that
//! the client never sees.
//!
//! Pure modules have small leaf errors; handlers and applications return an [`Error`]. The module `render`
//! turns an error into a page.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;

use http::Extensions;
use http::HeaderMap;
use http::StatusCode;

#[cfg(feature = "multer")]
mod by_multer;
#[cfg(not(feature = "multer"))]
#[path = "no_multer.rs"]
mod by_multer;
mod conversion;
mod ext;
mod family;
mod fields;
mod header;

pub use ext::OptionExt;
pub use ext::ResultExt;
pub use fields::FieldError;
pub use fields::FieldErrors;
#[cfg(feature = "json")]
pub(crate) use fields::is_secret;
pub(crate) use fields::shown;
pub(crate) use header::header_pair;
pub(crate) use header::response_header;

/// A boxed error of any type: the cause of an [`Error`], or the error of a body.
///
/// ```
/// use rustzeug::{Error, gateway::BoxError};
///
/// let error: BoxError = "the disk is full".into();
/// assert_eq!(Error::from(error).status(), 500);
/// ```
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// The types that `?` converts to an [`Error`]: everything that converts to a [`BoxError`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error",
    label = "not an error: implement `std::error::Error` for its type, or choose a status with `.map_err(|_| Error::not_found())?`; for an `Option` use `.or_not_found()?` or `.ok_or(Error::new(404, \"text\"))?`"
)]
pub trait AnyError: Into<BoxError> {}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> AnyError for E {}

/// A result with [`Error`] as the default error type.
///
/// ```
/// use rustzeug::{Request, Result};
///
/// fn length(request: &Request) -> Result<String> {
///     Ok(request.text().wait()?.len().to_string())
/// }
///
/// assert_eq!(length(&Request::blank("/").with_body("four"))?, "4");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason why a request could not be answered as asked: a status, a message for the client, extra
/// headers, and a private cause.
///
/// * By name or number: `Error::not_found()`, `Error::conflict().with_message("text")`, `Error::new(404, "text")`.
/// * In a handler that returns a `rustzeug::Result`, `?` converts other errors:
///   `let id: u64 = request.path_param("id")?;`.
/// * A custom error type cannot have a `From` (one for all errors exists already). To choose its status, use
///   [`map_errors`](crate::middleware::map_errors)`(|error: &MyError| Error::not_found())`, or implement
///   [`IntoError`](crate::IntoError).
///
/// `?` converts any `std::error::Error`, `anyhow::Error`, `String` or `&str` to a `500` whose text is logged
/// and never shown. Errors of [`Request`](crate::Request)'s methods already have the right `4xx`.
///
/// It is one word wide, so that a `Result<Response>` costs no more than a `Response`. It does not implement
/// `std::error::Error` (a type that converts from every error cannot); [`into_boxed`](Self::into_boxed)
/// returns a value that does.
///
/// # Examples
///
/// ```
/// use rustzeug::{Error, Request};
///
/// fn item(request: &Request) -> Result<String, Error> {
///     let id: u64 = request.path().trim_start_matches('/').parse().map_err(|_| Error::not_found())?;
///     let text = std::fs::read_to_string(format!("/nowhere/{id}"))?; // a 500, logged
///     Ok(text)
/// }
///
/// assert_eq!(item(&Request::blank("/x")).unwrap_err().status(), 404);
/// assert_eq!(item(&Request::blank("/7")).unwrap_err().status(), 500);
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    status: StatusCode,
    message: Cow<'static, str>,
    headers: HeaderMap,
    source: Option<BoxError>,
    /// Values for middleware and logs.
    extensions: Extensions,
    /// The place of the `?` that converted another error.
    place: Option<&'static Location<'static>>,
}

impl Error {
    /// Creates an error with `status` and a `message` that the client will see.
    ///
    /// An empty message means the reason phrase of the status. A status that is not an error (below 400, or
    /// invalid) becomes `500`.
    #[must_use]
    pub fn new<S>(status: S, message: impl Into<Cow<'static, str>>) -> Self
    where
        S: TryInto<StatusCode>,
    {
        Self(Box::new(Inner {
            status: error_status(status),
            message: message.into(),
            headers: HeaderMap::new(),
            source: None,
            extensions: Extensions::new(),
            place: None,
        }))
    }

    /// Replaces the status; a status that is not an error becomes `500`.
    #[must_use]
    pub fn with_status<S: TryInto<StatusCode>>(mut self, status: S) -> Self {
        self.0.status = error_status(status);
        self
    }

    /// Replaces the message that the client sees.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Replaces the private cause, which is logged for a `5xx` and never shown.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The status to answer with, always `400` or above.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The message for the client; the reason phrase if no message was given.
    #[must_use]
    pub fn message(&self) -> &str {
        if self.0.message.is_empty() {
            self.reason()
        } else {
            &self.0.message
        }
    }

    /// The reason phrase of the status; `Unknown Error` if it has none.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.0.status.canonical_reason().unwrap_or("Unknown Error")
    }

    /// Extra headers of the answer, such as `Allow` for a `405`.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The private cause, if any.
    #[must_use]
    pub fn source(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }

    /// The cause, if it is an `E`.
    #[must_use]
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.source().and_then(|source| source.downcast_ref())
    }

    /// Returns the first cause in the chain that is an `E`.
    ///
    /// It cannot find an error that a cause hides: `anyhow::Error` puts its text in the chain, but not the
    /// error inside it.
    ///
    /// ```
    /// use rustzeug::Error;
    /// use std::io;
    ///
    /// let inner = io::Error::new(io::ErrorKind::NotFound, "gone");
    /// let error = Error::from(io::Error::other(inner));
    /// assert_eq!(error.find_cause::<io::Error>().unwrap().kind(), io::ErrorKind::Other);
    /// assert!(error.find_cause::<std::fmt::Error>().is_none());
    /// ```
    #[must_use]
    pub fn find_cause<E: StdError + 'static>(&self) -> Option<&E> {
        let mut cause: Option<&(dyn StdError + 'static)> =
            self.0.source.as_deref().map(|source| source as _);
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            cause = error.source();
        }
        None
    }

    /// The place of the `?` in the application that converted another error, as `src/main.rs:12:5`. `None` if
    /// the place is in the standard library (as with `map_err(Error::from)`) or in this crate.
    pub(crate) fn place(&self) -> Option<&'static Location<'static>> {
        let elsewhere = ["/rustc/", env!("CARGO_MANIFEST_DIR")];
        let told = |place: &&Location<'_>| {
            let file = place.file();
            !elsewhere.iter().any(|folder| file.starts_with(folder))
        };
        self.0.place.filter(told)
    }

    /// Replaces `other`: takes its extensions and, if this error has none, its cause.
    pub(crate) fn in_place_of(mut self, other: Self) -> Self {
        let Inner {
            source,
            mut extensions,
            place,
            ..
        } = *other.0;
        if self.0.source.is_none() {
            (self.0.source, self.0.place) = (source, place);
        }
        extensions.extend(self.0.extensions);
        self.0.extensions = extensions;
        self
    }

    /// For the log only: the client can no longer read it.
    pub(crate) fn client_left() -> Self {
        Self::new(499, "the client has left")
    }

    /// Copies the error, with the cause as text.
    pub(crate) fn copy(&self) -> Self {
        Self(Box::new(Inner {
            status: self.0.status,
            message: self.0.message.clone(),
            headers: self.0.headers.clone(),
            source: self.causes().map(Into::into),
            extensions: self.0.extensions.clone(),
            place: self.0.place,
        }))
    }

    /// Values by type, for outer layers and the log.
    pub(crate) fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    /// Returns the whole chain of causes as one text.
    pub(crate) fn causes(&self) -> Option<String> {
        let mut cause: Option<&(dyn StdError + 'static)> =
            self.0.source.as_deref().map(|source| source as _);
        let mut text: Option<String> = None;
        while let Some(error) = cause {
            text = Some(text.map_or_else(|| error.to_string(), |text| format!("{text}: {error}")));
            cause = error.source();
        }
        text
    }

    /// Sets headers of the answer, each replacing all lines of its name.
    pub(crate) fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.0.headers.extend(headers);
        self
    }
}

/// For routing.
#[cfg(feature = "routing")]
impl Error {
    /// Adds a value for outer layers, replacing one of the same type.
    pub(crate) fn with_extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.0.extensions.insert(value);
        self
    }
}

fn error_status<S: TryInto<StatusCode>>(status: S) -> StatusCode {
    match status.try_into() {
        Ok(status) if (400..=599).contains(&status.as_u16()) => status,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status.as_str(), self.reason())?;
        if !self.0.message.is_empty() {
            write!(f, ": {}", self.0.message)?;
        }
        Ok(())
    }
}

/// Writes the text of `Display` and the chain of causes, for logs.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match self.causes() {
            Some(causes) => write!(f, ": {causes}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn a_status_that_is_no_error_becomes_500() {
        for (status, want) in [
            (0, 500),
            (99, 500),
            (200, 500),
            (399, 500),
            (400, 400),
            (599, 599),
            (600, 500),
            (1000, 500),
        ] {
            assert_eq!(Error::new(status, "").status().as_u16(), want, "{status}");
        }
    }

    #[test]
    fn keeps_status_through_boxes() {
        let io = std::io::Error::other(Error::content_too_large().into_boxed());
        for (error, want, why) in [
            (Error::from(Error::gone().into_boxed()), 410, "boxed"),
            (Error::from(io), 413, "boxed inside an io::Error"),
            (
                Error::from(std::io::Error::other("disk")),
                500,
                "an ordinary io::Error",
            ),
            (Error::from("text"), 500, "text"),
            (FieldError::missing("a").into(), 422, "a field"),
            (FieldErrors::default().into(), 422, "fields"),
        ] {
            assert_eq!(error.status().as_u16(), want, "{why}");
        }
    }

    #[test]
    fn debug_tells_causes_and_display_does_not() {
        let error = Error::bad_gateway().with_source("upstream closed");
        assert_eq!(format!("{error}"), "502 Bad Gateway");
        assert_eq!(format!("{error:?}"), "502 Bad Gateway: upstream closed");
        assert_eq!(error.message(), "Bad Gateway");
    }
}
