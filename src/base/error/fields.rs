//! The fields of a form, a query or a document that do not fit, and why. `?` converts them to a `422`: the
//! client has sent wrong data.

use std::error::Error as StdError;
use std::fmt;

use crate::base::error::BoxError;
use crate::base::error::Error;

/// A field that does not fit: its name, its value, and what is wrong.
///
/// The message completes a sentence that begins with the field, as in "`age` …": `is missing`, or, if there
/// is a value, a statement of what was expected.
///
/// The value appears in the sentence, shortened, and so on error pages and in logs. It is hidden if the name
/// suggests a password.
///
/// ```
/// use rustzeug::FieldError;
///
/// let error = FieldError::new("password", Some("7"), "expected 12 characters or more");
/// assert_eq!(error.to_string(), "`password` is `***`: expected 12 characters or more");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct FieldError {
    name: String,
    value: Option<String>,
    message: String,
}

impl FieldError {
    /// Creates an error for a rule of the application that a type does not express.
    ///
    /// ```
    /// use rustzeug::FieldError;
    ///
    /// let error = FieldError::new("age", Some("7"), "expected 18 or more");
    /// assert_eq!(error.to_string(), "`age` is `7`: expected 18 or more");
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>, value: Option<&str>, message: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.map(ToOwned::to_owned),
            message: message.into(),
        }
    }

    /// Creates the error for an absent field.
    #[must_use]
    pub fn missing(name: impl Into<String>) -> Self {
        Self::new(name, None, "is missing")
    }

    /// The name of the field; empty for an error about all fields together.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value that does not fit; `None` if the field is absent.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// A description of what is wrong, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Whether the value of a field with this name must be hidden.
pub(crate) fn is_secret(name: &str) -> bool {
    name.to_ascii_lowercase().contains("passw")
}

/// Returns the value of a field in the form that pages and logs may contain.
pub(crate) fn shown<'v>(name: &str, value: &'v str) -> &'v str {
    if is_secret(name) { "***" } else { value }
}

/// The number of characters of a value shown in a sentence.
const SHOWN_CHARS: usize = 64;

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            value,
            message,
        } = self;
        match value {
            _ if name.is_empty() => f.write_str(message),
            None => write!(f, "`{name}` {message}"),
            Some(value) => {
                let value = shown(name, value);
                let rest = value.char_indices().nth(SHOWN_CHARS);
                let (shown, more) = rest.map_or((value, ""), |(end, _)| (&value[..end], "…"));
                write!(f, "`{name}` is `{shown}{more}`: {message}")
            }
        }
    }
}

impl fmt::Debug for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value().map(|value| shown(&self.name, value));
        f.debug_struct("FieldError")
            .field("name", &self.name)
            .field("value", &value)
            .field("message", &self.message)
            .finish()
    }
}

impl StdError for FieldError {}

/// All fields that do not fit, so that a page can mark each of them.
///
/// As an error it is never empty. An empty value serves to collect errors of the application.
///
/// ```
/// use rustzeug::{FieldError, FieldErrors};
///
/// let mut errors = FieldErrors::default();
/// errors.add(FieldError::missing("title"));
/// assert_eq!(errors.get("title").map(FieldError::message), Some("is missing"));
/// assert_eq!(errors.get("text"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// The errors, one per field.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.0
    }

    /// Returns the error of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&FieldError> {
        self.0.iter().find(|error| error.name == name)
    }

    /// Whether there are no errors.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an error.
    pub fn add(&mut self, error: FieldError) -> &mut Self {
        self.0.push(error);
        self
    }
}

impl From<FieldError> for FieldErrors {
    fn from(error: FieldError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl StdError for FieldErrors {}

/// Extracts the field errors from an error; returns other errors unchanged.
pub(super) fn among(error: BoxError) -> Result<FieldErrors, BoxError> {
    match error.downcast::<FieldErrors>() {
        Ok(errors) => Ok(*errors),
        Err(other) => other
            .downcast()
            .map(|error: Box<FieldError>| (*error).into()),
    }
}

impl Error {
    /// The field errors of a form, a query or a document; empty for any other error.
    ///
    /// ```
    /// use rustzeug::{Error, FieldError, FieldErrors};
    ///
    /// let error = Error::unprocessable_content().with_fields(FieldError::missing("title"));
    /// assert_eq!(error.field_errors()[0].name(), "title");
    /// assert_eq!(error.message(), "`title` is missing");
    /// assert!(Error::not_found().field_errors().is_empty());
    /// ```
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        self.downcast_ref::<FieldErrors>()
            .map_or(&[], FieldErrors::fields)
    }

    /// Adds field errors, which the client sees too.
    #[must_use]
    pub fn with_fields(self, fields: impl Into<FieldErrors>) -> Self {
        let fields = fields.into();
        self.with_message(fields.to_string()).with_source(fields)
    }
}
