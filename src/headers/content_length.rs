//! `Content-Length`: how many bytes a content has.

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::elements;
use super::text::header_text;

/// The `Content-Length` header: how many bytes the content has.
///
/// The server sets it from the body of a response. Set it yourself only for a stream of known length.
/// `request.content_length()` is a `u64`. The value is claimed by the client, so do not allocate this much memory.
///
/// # Grammar
///
/// `Content-Length = 1*DIGIT` (RFC 9110 [§8.6](https://www.rfc-editor.org/rfc/rfc9110#section-8.6)). The same number
/// several times, in a list or in several lines, is read as one number; two different numbers are malformed.
///
/// ```
/// use rustzeug::Request;
/// use rustzeug::headers::ContentLength;
///
/// let request = Request::blank("/").with_header("content-length", "42");
/// assert_eq!(request.content_length(), Some(42));
/// assert!("+42".parse::<ContentLength>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentLength(u64);

impl From<u64> for ContentLength {
    fn from(length: u64) -> Self {
        Self(length)
    }
}

impl From<ContentLength> for u64 {
    fn from(header: ContentLength) -> Self {
        header.0
    }
}

impl Header for ContentLength {
    const NAME: HeaderName = header::CONTENT_LENGTH;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let malformed = || HeaderError::new(Self::NAME, "a number of bytes");
        let mut length = None;
        for element in elements(lines) {
            let is_number = element.iter().all(u8::is_ascii_digit);
            let text = str::from_utf8(element).ok().filter(|_| is_number);
            let number: u64 = text.and_then(|it| it.parse().ok()).ok_or_else(malformed)?;
            if length.replace(number).is_some_and(|other| other != number) {
                return Err(malformed());
            }
        }
        length.map(Self).ok_or_else(malformed)
    }

    fn encode(&self) -> HeaderValue {
        self.0.into()
    }
}

header_text! { ContentLength }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one_number() {
        #[rustfmt::skip]
        let cases = [
            ("0",                    Some(0),        "nothing"),
            ("007",                  Some(7),        "zeros in front"),
            ("18446744073709551615", Some(u64::MAX), "the greatest"),
            ("18446744073709551616", None,           "one more"),
            ("5, 5",                 Some(5),        "the same twice (§8.6)"),
            ("5, 6",                 None,           "two numbers"),
            ("",                     None,           "an empty value"),
            (",",                    None,           "an empty list"),
            ("+5",                   None,           "a sign"),
            ("-1",                   None,           "less than nothing"),
            ("5 5",                  None,           "no comma"),
            ("0x5",                  None,           "another base"),
            ("٣",                    None,           "digits are ASCII"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<ContentLength>().ok();
            assert_eq!(read.map(u64::from), want, "{text:?}: {why}");
        }
    }
}
