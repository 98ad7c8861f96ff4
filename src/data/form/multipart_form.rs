//! A form with files to send: for tests and clients.

use std::fs::File;
use std::path::Path;

use bytes::Bytes;
use http::HeaderValue;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::request::Request;
use crate::wire::multipart::Boundary;
use crate::wire::multipart::PART_END;
use crate::wire::multipart::PartBuilder;

/// Fields and files for a `multipart/form-data` body, written as browsers write them.
///
/// Files are read when the body is sent. The first error is kept; sending the request returns it.
///
/// ```
/// use rustzeug::{Request, form::MultipartForm, mime};
///
/// let form = MultipartForm::new()
///     .text("title", "Notes")
///     .file("notes", "Cargo.toml")
///     .bytes("photo", "cat.png", "image/png", "\x7fPNG");
/// let form = Request::blank("/").with_multipart(form).form().wait()?;
/// assert_eq!(form.get("title"), Some("Notes"));
/// assert_eq!(form.file("notes")?.filename(), "Cargo.toml");
/// assert_eq!(form.file("photo")?.content_type(), Some(mime::IMAGE_PNG));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Debug)]
pub struct MultipartForm {
    boundary: Boundary,
    pieces: Vec<Body>,
    fault: Result<()>,
}

impl Default for MultipartForm {
    fn default() -> Self {
        Self::new()
    }
}

impl MultipartForm {
    /// Creates an empty form with a new boundary.
    #[must_use]
    pub fn new() -> Self {
        Self {
            boundary: Boundary::random(),
            pieces: Vec::new(),
            fault: Ok(()),
        }
    }

    /// Adds a field.
    #[must_use]
    pub fn text(self, name: &str, text: impl Into<String>) -> Self {
        self.part(&PartBuilder::field(name), text.into())
    }

    /// Adds the file at `path` with its file name, as `application/octet-stream`.
    #[must_use]
    pub fn file(mut self, name: &str, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let filename = path.file_name().unwrap_or_default().to_string_lossy();
        match File::open(path).and_then(Body::file) {
            Ok(body) => self.part(&PartBuilder::file(name, &filename), body),
            Err(error) => {
                let what = format!("{}: {error}", path.display());
                self.fault = self.fault.and(Err(Error::from(what)));
                self
            }
        }
    }

    /// Adds bytes as a file. The content type is text, or a [`Mime`](crate::mime::Mime).
    #[must_use]
    pub fn bytes(
        mut self,
        name: &str,
        filename: &str,
        content_type: impl AsRef<str>,
        bytes: impl Into<Bytes>,
    ) -> Self {
        match HeaderValue::from_str(content_type.as_ref()) {
            Ok(value) => {
                let part = PartBuilder::file(name, filename).with_content_type(value);
                self.part(&part, bytes.into())
            }
            Err(error) => {
                self.fault = self.fault.and(Err(error.into()));
                self
            }
        }
    }

    /// Adds a part with a custom head.
    #[must_use]
    pub fn part(mut self, head: &PartBuilder<'_>, content: impl Into<Body>) -> Self {
        let head = head.encode(&self.boundary);
        self.pieces
            .extend([head.into(), content.into(), PART_END.into()]);
        self
    }

    /// The content type, which has the boundary as a parameter.
    #[must_use]
    pub fn content_type(&self) -> HeaderValue {
        self.boundary.content_type()
    }

    /// Returns the body. Its length is known if the lengths of its files are.
    ///
    /// # Errors
    ///
    /// The first error: a file that cannot be opened, or an invalid content type.
    pub fn into_body(mut self) -> Result<Body> {
        self.fault?;
        self.pieces.push(self.boundary.closing_line().into());
        Ok(Body::chain(self.pieces))
    }
}

impl Request {
    /// Replaces the body with a form with files; a `GET` becomes a `POST`.
    #[must_use]
    pub fn with_multipart(mut self, form: MultipartForm) -> Self {
        let content_type = form.content_type();
        let outcome = form
            .into_body()
            .map(|body| self.set_content(content_type, body));
        self.keep_fault(outcome);
        self
    }
}
