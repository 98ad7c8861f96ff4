//! `Content-Encoding`: the codings of the content, which the recipient must decode.

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::ContentCoding;
use super::Header;
use super::HeaderError;
use super::lines::elements;
use super::lines::written;
use super::text::header_text;

/// The `Content-Encoding` header: the codings that were applied to the content, in their order.
///
/// Setting it does not encode the body: the body must already be encoded.
///
/// # Grammar
///
/// `Content-Encoding = #content-coding` (RFC 9110
/// [§8.4](https://www.rfc-editor.org/rfc/rfc9110#section-8.4))
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::{ContentCoding, ContentEncoding};
///
/// let response = Response::bytes("…").with_content_encoding([ContentCoding::GZIP]);
/// assert_eq!(response.headers()["content-encoding"], "gzip");
/// assert_eq!("GZIP, br".parse::<ContentEncoding>()?.codings(), [ContentCoding::GZIP, ContentCoding::BR]);
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentEncoding(Vec<ContentCoding>);

impl ContentEncoding {
    /// The codings, in the order in which they were applied.
    #[must_use]
    pub fn codings(&self) -> &[ContentCoding] {
        &self.0
    }
}

/// Leaves out `*`, which is not a coding.
impl FromIterator<ContentCoding> for ContentEncoding {
    fn from_iter<I: IntoIterator<Item = ContentCoding>>(codings: I) -> Self {
        let is_coding = |coding: &ContentCoding| *coding != ContentCoding::ANY;
        Self(codings.into_iter().filter(is_coding).collect())
    }
}

impl<const N: usize> From<[ContentCoding; N]> for ContentEncoding {
    fn from(codings: [ContentCoding; N]) -> Self {
        codings.into_iter().collect()
    }
}

impl Header for ContentEncoding {
    const NAME: HeaderName = header::CONTENT_ENCODING;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let read = |name| ContentCoding::read(name).filter(|it| *it != ContentCoding::ANY);
        let codings = elements(lines).map(read).collect::<Option<_>>();
        codings
            .map(Self)
            .ok_or(HeaderError::new(Self::NAME, "codings such as `gzip`"))
    }

    fn encode(&self) -> HeaderValue {
        let names: Vec<_> = self.0.iter().map(ContentCoding::as_str).collect();
        written(names.join(", "))
    }
}

header_text! { ContentEncoding }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_codings() {
        #[rustfmt::skip]
        let cases = [
            ("gzip",          Some("gzip"),     "one"),
            ("GZip,,\tbr ,",  Some("gzip, br"), "empty elements do not count"),
            ("",              Some(""),         "none"),
            ("*",             None,             "no coding"),
            ("gzip;q=1",      None,             "there are no weights"),
            ("g zip",         None,             "two words"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<ContentEncoding>().ok();
            assert_eq!(
                read.map(|it| it.to_string()).as_deref(),
                want,
                "{text:?}: {why}"
            );
        }
    }
}
