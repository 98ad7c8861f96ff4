//! The files of a form, and all of its entries in the order in which they were sent.

use crate::base::error::FieldError;

use super::uploaded_file::UploadedFile;
use super::whole::Form;

/// One entry of a form: see [`Form::entries`].
///
/// ```
/// use rustzeug::{Request, form::{FormEntry, MultipartForm}};
///
/// let form = MultipartForm::new().text("title", "Sea").bytes("photo", "sea.png", "image/png", "…");
/// let form = Request::blank("/").with_multipart(form).form().wait()?;
/// let texts = form.entries().map(|entry| match entry {
///     FormEntry::Field(name, text) => format!("{name}: {text}"),
///     FormEntry::File(file) => format!("{}: {} bytes", file.name(), file.size()),
/// });
/// assert_eq!(texts.collect::<Vec<_>>(), ["title: Sea", "photo: 3 bytes"]);
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub enum FormEntry<'f> {
    /// A field: its name and its text.
    Field(&'f str, &'f str),
    /// A file.
    File(&'f UploadedFile),
}

impl Form {
    /// The file of a field; the first if there are several.
    ///
    /// # Errors
    ///
    /// A [`FieldError`] if there is no file, or the user chose none. `?` turns it into a `422` that names the field.
    pub fn file(&self, name: &str) -> Result<&UploadedFile, FieldError> {
        let mut files = self.files_named(name);
        files.next().ok_or_else(|| FieldError::missing(name))
    }

    /// All files of a field, in order, as from an `<input type="file" multiple>`.
    ///
    /// ```
    /// use rustzeug::{Request, form::MultipartForm};
    ///
    /// let form = MultipartForm::new()
    ///     .bytes("d", "a.txt", "text/plain", "A")
    ///     .bytes("e", "b.txt", "text/plain", "B")
    ///     .bytes("d", "c.txt", "text/plain", "C");
    /// let form = Request::blank("/").with_multipart(form).form().wait()?;
    /// let names: Vec<_> = form.files_named("d").map(|file| file.raw_filename()).collect();
    /// assert_eq!(names, ["a.txt", "c.txt"]);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn files_named<'f>(&'f self, name: &str) -> impl Iterator<Item = &'f UploadedFile> {
        self.files().filter(move |file| file.name() == name)
    }

    /// All files, in order. A field for which the user chose no file has none.
    #[must_use]
    pub fn files(&self) -> impl ExactSizeIterator<Item = &UploadedFile> {
        self.0.files.list.iter().map(|(_, file)| file)
    }

    /// Fields and files, in the order in which they were sent.
    ///
    /// ```
    /// use rustzeug::{Request, form::{FormEntry, MultipartForm}};
    ///
    /// let form = MultipartForm::new().text("a", "1").bytes("b", "b.txt", "text/plain", "2").text("c", "3");
    /// let form = Request::blank("/").with_multipart(form).form().wait()?;
    /// let names = form.entries().map(|entry| match entry {
    ///     FormEntry::Field(name, _) => name,
    ///     FormEntry::File(file) => file.name(),
    /// });
    /// assert_eq!(names.collect::<Vec<_>>(), ["a", "b", "c"]);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn entries(&self) -> impl Iterator<Item = FormEntry<'_>> {
        let mut fields = self.fields().iter().enumerate().peekable();
        let mut files = self.0.files.list.iter().peekable();
        std::iter::from_fn(move || {
            let field = fields.peek().map_or(usize::MAX, |(index, _)| *index);
            match files.next_if(|(before, _)| *before <= field) {
                Some((_, file)) => Some(FormEntry::File(file)),
                None => fields
                    .next()
                    .map(|(_, (name, text))| FormEntry::Field(name, text)),
            }
        })
    }
}
