//! The content type of a response: its media type and charset.

use http::header;
use mime::Mime;

use crate::response::Response;
use crate::syntax::media_type;

impl Response {
    /// The media type of the content; `None` if there is no `Content-Type` or it cannot be parsed.
    ///
    /// Parsing is as lenient as for a request: [`Request::content_type`](crate::Request::content_type).
    ///
    /// ```
    /// use rustzeug::{Response, mime};
    ///
    /// assert_eq!(Response::html("<p>").content_type(), Some(mime::TEXT_HTML_UTF_8));
    /// assert_eq!(Response::empty(204).content_type(), None);
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
    /// ```
    /// use rustzeug::Response;
    ///
    /// assert_eq!(Response::text("x").charset().as_deref(), Some("utf-8"));
    /// assert_eq!(Response::bytes("x").charset(), None);
    /// ```
    #[must_use]
    pub fn charset(&self) -> Option<String> {
        media_type::charset_name(media_type::value(self.headers()))
    }

    /// Replaces the content type; `None` removes it. The body is not changed.
    ///
    /// **Text is declared as UTF-8.** A `text/…` type without a charset gets `charset=utf-8`: here, in
    /// [`set_header`](Self::set_header), [`with_header`](Self::with_header), [`with_headers`](Self::with_headers), and
    /// in tuples that a handler returns. No other type gets one: JSON has no such parameter, and XML
    /// (`application/xml`, `image/svg+xml` and the like) names its encoding in its first line, which a charset in the
    /// header would override. [`headers_mut`](Self::headers_mut) and the raw protocol change nothing.
    ///
    /// ```
    /// use rustzeug::{Response, mime};
    ///
    /// let mut response = Response::bytes("a,b\n");
    /// response.set_content_type(mime::TEXT_CSV);
    /// assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
    /// response.set_content_type(None);
    /// assert!(response.headers().is_empty());
    /// ```
    ///
    /// RFC 9110 [§8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.3), RFC 8259
    /// [§11](https://www.rfc-editor.org/rfc/rfc8259#section-11), RFC 7303
    /// [§3](https://www.rfc-editor.org/rfc/rfc7303#section-3).
    pub fn set_content_type(&mut self, content_type: impl Into<Option<Mime>>) -> &mut Self {
        match content_type.into() {
            Some(content_type) => {
                let value = media_type::with_charset(media_type::to_header(&content_type));
                self.headers_mut().insert(header::CONTENT_TYPE, value);
            }
            None => {
                self.headers_mut().remove(header::CONTENT_TYPE);
            }
        }
        self
    }

    /// Replaces the content type; text is declared as UTF-8: see [`set_content_type`](Self::set_content_type).
    ///
    /// ```
    /// use rustzeug::{Response, mime};
    ///
    /// let png = Response::bytes("…").with_content_type(mime::IMAGE_PNG);
    /// assert_eq!(png.headers()["content-type"], "image/png");
    ///
    /// let latin: mime::Mime = "text/plain; charset=iso-8859-1".parse()?;
    /// let text = Response::bytes(vec![0xE4]).with_content_type(latin);
    /// assert_eq!(text.charset().as_deref(), Some("iso-8859-1"));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn with_content_type(mut self, content_type: Mime) -> Self {
        self.set_content_type(content_type);
        self
    }
}
