//! Conversions: from any error to an [`Error`] with `?`, and from an [`Error`] to a boxed one.

use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;

use super::AnyError;
use super::BoxError;
use super::Error;
use super::by_multer;
use super::fields;

impl Error {
    /// Converts this error to a `std::error::Error`, for functions that return boxed errors.
    ///
    /// Converting it back with `?` or `Error::from` restores the status, message and cause.
    ///
    /// ```
    /// use rustzeug::Error;
    ///
    /// let boxed = Error::not_found().into_boxed();
    /// assert_eq!(boxed.to_string(), "404 Not Found");
    /// assert_eq!(Error::from(boxed).status(), 404);
    /// ```
    #[must_use]
    pub fn into_boxed(self) -> BoxError {
        Box::new(Boxed(self))
    }
}

/// The result of [`Error::into_boxed`].
struct Boxed(Error);

impl fmt::Display for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl StdError for Boxed {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source().map(|source| source as _)
    }
}

/// Converts an error to a `500` with the error as its private cause. Exceptions: a boxed [`Error`], also
/// inside an `io::Error`, is restored unchanged; a [`FieldError`](crate::FieldError) becomes a `422` that
/// names the field; with the feature `multer`, an error of that crate gets the status of its cause, usually
/// `400`.
impl<E: AnyError> From<E> for Error {
    #[track_caller]
    fn from(error: E) -> Self {
        let place = Location::caller();
        let boxed = match error.into().downcast::<std::io::Error>() {
            Ok(io) => match io.downcast::<Boxed>() {
                Ok(own) => return own.0,
                Err(io) => io.into(),
            },
            Err(other) => other,
        };
        let boxed = match boxed.downcast::<Boxed>() {
            Ok(own) => return own.0,
            Err(other) => other,
        };
        let boxed = match by_multer::among(boxed) {
            Ok(error) => return error,
            Err(other) => other,
        };
        match fields::among(boxed) {
            Ok(fields) => Self::unprocessable_content().with_fields(fields),
            Err(source) => {
                let mut error = Self::internal().with_source(source);
                error.0.place = Some(place);
                error
            }
        }
    }
}
