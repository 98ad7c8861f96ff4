//! An uploaded file: its names, the type that the client declares, and its content.

use std::fmt;
use std::fs;
use std::fs::File;
use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::Path;
use std::path::PathBuf;

use bytes::Bytes;
use http::HeaderMap;
use mime::Mime;

use crate::base::error::Result;
use crate::base::filename::numbered;
use crate::base::filename::secure_filename;
use crate::gateway::AwaitOrWait;
use crate::gateway::Blocking;
use crate::gateway::Body;
use crate::syntax::charset::Charset;
use crate::wire::multipart::PartHead;

use super::part_refusals::refused;
use super::stored::Doing;
use super::stored::Stored;

/// A file that was uploaded with a form.
///
/// To read the whole content, use `file.bytes().wait()?`; to read it as `std::io::Read`, `file.reader()`; to write it
/// to disk, `file.save(path).wait()?` (`.await?` in an `async fn`).
///
/// The content is a range of the received body: in memory, or, for a body longer than
/// [`memory_bytes`](crate::gateway::Limits::memory_bytes), in a temporary file without a name, which only the user of
/// this process can read. All files of a request share this storage. It is freed, and no longer counts against the
/// [`Budget`](crate::gateway::Budget) for bodies, when the last file and the request are dropped.
///
/// # Examples
///
/// ```
/// use rustzeug::{Request, Result, form::MultipartForm};
///
/// fn upload(request: &Request) -> Result<String> {
///     let form = request.form().file_limit(1 << 20).allow_types(["image/*"]).wait()?;
///     let photo = form.file("photo")?;
///     Ok(format!("{} has {} bytes", photo.filename(), photo.size()))
/// }
///
/// let form = MultipartForm::new().bytes("photo", "cat.png", "image/png", "\x7fPNG");
/// assert_eq!(upload(&Request::blank("/").with_multipart(form))?, "cat.png has 4 bytes");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "FileStorage")]
#[doc(alias = "FileMultiDict")]
pub struct UploadedFile {
    head: PartHead,
    stored: Stored,
    blocking: Blocking,
}

impl UploadedFile {
    pub(super) fn new(head: PartHead, stored: Stored, blocking: Blocking) -> Self {
        Self {
            head,
            stored,
            blocking,
        }
    }

    pub(super) fn head(&self) -> &PartHead {
        &self.head
    }

    /// Decodes the names from the charset of the form.
    pub(super) fn read_names_in(&mut self, charset: &Charset) -> Result<()> {
        let read = self.head.read_names_in(charset);
        read.map_err(|error| refused(&error))
    }

    /// The name of the field.
    #[must_use]
    pub fn name(&self) -> &str {
        self.head.name()
    }

    /// The name of the file, for display, without folders and control characters; it may be empty.
    ///
    /// The client chooses it; do not use it as a path: see [`save_in`](Self::save_in).
    #[must_use]
    pub fn filename(&self) -> &str {
        self.head.filename().unwrap_or_default()
    }

    /// The name of the file as it was sent.
    #[must_use]
    pub fn raw_filename(&self) -> &str {
        self.head.raw_filename().unwrap_or_default()
    }

    /// The content type that the client declares; the content is not checked. `None` if it is absent or cannot be
    /// parsed.
    #[must_use]
    pub fn content_type(&self) -> Option<Mime> {
        self.head.content_type()
    }

    /// The content type as it was sent.
    #[must_use]
    pub fn raw_content_type(&self) -> Option<&str> {
        self.head.raw_content_type()
    }

    /// All headers of its part.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        self.head.headers()
    }

    /// The length of the content, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.stored.length()
    }

    /// Reads the whole content. It is copied if it is on disk or was received in several chunks. The result does not
    /// count against the [`Budget`](crate::gateway::Budget) for bodies.
    ///
    /// # Errors
    ///
    /// A `500` if the temporary file cannot be read.
    pub fn bytes(&self) -> AwaitOrWait<Doing<'static, Bytes>> {
        let stored = self.stored.clone();
        if stored.is_in_memory() {
            return AwaitOrWait(Box::pin(async move { Ok(stored.read()?) }));
        }
        self.work(move || stored.read())
    }

    /// The content as a reader, from its beginning, for a `fn`: it may block.
    ///
    /// Each reader has its own position.
    ///
    /// ```
    /// use rustzeug::{Request, form::MultipartForm};
    /// use std::io::{Read, Seek, SeekFrom};
    ///
    /// let form = MultipartForm::new().bytes("data", "a.txt", "text/plain", "one two");
    /// let form = Request::blank("/").with_multipart(form).form().wait()?;
    /// let (mut reader, mut text) = (form.file("data")?.reader(), String::new());
    /// reader.seek(SeekFrom::End(-3))?;
    /// reader.read_to_string(&mut text)?;
    /// assert_eq!(text, "two");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn reader(&self) -> FileReader {
        FileReader {
            stored: self.stored.clone(),
            position: 0,
        }
    }

    /// The content as a body, from its beginning: to read it by chunks in an `async fn`, or to send it.
    #[must_use]
    pub fn body(&self) -> Body {
        let mut body = self.stored.body();
        body.bind(&self.blocking);
        body
    }

    /// Writes the content to a file at `path`; an existing file is replaced.
    ///
    /// Do not build the path from names that the client sent: see [`save_in`](Self::save_in).
    ///
    /// # Errors
    ///
    /// A `500` if the file cannot be written.
    pub fn save(&self, path: impl Into<PathBuf>) -> AwaitOrWait<Doing<'static, ()>> {
        let (mut reader, path) = (self.reader(), path.into());
        self.work(move || {
            let mut file = File::create(path)?;
            io::copy(&mut reader, &mut file)?;
            Ok(())
        })
    }

    /// Writes the content to a new file in a folder, and returns its path.
    ///
    /// The name is the [`secure_filename`], with a number before the suffix if that name is taken. The file is never
    /// outside the folder, and never replaces another one.
    ///
    /// # Errors
    ///
    /// A `500` if the file cannot be written.
    ///
    /// ```
    /// use rustzeug::{Request, form::MultipartForm};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let form = MultipartForm::new().bytes("data", "../../a.txt", "text/plain", "one");
    /// let form = Request::blank("/").with_multipart(form).form().wait()?;
    /// let first = form.file("data")?.save_in(folder.path()).wait()?;
    /// let second = form.file("data")?.save_in(folder.path()).wait()?;
    /// assert_eq!(first, folder.path().join("a.txt"));
    /// assert_eq!(second, folder.path().join("a-2.txt"));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn save_in(&self, folder: impl Into<PathBuf>) -> AwaitOrWait<Doing<'static, PathBuf>> {
        let (mut reader, folder) = (self.reader(), folder.into());
        let name = secure_filename(self.filename());
        self.work(move || {
            let (mut file, path) = create_in(&folder, &name)?;
            if let Err(error) = io::copy(&mut reader, &mut file) {
                let _ = fs::remove_file(&path);
                return Err(error);
            }
            Ok(path)
        })
    }

    /// Blocking work that starts when it is awaited.
    fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> AwaitOrWait<Doing<'static, T>> {
        let blocking = self.blocking.clone();
        AwaitOrWait(Box::pin(async move { Ok(blocking.run(work).await??) }))
    }
}

/// Creates a new file with the name `name` or a similar one.
fn create_in(folder: &Path, name: &str) -> io::Result<(File, PathBuf)> {
    let mut number = 1_u64;
    loop {
        let path = match number {
            1 => folder.join(name),
            _ => folder.join(numbered(name, number)),
        };
        match File::create_new(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            created => return Ok((created?, path)),
        }
    }
}

impl fmt::Debug for UploadedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadedFile")
            .field("name", &self.name())
            .field("filename", &self.filename())
            .field("content", &self.stored)
            .finish_non_exhaustive()
    }
}

/// A reader of the content of an uploaded file: see [`UploadedFile::reader`].
///
/// ```
/// use rustzeug::{Request, form::MultipartForm};
/// use std::io::{BufRead, BufReader};
///
/// let form = MultipartForm::new().bytes("data", "a.csv", "text/csv", "1;2\n3;4\n");
/// let form = Request::blank("/").with_multipart(form).form().wait()?;
/// let lines = BufReader::new(form.file("data")?.reader()).lines();
/// assert_eq!(lines.collect::<Result<Vec<_>, _>>()?, ["1;2", "3;4"]);
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileReader {
    stored: Stored,
    position: u64,
}

impl Read for FileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stored.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for FileReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.stored.length().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
