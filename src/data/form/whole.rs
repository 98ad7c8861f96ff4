//! A form, received as a whole.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::base::multi_dict::MultiDict;

use super::files::Files;

/// The field in which browsers send the charset of a form, if the page has such a field.
pub(super) const CHARSET_FIELD: &str = "_charset_";

/// A form, received as a whole: its fields, as a [`MultiDict`], and its files.
///
/// A required field is `form.require("name")?`, an optional one `form.get("name")`, a field of another type
/// `form.get_as::<u32>("age")?`, and a file `form.file("photo")?`.
///
/// Clones share the form. Its files are ranges of the received body.
///
/// # Examples
///
/// ```
/// use rustzeug::{Request, Result};
///
/// fn sign(request: &Request) -> Result<String> {
///     let form = request.form().wait()?;
///     let name = form.require("name")?;
///     Ok(format!("{name}, {} years", form.get("age").unwrap_or("some")))
/// }
///
/// let request = Request::blank("/").with_form(&[("name", "Ada"), ("age", "36")]);
/// assert_eq!(sign(&request)?, "Ada, 36 years");
/// let error = sign(&Request::blank("/").with_form(&[("age", "36")])).unwrap_err();
/// assert_eq!(error.to_string(), "422 Unprocessable Entity: `name` is missing");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "parse_form_data")]
pub struct Form(pub(super) Arc<Content>);

#[derive(Default)]
pub(super) struct Content {
    fields: MultiDict,
    pub(super) files: Files,
}

impl Form {
    pub(super) fn new(fields: MultiDict, files: Files) -> Self {
        Self(Arc::new(Content { fields, files }))
    }

    /// The fields without the files. The methods of [`MultiDict`] are also available on the form itself.
    #[must_use]
    pub fn fields(&self) -> &MultiDict {
        &self.0.fields
    }
}

impl Deref for Form {
    type Target = MultiDict;

    fn deref(&self) -> &MultiDict {
        self.fields()
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("fields", &self.0.fields)
            .field("files", &self.0.files)
            .finish()
    }
}
