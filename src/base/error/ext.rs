//! Converts a result or an option to an error in the middle of an expression.

use super::Error;
use super::Result;

/// Sets the status of an error before `?` returns it.
pub trait ResultExt<T> {
    /// Returns the same value, or an error with `status`. The text of the error is not shown to the client.
    ///
    /// ```
    /// use rustzeug::{Error, ResultExt};
    ///
    /// fn page(text: &str) -> Result<u32, Error> {
    ///     Ok(text.parse::<u32>().or_status(400)?)
    /// }
    /// assert_eq!(page("x").unwrap_err().status(), 400);
    /// ```
    ///
    /// # Errors
    ///
    /// The error of `self`, as an [`Error`] with `status`.
    fn or_status(self, status: u16) -> Result<T>;
}

impl<T, E: Into<Error>> ResultExt<T> for std::result::Result<T, E> {
    fn or_status(self, status: u16) -> Result<T> {
        self.map_err(|error| error.into().with_status(status))
    }
}

/// Converts the absence of a value to an error.
pub trait OptionExt<T> {
    /// Returns the value, or a `404`.
    ///
    /// ```
    /// use rustzeug::{Error, OptionExt};
    ///
    /// fn color(name: &str) -> Result<&'static str, Error> {
    ///     [("sky", "blue")].into_iter().find(|(key, _)| *key == name).map(|(_, value)| value).or_not_found()
    /// }
    /// assert_eq!(color("sea").unwrap_err().status(), 404);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::not_found`] for `None`.
    fn or_not_found(self) -> Result<T>;
}

impl<T> OptionExt<T> for Option<T> {
    fn or_not_found(self) -> Result<T> {
        self.ok_or_else(Error::not_found)
    }
}
