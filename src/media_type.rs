//! The media type of a message, read leniently: what stands before the first `;`, and the charset after it.

use http::HeaderMap;
use http::header;

use crate::charset::Charset;
use crate::syntax::Parameters;
use crate::syntax::unescaped;

/// The content type as it was sent; empty when there is none.
#[cfg(feature = "form")]
pub(crate) fn value(headers: &HeaderMap) -> &[u8] {
    let value = headers.get(header::CONTENT_TYPE);
    value.map_or(&b""[..], |value| value.as_bytes())
}

/// Type and subtype as they were sent, without white space and parameters; empty when there is
/// none. They have no case: compare them without.
///
/// RFC 9110 §8.3.1.
#[cfg(feature = "multipart")]
pub(crate) fn essence(headers: &HeaderMap) -> &[u8] {
    essence_of(value(headers))
}

/// The same of a content type.
#[cfg(any(feature = "form", feature = "json"))]
pub(crate) fn essence_of(content_type: &[u8]) -> &[u8] {
    let end = content_type.iter().position(|byte| *byte == b';');
    content_type[..end.unwrap_or(content_type.len())].trim_ascii()
}

/// The charset that a content type declares; `None` where it declares none that can be read.
///
/// RFC 9110 §8.3.2.
pub(crate) fn charset(content_type: &[u8]) -> Option<Charset> {
    // Mostly there are no parameters.
    if !content_type.contains(&b';') {
        return None;
    }
    let (_, parameters) = Parameters::after(content_type, 0);
    for parameter in parameters {
        let parameter = parameter.ok()?;
        let name = &content_type[parameter.name];
        if parameter.is_sound && name.eq_ignore_ascii_case(b"charset") {
            let value = &content_type[parameter.value];
            let is_quoted = parameter.is_quoted;
            let label = if is_quoted {
                unescaped(value)
            } else {
                value.into()
            };
            return Some(Charset::of(&label));
        }
    }
    None
}

/// The charset that the content type of a message declares.
pub(crate) fn charset_of(headers: &HeaderMap) -> Option<Charset> {
    charset(headers.get(header::CONTENT_TYPE)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charset_is_a_parameter() {
        #[rustfmt::skip]
        let cases = [
            ("text/plain; charset=utf-8",         Some(true),  "as all write it"),
            ("text/plain;CHARSET=\"UTF-8\"; x=y", Some(true),  "in capitals and quotes"),
            ("text/plain; charset = utf8 ",       Some(true),  "blanks do no harm"),
            ("text/plain; x; y=\"z\"; charset=\"nonsense\"", Some(false), "after others"),
            ("text/plain",                        None,        "no parameter"),
            ("charset=utf-8",                     None,        "a type, and no parameter"),
            ("text/plain; xcharset=utf-8",        None,        "another one"),
            ("text/plain; charset=",              None,        "an empty one"),
            ("text/plain; charset=\"utf-8",       None,        "one that cannot be read"),
        ];
        for (content_type, is_utf8, why) in cases {
            let charset = charset(content_type.as_bytes());
            assert_eq!(
                charset.map(|charset| charset.is_utf8()),
                is_utf8,
                "{content_type}: {why}"
            );
        }
    }
}
