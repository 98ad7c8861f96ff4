//! The files of a form, and how they are received.

use std::sync::Arc;

use mime::Mime;

use crate::base::error::Error;
use crate::base::error::FieldError;
use crate::base::error::Result;
use crate::gateway::AwaitOrWait;
use crate::gateway::Environ;
use crate::gateway::Limits;
use crate::syntax::media_type;
use crate::syntax::media_type::MULTIPART;
use crate::wire::multipart::PartHead;

use super::Form;
use super::Inner;
use super::ReadForm;
use super::fields::Fields;
use super::stored::Stored;
use super::stream::Multipart;
use super::stream::file_too_long;
use super::stream::too_large;
use super::stream::too_long;
use super::uploaded_file::UploadedFile;

/// The files of a form, each with the number of fields before it.
#[derive(Debug, Default)]
pub(super) struct Parts {
    files: Vec<(usize, UploadedFile)>,
    /// How long the whole body was.
    body_bytes: u64,
}

/// One entry of a form: see [`Form::entries`].
#[derive(Clone, Copy, Debug)]
pub enum Entry<'f> {
    /// A field: its name and its text.
    Field(&'f str, &'f str),
    /// A file.
    File(&'f UploadedFile),
}

impl Form {
    /// The file of a field, the first if there are several.
    ///
    /// # Errors
    ///
    /// [`FieldError`] when there is none, or none was chosen: by `?` a `422` that names the field.
    pub fn file(&self, name: &str) -> Result<&UploadedFile, FieldError> {
        let mut files = self.files_named(name);
        files.next().ok_or_else(|| FieldError::missing(name))
    }

    /// All files of a field, as of an `<input type="file" multiple>`, in order.
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

    /// All files, in order. A field for which none was chosen has none.
    #[must_use]
    pub fn files(&self) -> impl ExactSizeIterator<Item = &UploadedFile> {
        self.0.parts.files.iter().map(|(_, file)| file)
    }

    /// Fields and files, in the order in which they were sent.
    ///
    /// ```
    /// use rustzeug::{Request, form::{Entry, MultipartForm}};
    ///
    /// let form = MultipartForm::new().text("a", "1").bytes("b", "b.txt", "text/plain", "2").text("c", "3");
    /// let form = Request::blank("/").with_multipart(form).form().wait()?;
    /// let names = form.entries().map(|entry| match entry {
    ///     Entry::Field(name, _) => name,
    ///     Entry::File(file) => file.name(),
    /// });
    /// assert_eq!(names.collect::<Vec<_>>(), ["a", "b", "c"]);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut fields = self.fields().iter().enumerate().peekable();
        let mut files = self.0.parts.files.iter().peekable();
        std::iter::from_fn(move || {
            let field = fields.peek().map_or(usize::MAX, |(index, _)| *index);
            match files.next_if(|(before, _)| *before <= field) {
                Some((_, file)) => Some(Entry::File(file)),
                None => fields
                    .next()
                    .map(|(_, (name, text))| Entry::Field(name, text)),
            }
        })
    }
}

/// Options for files, beside the limits of the request.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    file_limit: Option<u64>,
    allowed: Allowed,
}

impl<T> AwaitOrWait<ReadForm<'_, T>> {
    /// Sets how long a single file may be, in bytes, instead of
    /// [`file_bytes`](crate::gateway::Limits::file_bytes).
    pub fn file_limit(mut self, bytes: u64) -> Self {
        self.0.options.parts.file_limit = Some(bytes);
        self
    }

    /// Refuses files of other types, with `415`: types like `image/png` or `mime::IMAGE_PNG`, or `image/*`.
    ///
    /// It is the client that says what type a file is of.
    pub fn allow_types<N: AsRef<str>>(mut self, types: impl IntoIterator<Item = N>) -> Self {
        self.0.options.parts.allowed = Allowed::only(types);
        self
    }
}

/// The types that files may have; all, if none are named.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowed(Vec<String>);

impl Allowed {
    pub(super) fn only<T: AsRef<str>>(types: impl IntoIterator<Item = T>) -> Self {
        let types = types.into_iter();
        Self(types.map(|it| it.as_ref().to_owned()).collect())
    }

    pub(super) fn check(&self, head: &PartHead) -> Result<()> {
        if self.0.is_empty() || !head.is_file() {
            return Ok(());
        }
        let sent = match head.raw_content_type() {
            None => Some(mime::APPLICATION_OCTET_STREAM),
            Some(_) => head.content_type(),
        };
        let essence = sent.as_ref().map_or("", Mime::essence_str);
        let is_allowed = |allowed: &String| match allowed.strip_suffix('*') {
            Some("" | "*/") => true,
            Some(kind) => essence
                .get(..kind.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(kind)),
            None => essence.eq_ignore_ascii_case(allowed),
        };
        if self.0.iter().any(is_allowed) {
            return Ok(());
        }
        let essence = if essence.is_empty() {
            "unknown"
        } else {
            essence
        };
        Err(Error::unsupported_media_type().with_message(format!(
            "the file `{}` is of type {essence}, allowed are: {}",
            head.filename().unwrap_or_default(),
            self.0.join(", ")
        )))
    }
}

pub(super) fn are_in(content_type: &[u8]) -> bool {
    media_type::is(content_type, MULTIPART)
}

/// The form; it can be read again.
pub(super) async fn read(environ: &Environ, options: super::read::Options) -> Result<Form> {
    if let Some(form) = environ.parsed::<Inner>().map(Form) {
        check(&form, environ.limits(), &options)?;
        return Ok(form);
    }
    let form = receive(environ, options).await?;
    environ.set_parsed(Arc::clone(&form.0));
    Ok(form)
}

/// Whether a form that was read before is one that this reader would have taken.
fn check(form: &Form, limits: &Limits, options: &super::read::Options) -> Result<()> {
    let limit = options.limit.unwrap_or(limits.multipart_bytes());
    if form.0.parts.body_bytes > limit {
        return Err(too_long(limit));
    }
    let limit = options.parts.file_limit.unwrap_or(limits.file_bytes());
    for file in form.files() {
        options.parts.allowed.check(file.head())?;
        if file.size() > limit {
            return Err(file_too_long(limit));
        }
    }
    Ok(())
}

/// A file, and where in the body it is.
struct Found {
    head: PartHead,
    start: u64,
    length: u64,
}

/// Reads the body as it arrives; what is kept is the body, of which files are ranges.
async fn receive(environ: &Environ, options: super::read::Options) -> Result<Form> {
    let limits = environ.limits();
    let most = options.limit.unwrap_or(limits.multipart_bytes());
    let body = environ.peek_body(most, "multipart_bytes");
    let mut multipart = Multipart::reading(environ, body);
    multipart.allowed = options.parts.allowed;
    multipart.limit = most;
    multipart.file_limit = options.parts.file_limit.unwrap_or(multipart.file_limit);
    let limit = limits.multipart_field_bytes();
    let mut fields = Fields::new(media_type::charset_of(environ.headers()));
    let (mut files, mut left) = (Vec::new(), limit);
    while let Some(mut part) = multipart.next_part().await? {
        if part.is_file() {
            let (head, start, length) = part.find().await?;
            // Browsers send one without a name where none was chosen.
            if length > 0 || head.raw_filename().is_some_and(|name| !name.is_empty()) {
                let found = Found {
                    head,
                    start,
                    length,
                };
                files.push((fields.count(), found));
            }
            continue;
        }
        let too_long = || too_large("the fields together are", limit, "multipart_field_bytes");
        left = left
            .checked_sub(part.name().len() as u64)
            .ok_or_else(too_long)?;
        let text = part.gather(left, too_long).await?;
        left -= text.len() as u64;
        fields.add(part.head(), &text)?;
    }
    let (fields, charset) = fields.end()?;
    drop(multipart);
    environ.receive_within(most, "multipart_bytes").await?;
    let mut parts = kept(environ, files);
    if let Some(charset) = charset {
        for (_, file) in &mut parts.files {
            file.read_names_in(&charset)?;
        }
    }
    Ok(Form::new(fields, parts))
}

/// The files, once all of the body is where it stays.
fn kept(environ: &Environ, files: Vec<(usize, Found)>) -> Parts {
    let body_bytes = environ.body_length().unwrap_or(0);
    if files.is_empty() {
        return Parts {
            files: Vec::new(),
            body_bytes,
        };
    }
    let body = environ.kept_body();
    let blocking = environ.blocking();
    let file = |(before, found): (usize, Found)| {
        let (kept, begin) = body.clone()?;
        let stored = Stored::new(kept, begin + found.start, found.length);
        let file = UploadedFile::new(found.head, stored, blocking.clone());
        Some((before, file))
    };
    Parts {
        files: files.into_iter().filter_map(file).collect(),
        body_bytes,
    }
}
