//! Links to files, with a fingerprint of the content.

use std::sync::Arc;

use super::fingerprint;
use super::settings::Source;
use super::settings::StaticFiles;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url::encode_path;
use crate::request::Request;

/// The files in front of an application, for links to them.
#[derive(Clone)]
pub(super) struct StaticUrls {
    files: Arc<StaticFiles>,
    script_name: String,
}

impl StaticUrls {
    pub(super) fn new(files: &Arc<StaticFiles>, script_name: &str) -> Self {
        Self {
            files: Arc::clone(files),
            script_name: script_name.to_owned(),
        }
    }
}

impl StaticFiles {
    /// The path of a file below the mount, with a fingerprint of its content in the name:
    /// `/static/app.5d41402abc4b2a76.css`. A file longer than 16 MiB gets its plain path.
    ///
    /// The content of such a path never changes, so browsers may store it forever: it is sent with `immutable`. When
    /// the file changes, its path does too. An old path leads to the new content, without `immutable`.
    ///
    /// The file is read at the first call, and after each change. This may block.
    ///
    /// # Errors
    ///
    /// A `500` if there is no such file.
    ///
    /// ```
    /// use rustzeug::static_files::StaticFiles;
    ///
    /// let files = StaticFiles::built_in(&[("app.css", b"body { margin: 0 }")]).with_prefix("/static");
    /// assert_eq!(files.url("app.css")?, "/static/app.4a2c3f8d41863142.css");
    /// assert!(files.url("nothing.css").is_err());
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn url(&self, name: &str) -> Result<String> {
        let entry = match &self.source {
            Source::BuiltIn(files) => files.file(name).cloned(),
            Source::Directory(directory) => match directory.cached(name) {
                Some(entry) => Some(entry),
                None => directory.load(name, self.bounds)?,
            },
        };
        let Some(entry) = entry else {
            return Err(Error::from(format!("static files: there is no `{name}`")));
        };
        let printed = entry.fingerprint()?.map(|it| fingerprint::insert(name, it));
        let name = printed.as_deref().unwrap_or(name);
        Ok(format!("{}/{}", self.prefix, encode_path(name.as_bytes())))
    }
}

/// Links to static files.
impl Request {
    /// The path of a file of the [`StaticFiles`] around the application, including the mount, with a fingerprint in the
    /// name: see [`StaticFiles::url`].
    ///
    /// # Errors
    ///
    /// A `500` if there is no such file, or if the application is not inside [`StaticFiles::or`].
    ///
    /// ```
    /// use rustzeug::{Html, Request, Result, static_files::StaticFiles};
    ///
    /// fn page(request: &Request) -> Result<Html<String>> {
    ///     let link = request.static_url("app.css")?;
    ///     Ok(Html(format!("<link rel=stylesheet href='{link}'>")))
    /// }
    ///
    /// let app = StaticFiles::built_in(&[("app.css", b"body { margin: 0 }")]).with_prefix("/static").or(page);
    /// let mut response = Request::blank("/").send(&app).wait()?;
    /// let text = response.read_text().wait()?;
    /// assert_eq!(text, "<link rel=stylesheet href='/static/app.4a2c3f8d41863142.css'>");
    ///
    /// let response = Request::blank("/static/app.4a2c3f8d41863142.css").send(&app).wait()?;
    /// assert_eq!(response.headers()["cache-control"], "max-age=31536000, immutable");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "url_for")]
    pub fn static_url(&self, name: &str) -> Result<String> {
        let Some(urls) = self.extensions().get::<StaticUrls>() else {
            let text = "static_url: the application is not inside `StaticFiles::or`";
            return Err(Error::from(text));
        };
        Ok(format!("{}{}", urls.script_name, urls.files.url(name)?))
    }
}
