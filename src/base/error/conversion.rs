//! Any error becomes an [`Error`] by `?`, and an [`Error`] one that is boxed.

use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;

use super::AnyError;
use super::BoxError;
use super::Error;
use super::by_multer;
use super::fields;

impl Error {
    /// This error as a `std::error::Error`, for functions that return boxed ones.
    ///
    /// Converting it back by `?` or `Error::from` gives the same status, message and cause.
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

/// What [`Error::into_boxed`] gives.
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

/// A `500` with the error as its private cause. But a boxed [`Error`], also one inside an
/// `io::Error`, comes back as it was, and a [`FieldError`](crate::FieldError) is a `422` that tells of the field. With the
/// feature `multer` an error of that crate has the status of its cause, mostly `400`.
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
