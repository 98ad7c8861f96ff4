//! `If-Range`: the condition that the state is still the same for a range.

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::ETag;
use super::Header;
use super::HeaderError;
use super::HttpDate;
use super::lines::only;
use super::text::header_text;

/// The `If-Range` header: "send the range if the state is still this one, otherwise the whole representation".
///
/// [`Response::conditional`](crate::Response::conditional) evaluates it. A weak tag never holds, and a date holds only
/// if it is exactly the `Last-Modified` of the response and at least a second older than now.
///
/// # Grammar
///
/// `If-Range = entity-tag / HTTP-date` (RFC 9110 [§13.1.5](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5))
///
/// ```
/// use rustzeug::Request;
/// use rustzeug::headers::{ETag, IfRange};
///
/// let request = Request::blank("/film").with_header("range", "bytes=100-").with_if_range(ETag::from("v7"));
/// assert_eq!(request.headers()["if-range"], "\"v7\"");
/// assert_eq!(request.if_range(), Some(IfRange::Tag(ETag::from("v7"))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IfRange {
    /// The state has this tag.
    Tag(ETag),
    /// The representation was last modified at this time.
    Date(HttpDate),
}

impl From<ETag> for IfRange {
    fn from(etag: ETag) -> Self {
        Self::Tag(etag)
    }
}

impl From<HttpDate> for IfRange {
    fn from(date: HttpDate) -> Self {
        Self::Date(date)
    }
}

impl Header for IfRange {
    const NAME: HeaderName = header::IF_RANGE;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let line = only(lines).unwrap_or_default();
        let tag = super::etag::Tag::whole(line).map(|tag| Self::Tag(ETag::of_tag(tag)));
        tag.or_else(|| HttpDate::parse(line).ok().map(Self::Date))
            .ok_or(HeaderError::new(Self::NAME, "a tag in quotes, or a date"))
    }

    fn encode(&self) -> HeaderValue {
        match self {
            Self::Tag(etag) => etag.encode(),
            Self::Date(date) => HeaderValue::from(*date),
        }
    }
}

header_text! { IfRange }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_or_a_date() {
        let date = IfRange::Date(HttpDate::from_unix_seconds(784_111_777));
        #[rustfmt::skip]
        let cases = [
            ("\"a\"",                         Some(IfRange::Tag(ETag::strong("a"))), "a tag"),
            ("W/\"a\"",                       Some(IfRange::Tag(ETag::weak("a"))),   "a weak one, which never holds"),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(date.clone()),                    "a date"),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(date),                           "in an old form"),
            ("\"a\", \"b\"",                  None,                                  "it is not a list"),
            ("*",                             None,                                  "and no star"),
            ("a",                             None,                                  "no quotes"),
            ("",                              None,                                  "an empty value"),
        ];
        for (text, want, why) in cases {
            assert_eq!(text.parse().ok(), want, "{text:?}: {why}");
        }
    }
}
