//! One file as a response.

use std::fs::File;
use std::io;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;

use http::HeaderValue;
use http::header;

use super::answer::refused;
use super::directory;
use super::media_type;
use super::stored::Stored;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::filename::safe_join;
use crate::gateway::Body;
use crate::headers::ContentDisposition;
use crate::headers::ETag;
use crate::response::Response;

const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const BINARY: &str = "application/octet-stream";

/// An open file or a path, for [`Response::file`].
///
/// Implemented for [`File`], [`&Path`](Path), [`PathBuf`], `&str` and `String`.
pub trait IntoFile {
    /// The open file, and its content type by the suffix of the path.
    #[doc(hidden)]
    fn into_file(self) -> io::Result<(File, HeaderValue)>;
}

impl IntoFile for File {
    fn into_file(self) -> io::Result<(File, HeaderValue)> {
        Ok((self, media_type::by_name("")))
    }
}

impl IntoFile for &Path {
    fn into_file(self) -> io::Result<(File, HeaderValue)> {
        let Some((_, file)) = Stored::open(self)? else {
            let text = format!("`{}` is not a regular file", self.display());
            return Err(io::Error::new(ErrorKind::InvalidInput, text));
        };
        let name = self.file_name().unwrap_or_default();
        Ok((file, media_type::by_name(&name.to_string_lossy())))
    }
}

macro_rules! into_file_by_path {
    ($($path:ty)*) => {$(
        impl IntoFile for $path {
            fn into_file(self) -> io::Result<(File, HeaderValue)> {
                Path::new(&self).into_file()
            }
        }
    )*};
}

into_file_by_path! { PathBuf &PathBuf &str String &String }

/// Files.
impl Response {
    /// A response with a file: an open file from its current position to its end, or the file at a path.
    ///
    /// It has `ETag` (from the length and the time of the last change), `Last-Modified`, `Cache-Control: no-cache` and
    /// `X-Content-Type-Options: nosniff`. The content type comes from the suffix of the path; for an open file it is
    /// `application/octet-stream`. With [`conditional`](Self::conditional), a client can get a `304` or a range.
    ///
    /// The file is read piece by piece while it is sent. If it becomes shorter meanwhile, the connection is cut, so
    /// that the client notices. Opening a file may block: an `async fn` opens it on the event loop, which is fine for a
    /// local disk. For a slow disk use `request.environ().blocking()`.
    ///
    /// The path must not come from the client: use [`file_in`](Self::file_in) for that.
    ///
    /// # Errors
    ///
    /// Those of opening the file. A folder, a pipe or a device is [`InvalidInput`](ErrorKind::InvalidInput); it is not
    /// opened. With `?` these errors become a `500`.
    ///
    /// ```
    /// use rustzeug::{Request, Response};
    ///
    /// fn manifest(request: &Request) -> rustzeug::Result<Response> {
    ///     Ok(Response::file("Cargo.toml")?.conditional(request))
    /// }
    ///
    /// let mut response = manifest(&Request::blank("/").with_header("range", "bytes=0-99"))?;
    /// assert_eq!(response.status(), 206);
    /// assert_eq!(response.read_bytes().wait()?.len(), 100);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "FileResponse")]
    #[doc(alias = "FileApp")]
    #[doc(alias = "send_file")]
    pub fn file(file: impl IntoFile) -> io::Result<Self> {
        let (file, content_type) = file.into_file()?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        let mut response = Self::typed(content_type, Body::file(file)?);
        if let Ok(modified) = metadata.modified() {
            response.set_etag(ETag::of_file(metadata.len(), modified));
            response.set_last_modified(Some(modified.into()));
        }
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
        headers.insert(header::CACHE_CONTROL, NO_CACHE);
        Ok(response)
    }

    /// A response with a file below a folder, for a path from the client: [`safe_join`], then [`file`](Self::file).
    ///
    /// Symbolic links are followed inside the folder. A browser runs scripts in HTML and SVG with the rights of your
    /// site. So send uploaded files [as attachments](Self::with_attachment), or from another host.
    ///
    /// # Errors
    ///
    /// `404` if the path is not safe, if there is no regular file, or if a symbolic link leads out of the folder; `403` if
    /// the file is not readable.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let response = Response::file_in("examples", "form.rs")?;
    /// assert_eq!(response.status(), 200);
    /// assert_eq!(Response::file_in("examples", "../Cargo.toml").err().unwrap().status(), 404);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "send_from_directory")]
    pub fn file_in(folder: impl AsRef<Path>, path: impl AsRef<str>) -> Result<Self> {
        let (folder, path) = (folder.as_ref(), path.as_ref());
        let joined = safe_join(folder, path).ok_or_else(Error::not_found)?;
        let real = directory::inside(folder, &joined).map_err(refused)?;
        let real = real.ok_or_else(Error::not_found)?;
        let opened = directory::existing(Stored::open(&real)).map_err(refused)?;
        let (_, file) = opened.flatten().ok_or_else(Error::not_found)?;
        let mut response = Self::file(file)?;
        let content_type = media_type::by_name(path);
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
        Ok(response)
    }

    /// Makes the browser save the content as a file of this name, instead of showing it: `Content-Disposition`.
    ///
    /// The name may be in any script. Only its last segment counts, and control characters are removed. A response of
    /// type `application/octet-stream` gets the type of the suffix.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let response = Response::bytes("…").with_attachment("Bericht.pdf");
    /// assert_eq!(response.headers()["content-disposition"], "attachment; filename=Bericht.pdf");
    /// assert_eq!(response.headers()["content-type"], "application/pdf");
    ///
    /// let response = Response::file("Cargo.toml")?.with_attachment("Überblick.txt");
    /// assert_eq!(
    ///     response.headers()["content-disposition"],
    ///     "attachment; filename=_berblick.txt; filename*=UTF-8''%C3%9Cberblick.txt",
    /// );
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// RFC 6266 [§4](https://www.rfc-editor.org/rfc/rfc6266#section-4).
    #[must_use]
    #[doc(alias = "as_attachment")]
    #[doc(alias = "download_name")]
    pub fn with_attachment(mut self, name: impl AsRef<str>) -> Self {
        let name = name.as_ref().rsplit(['/', '\\']).next();
        let name = name.unwrap_or_default();
        let headers = self.headers_mut();
        if headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|it| it == BINARY)
        {
            headers.insert(header::CONTENT_TYPE, media_type::by_name(name));
        }
        self.with_content_disposition(ContentDisposition::attachment(name))
    }
}
