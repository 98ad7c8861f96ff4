//! `Content-Type`: the media type of a message.

use http::HeaderName;
use http::HeaderValue;
use http::header;
use mime::Mime;

use super::Header;
use super::HeaderError;
use super::text::header_text;
use crate::syntax::media_type;

/// The `Content-Type` header: media type and parameters of the content.
///
/// In `request.content_type()` and `response.with_content_type(..)` it is a [`Mime`].
///
/// It is read leniently. White space around `;` and `=` is accepted, and so are values without the quotes that they
/// need. A malformed parameter is left out, and so is a parameter that a [`Mime`] cannot hold (an empty value, or a
/// value with a quote or a backslash). The type is still read. Two types in one line, joined by a comma, are malformed,
/// because it is unknown which one is meant. If there are several lines, the first one counts.
///
/// Type, subtype, parameter names and the charset are in lower case. `header_text("content-type")` returns the value as
/// it was sent.
///
/// # Grammar
///
/// `Content-Type = media-type` (RFC 9110 [§8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.3))
///
/// ```
/// use rustzeug::{Request, Response, mime};
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
///
/// let mut response = Response::bytes("a,b\n");
/// response.set_content_type(mime::TEXT_CSV);
/// assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
/// response.set_content_type(None);
/// assert!(response.headers().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContentType(Mime);

impl From<Mime> for ContentType {
    fn from(media_type: Mime) -> Self {
        Self(media_type)
    }
}

impl From<ContentType> for Mime {
    fn from(content_type: ContentType) -> Self {
        content_type.0
    }
}

impl Header for ContentType {
    const NAME: HeaderName = header::CONTENT_TYPE;

    fn decode<'a>(mut lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let line = lines.next().map(HeaderValue::as_bytes);
        line.and_then(media_type::parse)
            .map(Self)
            .ok_or(HeaderError::new(
                Self::NAME,
                "a media type such as `text/html`",
            ))
    }

    fn encode(&self) -> HeaderValue {
        media_type::to_header(&self.0)
    }
}

header_text! { ContentType }
