//! The content type of a request's body: its media type and charset.

use http::header;
use mime::Mime;

use crate::request::Request;
use crate::syntax::media_type;

impl Request {
    /// The media type of the body; `None` if there is no `Content-Type` or it cannot be parsed.
    ///
    /// Parsing is lenient. White space around `;` and `=` is ignored, and values may lack the quotes that they need. A
    /// parameter that cannot be parsed, or that a [`Mime`] cannot hold (an empty value, or a value with a quote or a
    /// backslash), is left out; the type is kept. Two types in one line, joined by a comma, give `None`, because it is
    /// not clear which is meant. If there are several lines, the first counts.
    ///
    /// The type, the subtype, the names of parameters and the charset are in lower case. `header_text("content-type")`
    /// returns the value as it was sent.
    ///
    /// ```
    /// use rustzeug::{Request, mime};
    ///
    /// let request = Request::blank("/").with_header("content-type", "Text/HTML ; charset = UTF-8");
    /// assert_eq!(request.content_type(), Some(mime::TEXT_HTML_UTF_8));
    ///
    /// let request = Request::blank("/").with_header("content-type", "image/svg+xml; charset=");
    /// let content_type = request.content_type().unwrap();
    /// assert_eq!((content_type.type_(), content_type.suffix()), (mime::IMAGE, Some(mime::XML)));
    /// assert_eq!(content_type.essence_str(), "image/svg+xml");
    ///
    /// assert_eq!(Request::blank("/").content_type(), None);
    /// ```
    ///
    /// RFC 9110 [§8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.3).
    #[must_use]
    #[doc(alias = "mimetype")]
    pub fn content_type(&self) -> Option<Mime> {
        media_type::parse(media_type::value(self.headers()))
    }

    /// The charset that the content type declares, in lower case; `None` if it declares none.
    ///
    /// [`text`](Self::text) decodes with this charset. The name may be one that is unknown to this crate.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_header("content-type", "text/plain; charset=ISO-8859-1");
    /// assert_eq!(request.charset().as_deref(), Some("iso-8859-1"));
    /// assert_eq!(Request::blank("/").charset(), None);
    /// ```
    ///
    /// RFC 9110 [§8.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.3.2).
    #[must_use]
    pub fn charset(&self) -> Option<String> {
        media_type::charset_name(media_type::value(self.headers()))
    }

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

    /// Replaces the content type; `None` removes it. The value is written as given; no charset is added.
    ///
    /// ```
    /// use rustzeug::{Request, mime};
    ///
    /// let mut request = Request::blank("/");
    /// request.set_content_type(mime::TEXT_CSV);
    /// assert_eq!(request.headers()["content-type"], "text/csv");
    /// request.set_content_type(None);
    /// assert!(request.headers().is_empty());
    /// ```
    pub fn set_content_type(&mut self, content_type: impl Into<Option<Mime>>) -> &mut Self {
        match content_type.into() {
            Some(content_type) => {
                let value = media_type::to_header(&content_type);
                self.headers_mut().insert(header::CONTENT_TYPE, value);
            }
            None => {
                self.headers_mut().remove(header::CONTENT_TYPE);
            }
        }
        self
    }

    /// Replaces the content type: see [`set_content_type`](Self::set_content_type).
    ///
    /// ```
    /// use rustzeug::{Request, mime};
    ///
    /// let request = Request::blank("/").with_method("PUT").with_content_type(mime::IMAGE_PNG).with_body("…");
    /// assert_eq!(request.headers()["content-type"], "image/png");
    /// ```
    #[must_use]
    pub fn with_content_type(mut self, content_type: Mime) -> Self {
        self.set_content_type(content_type);
        self
    }
}
