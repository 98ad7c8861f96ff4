//! Forms: the data of an HTML `<form>`, urlencoded or as `multipart/form-data`.
//!
//! [`Request::form`] reads either kind as a whole; long bodies go to a temporary file. [`Request::multipart`] (feature
//! `multipart`) reads the parts of a multipart body as they arrive. The parsers are in `urlencoded` and `multipart`;
//! this module receives the body, applies the limits, and stores fields and files.

use http::HeaderValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::multi_dict::MultiDict;
use crate::gateway::AwaitOrWait;
use crate::gateway::Environ;
use crate::request::Request;
use crate::syntax::media_type;
use crate::wire::urlencoded;

#[cfg(feature = "multipart")]
mod fields;
#[cfg(feature = "multipart")]
mod files;
#[cfg(not(feature = "multipart"))]
#[path = "no_files.rs"]
mod files;
#[cfg(feature = "multipart")]
mod form_entry;
#[cfg(feature = "multer")]
mod multer;
#[cfg(feature = "multipart")]
mod multipart;
#[cfg(feature = "multipart")]
mod multipart_form;
#[cfg(feature = "multipart")]
mod options;
#[cfg(not(feature = "multipart"))]
#[path = "no_options.rs"]
mod options;
#[cfg(feature = "multipart")]
mod part;
#[cfg(feature = "multipart")]
mod part_refusals;
#[cfg(feature = "multipart")]
mod parts;
#[cfg(not(feature = "multipart"))]
#[path = "no_parts.rs"]
mod parts;
mod read_form;
mod refusals;
#[cfg(feature = "multipart")]
mod stored;
#[cfg(feature = "multipart")]
mod unfinished;
#[cfg(feature = "multipart")]
mod uploaded_file;
mod whole;

#[cfg(feature = "multipart")]
pub use form_entry::FormEntry;
#[cfg(feature = "multipart")]
pub use multipart::Multipart;
#[cfg(feature = "multipart")]
pub use multipart_form::MultipartForm;
#[cfg(feature = "multipart")]
pub use part::Part;
pub use read_form::ReadForm;
#[cfg(feature = "multipart")]
pub use uploaded_file::FileReader;
#[cfg(feature = "multipart")]
pub use uploaded_file::UploadedFile;
pub use whole::Form;

/// Reads the form of an environ, for code without a [`Request`]: see [`Request::form`].
///
/// # Errors
///
/// As for [`Request::form`].
///
/// ```
/// use rustzeug::{Request, form};
///
/// let environ = Request::blank("/").with_form(&[("a", "1")]).into_environ();
/// assert_eq!(form::read(&environ).wait()?.get("a"), Some("1"));
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub fn read(environ: &Environ) -> AwaitOrWait<ReadForm<'_>> {
    AwaitOrWait(ReadForm::new(environ))
}

impl Request {
    /// Reads the form in the body.
    ///
    /// Options come first: `.limit(bytes)` and others. The form can be read again by every function that sees the
    /// request, and so can the body. If the future is dropped before it is finished, nothing is lost.
    ///
    /// # Errors
    ///
    /// * `415` if the content type is not that of a form, or the body has a `Content-Encoding`;
    /// * `413` if a limit is exceeded: [`form_bytes`](crate::gateway::Limits::form_bytes),
    ///   [`form_fields`](crate::gateway::Limits::form_fields), or one of the limits for multipart;
    /// * `400` if the body ends early or is malformed;
    /// * `500` if the body was taken as a stream before, or cannot be written to disk;
    /// * `503` if the bodies of other requests use the whole budget:
    ///   [`budget_memory_bytes`](crate::gateway::Limits::budget_memory_bytes),
    ///   [`budget_disk_bytes`](crate::gateway::Limits::budget_disk_bytes).
    ///
    /// ```
    /// use rustzeug::{Request, Result};
    ///
    /// async fn greet(request: &Request) -> Result<String> {
    ///     let form = request.form().limit(1000).await?;
    ///     Ok(format!("Hello, {}!", form.require("name")?))
    /// }
    /// ```
    #[doc(alias = "POST")]
    #[doc(alias = "files")]
    #[doc(alias = "Form")]
    pub fn form(&self) -> AwaitOrWait<ReadForm<'_>> {
        read(self.environ())
    }

    /// Reads the fields of the form as a typed value: see [`MultiDict::read_as`] for how names become fields. Files are
    /// ignored.
    ///
    /// # Errors
    ///
    /// As for [`form`](Self::form), and a `422` that lists every invalid or missing field: see
    /// [`Error::field_errors`](crate::Error::field_errors).
    ///
    /// ```
    /// use rustzeug::Request;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Entry {
    ///     title: String,
    ///     stars: u8,
    /// }
    ///
    /// let request = Request::blank("/").with_form(&[("title", "Emma"), ("stars", "5")]);
    /// let entry: Entry = request.form_as().wait()?;
    /// assert_eq!((&*entry.title, entry.stars), ("Emma", 5));
    ///
    /// let request = Request::blank("/").with_form(&[("stars", "many")]);
    /// let error = request.form_as::<Entry>().wait().err().unwrap();
    /// let names: Vec<_> = error.field_errors().iter().map(|field| field.name()).collect();
    /// assert_eq!((error.status().as_u16(), names), (422, vec!["stars", "title"]));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "TypedForm")]
    pub fn form_as<T: DeserializeOwned>(&self) -> AwaitOrWait<ReadForm<'_, T>> {
        AwaitOrWait(ReadForm::finished(self.environ(), |_, form| {
            Ok(form?.read_as()?)
        }))
    }

    /// Reads the query and the form together, the query first. A request without a form gives the query only.
    ///
    /// # Errors
    ///
    /// As for [`form`](Self::form), except that another content type is not an error. Also a `400` if the query has too
    /// many pairs.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/?id=1").with_form(&[("id", "2"), ("name", "x")]);
    /// let params = request.params().wait()?;
    /// assert_eq!((params.get("id"), params.get("name")), (Some("1"), Some("x")));
    /// assert_eq!(Request::blank("/?id=1").params().wait()?.len(), 1);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "values")]
    pub fn params(&self) -> AwaitOrWait<ReadForm<'_, MultiDict>> {
        AwaitOrWait(ReadForm::params(self.environ()))
    }

    /// Replaces the body with an urlencoded form of pairs, or of a struct that has a field for each name; a `GET`
    /// becomes a `POST`.
    ///
    /// `None` and an empty list write nothing; a list writes its name once for each element; a [`MultiDict`] is written
    /// pair by pair. If the value is not pairs, the error is kept, and [`send`](Self::send) returns it.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_form(&[("q", "red apple"), ("page", "2")]);
    /// assert_eq!(request.method(), "POST");
    /// assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    /// assert_eq!(request.text().wait()?, "q=red+apple&page=2");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn with_form<T: Serialize + ?Sized>(mut self, pairs: &T) -> Self {
        let outcome = urlencoded::encode(pairs).map(|text| {
            let body = text.into_bytes();
            self.set_content(HeaderValue::from_static(media_type::URLENCODED), body);
        });
        self.keep_fault(outcome.map_err(Into::into));
        self
    }
}
