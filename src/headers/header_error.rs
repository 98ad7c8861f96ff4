//! Why a header could not be read.

use std::error::Error;
use std::fmt;

use http::HeaderName;

/// A header is present but malformed. The error has its name, and the expected value.
///
/// ```
/// use rustzeug::headers::{HeaderError, RetryAfter};
///
/// let error = "soon".parse::<RetryAfter>().unwrap_err();
/// assert_eq!(error.name(), "retry-after");
/// assert_eq!(error.to_string(), "the header `retry-after` is malformed: expected seconds or a date");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderError {
    name: HeaderName,
    expected: &'static str,
}

impl HeaderError {
    /// Makes an error from the name of a field and a description of the expected value, such as `a number`.
    #[must_use]
    pub const fn new(name: HeaderName, expected: &'static str) -> Self {
        Self { name, expected }
    }

    /// The name of the field.
    #[must_use]
    pub const fn name(&self) -> &HeaderName {
        &self.name
    }

    /// The description of the expected value. It follows "expected" in the message.
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        self.expected
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, expected } = self;
        write!(f, "the header `{name}` is malformed: expected {expected}")
    }
}

impl Error for HeaderError {}
