//! A folder of files, or built-in files, and the settings for serving them.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::built_in::BuiltIn;
use super::cache::Bounds;
use super::directory::Directory;
use crate::base::url::encode_path;
use crate::headers::CacheControl;

/// The source of the files.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Directory(Arc<Directory>),
    BuiltIn(Arc<BuiltIn>),
}

type CacheRule = Arc<dyn Fn(&str) -> CacheControl + Send + Sync>;

/// An application that serves the files of a folder, or files that are built into the program.
///
/// Alone, or mounted in a router, it answers `404` if there is no file. With [`or`](Self::or), an application gets all
/// requests that are not for a file.
///
/// | | |
/// |---|---|
/// | methods | `GET` and `HEAD`; others get `405`, or go to the application |
/// | content type | from the suffix of the name; `application/octet-stream` if it is unknown; with `X-Content-Type-Options: nosniff` |
/// | conditional requests, ranges | [`Response::conditional`](crate::Response::conditional), by `ETag` (length and time of the last change) and `Last-Modified` |
/// | caches | `Cache-Control: no-cache`: a client revalidates each time and gets a `304`; see [`with_cache_control`](Self::with_cache_control) |
/// | `app.css.br`, `.zst`, `.gz` beside `app.css` | sent instead, with `Content-Encoding`, to a client that accepts the coding |
/// | a folder | its `index.html`; `/docs` is redirected (`308`) to `/docs/` |
/// | names that begin with a dot | `404`, except below `/.well-known` |
/// | symbolic links | followed inside the folder; a link that leads out of it gets `404` |
/// | pipes, devices, sockets | `404`; they are not opened |
/// | names that are not UTF-8, or that [`safe_join`](crate::filename::safe_join) refuses | `404` |
///
/// The metadata of a file, and the content of a file of up to 64 KiB, are cached in memory for a second. During this
/// second such a file is sent without access to the disk. Longer files are opened on a worker, and read while they are
/// sent.
///
/// ```no_run
/// use rustzeug::{Request, serve, static_files::StaticFiles};
///
/// fn page(request: &Request) -> String {
///     format!("no file at {}\n", request.path())
/// }
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     Ok(serve("127.0.0.1:8000", StaticFiles::new("public")?.or(page))?)
/// }
/// ```
#[derive(Clone)]
pub struct StaticFiles {
    pub(super) source: Source,
    /// Percent-encoded. It is empty, or begins with a slash and does not end with a slash.
    pub(super) prefix: String,
    pub(super) index: Option<String>,
    pub(super) not_found_page: Option<String>,
    pub(super) has_listing: bool,
    pub(super) cache_rule: Option<CacheRule>,
    pub(super) bounds: Bounds,
}

impl StaticFiles {
    /// Serves the files of a folder, which may change at any time. A relative path is relative to the current working
    /// directory.
    ///
    /// # Errors
    ///
    /// The folder does not exist, is not a folder, or is not accessible.
    ///
    /// ```
    /// use rustzeug::{Request, static_files::StaticFiles};
    ///
    /// let files = StaticFiles::new("examples")?;
    /// let response = Request::blank("/form.rs").with_method("HEAD").send(&files).wait()?;
    /// assert_eq!(response.status(), 200);
    /// assert_eq!(Request::blank("/../Cargo.toml").send(&files).wait()?.status(), 404);
    ///
    /// assert!(StaticFiles::new("no such folder").is_err());
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "send_from_directory")]
    #[doc(alias = "SharedDataMiddleware")]
    #[doc(alias = "DirectoryApp")]
    #[doc(alias = "ServeDir")]
    pub fn new(folder: impl AsRef<Path>) -> io::Result<Self> {
        let folder = folder.as_ref();
        let directory = Directory::new(folder).map_err(|error| {
            let text = format!("static files: `{}`: {error}", folder.display());
            io::Error::new(error.kind(), text)
        })?;
        Ok(Self::of(Source::Directory(Arc::new(directory))))
    }

    /// Serves files that are built into the program, with their names: segments separated by `/`.
    ///
    /// `include_bytes!` builds a file in.
    ///
    /// ```
    /// use rustzeug::{Request, static_files::StaticFiles};
    ///
    /// // In a program: include_bytes!("../public/css/app.css")
    /// const STYLE: &[u8] = b"body { margin: 0 }";
    ///
    /// let files = StaticFiles::built_in(&[("css/app.css", STYLE)]);
    /// let response = Request::blank("/css/app.css").send(&files).wait()?;
    /// assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn built_in(files: &[(&'static str, &'static [u8])]) -> Self {
        Self::of(Source::BuiltIn(Arc::new(BuiltIn::new(files))))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            prefix: String::new(),
            index: Some("index.html".to_owned()),
            not_found_page: None,
            has_listing: false,
            cache_rule: None,
            bounds: Bounds {
                files: 2000,
                bytes: 16 << 20,
            },
        }
    }

    /// Serves the files only below this path, relative to the mount: `/static`. The path is not percent-encoded, and a
    /// slash at its end is ignored. By default there is no prefix.
    #[must_use]
    pub fn with_prefix(mut self, path: impl AsRef<str>) -> Self {
        let path = path.as_ref().trim_matches('/');
        let path = encode_path(path.as_bytes());
        self.prefix = if path.is_empty() {
            String::new()
        } else {
            format!("/{path}")
        };
        self
    }

    /// Sets the name of the file that is sent for a folder; `None` for no such file. The default is `index.html`.
    #[must_use]
    pub fn with_index<'n>(mut self, name: impl Into<Option<&'n str>>) -> Self {
        self.index = name.into().map(str::to_owned);
        self
    }

    /// Sets the file that is sent with the status `404` if there is no file. The default is the error page. With
    /// [`or`](Self::or), the application answers instead.
    #[must_use]
    pub fn with_not_found_page(mut self, name: impl Into<String>) -> Self {
        self.not_found_page = Some(name.into());
        self
    }

    /// Lists folders that have no index: a page with names, sizes and times, which the user can sort. Hidden names are
    /// left out. Of a folder with more than 10,000 names, only a part is listed. Built-in files are not listed.
    #[must_use]
    #[doc(alias = "autoindex")]
    pub fn with_listing(mut self) -> Self {
        self.has_listing = true;
        self
    }

    /// Sets a function that decides what caches may do with a file, from its name relative to the folder. It is called
    /// for each response, and must not block. The default is `no-cache`. A name with a [fingerprint](Self::url) is
    /// always immutable.
    ///
    /// ```
    /// use rustzeug::headers::CacheControl;
    /// use rustzeug::static_files::StaticFiles;
    /// use std::time::Duration;
    ///
    /// let files = StaticFiles::new("examples")?.with_cache_control(|name| match name {
    ///     "index.html" => CacheControl::new().with_no_cache(),
    ///     _ => CacheControl::new().with_max_age(Duration::from_secs(3600)),
    /// });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "max_age")]
    pub fn with_cache_control(
        mut self,
        rule: impl Fn(&str) -> CacheControl + Send + Sync + 'static,
    ) -> Self {
        self.cache_rule = Some(Arc::new(rule));
        self
    }

    /// Sets the maximum number of files that are cached in memory. The default is 2000; 0 disables the cache.
    #[must_use]
    pub fn with_cached_files(mut self, files: usize) -> Self {
        self.bounds.files = files;
        self
    }

    /// Sets the maximum number of bytes of content that are cached in memory. The default is 16 MiB.
    #[must_use]
    pub fn with_cached_bytes(mut self, bytes: usize) -> Self {
        self.bounds.bytes = bytes;
        self
    }
}

impl fmt::Debug for StaticFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticFiles")
            .field("source", &self.source)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
