//! What kind of body a request has: a form or JSON.

use crate::request::Request;
use crate::syntax::media_type;

impl Request {
    /// Returns whether the content type is that of a form: `application/x-www-form-urlencoded` or
    /// `multipart/form-data`, in any case and with any parameters. The method does not matter.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("content-type", "multipart/form-data; boundary=x");
    /// assert!(request.is_form() && !request.is_json());
    /// ```
    #[must_use]
    pub fn is_form(&self) -> bool {
        let content_type = media_type::value(self.headers());
        [media_type::URLENCODED, media_type::MULTIPART]
            .iter()
            .any(|form| media_type::is(content_type, form))
    }

    /// Returns whether the content type is JSON: `application/json` or `application/…+json`, in any case and with any
    /// parameters.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("content-type", "application/vnd.api+json");
    /// assert!(request.is_json() && !request.is_form());
    /// ```
    ///
    /// RFC 6839 [§3.1](https://www.rfc-editor.org/rfc/rfc6839#section-3.1).
    #[must_use]
    pub fn is_json(&self) -> bool {
        media_type::is_json(media_type::value(self.headers()))
    }
}
