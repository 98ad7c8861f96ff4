//! Files that a front-end server sends.

use http::HeaderName;
use http::header;

use super::media_type;
use crate::base::url::encode_path;
use crate::response::Response;

/// Files that a front-end server sends after the application has allowed it.
impl Response {
    /// Lets nginx send the file of an `internal` location: `X-Accel-Redirect` with its path. The argument is decoded;
    /// the header is percent-encoded. The content type comes from the suffix. nginx adds length, ranges and validators.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let response = Response::accel_redirect("/protected/a film.mp4").with_attachment("film.mp4");
    /// assert_eq!(response.headers()["x-accel-redirect"], "/protected/a%20film.mp4");
    /// assert_eq!(response.headers()["content-type"], "video/mp4");
    /// ```
    #[must_use]
    #[doc(alias = "X-Accel-Redirect")]
    pub fn accel_redirect(path: impl AsRef<str>) -> Self {
        let path = path.as_ref();
        let value = encode_path(path.as_bytes()).into_owned();
        Self::empty(200)
            .with_header(header::CONTENT_TYPE, media_type::by_name(path))
            .with_header(HeaderName::from_static("x-accel-redirect"), value)
    }

    /// Lets Apache (`mod_xsendfile`) or lighttpd send the file at a path of the file system: `X-Sendfile`. The content
    /// type is that of the suffix.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let response = Response::x_sendfile("/srv/films/1.mp4");
    /// assert_eq!(response.headers()["x-sendfile"], "/srv/films/1.mp4");
    /// ```
    #[must_use]
    #[doc(alias = "X-Sendfile")]
    pub fn x_sendfile(path: impl AsRef<str>) -> Self {
        let path = path.as_ref();
        Self::empty(200)
            .with_header(header::CONTENT_TYPE, media_type::by_name(path))
            .with_header(HeaderName::from_static("x-sendfile"), path)
    }
}
