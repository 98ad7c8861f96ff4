//! The media type of a message: reading a content type leniently, and writing it.
//!
//! The lenient reading is done here, in front of the crate `mime`, which does not accept a blank before a
//! semicolon. Functions that need only the type work on the bytes as sent and do not allocate; [`parse`]
//! returns a [`Mime`].

use std::borrow::Cow;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;
use mime::Mime;

use crate::syntax::Parameter;
use crate::syntax::Parameters;
use crate::syntax::charset::Charset;
use crate::syntax::is_token;
use crate::syntax::unescaped;

#[cfg(test)]
mod tests;

/// A form without files.
pub(crate) const URLENCODED: &str = "application/x-www-form-urlencoded";

/// A form with files.
pub(crate) const MULTIPART: &str = "multipart/form-data";

/// The first `Content-Type` line of a message, as sent; empty if there is none.
pub(crate) fn value(headers: &HeaderMap) -> &[u8] {
    let value = headers.get(header::CONTENT_TYPE);
    value.map_or(&b""[..], HeaderValue::as_bytes)
}

/// Type and subtype as sent, without whitespace and parameters. Compare them case-insensitively.
///
/// RFC 9110 §8.3.1.
fn essence(content_type: &[u8]) -> &[u8] {
    let end = content_type.iter().position(|byte| *byte == b';');
    content_type[..end.unwrap_or(content_type.len())].trim_ascii()
}

/// Whether type and subtype equal these, in any case and with any parameters.
pub(crate) fn is(content_type: &[u8], media_type: &str) -> bool {
    let media_type = media_type.as_bytes();
    // The common form needs no look at each byte.
    content_type == media_type || essence(content_type).eq_ignore_ascii_case(media_type)
}

/// Whether it is `application/json` or `application/…+json`, in any case, with any parameters.
pub(crate) fn is_json(content_type: &[u8]) -> bool {
    // The common form.
    if content_type == b"application/json" {
        return true;
    }
    let essence = essence(content_type);
    let Some((kind, subtype)) = essence.split_at_checked("application/".len()) else {
        return false;
    };
    let is_json = subtype.eq_ignore_ascii_case(b"json")
        || (ends_with(subtype, b"+json") && is_token(subtype));
    is_json && kind.eq_ignore_ascii_case(b"application/")
}

fn ends_with(text: &[u8], end: &[u8]) -> bool {
    let start = text.len().checked_sub(end.len());
    start.is_some_and(|start| text[start..].eq_ignore_ascii_case(end))
}

/// Parses a content type; `None` if it has no type and subtype.
///
/// Parameters that a `Mime` cannot hold are left out: one without a value, with a control character, with
/// bytes that are not valid UTF-8, or with a quote or backslash in its value, since `mime` has no escapes. If
/// a quote makes the beginning of the next parameter ambiguous, the parameters after it are left out as well.
pub(crate) fn parse(content_type: &[u8]) -> Option<Mime> {
    let (essence, parameters) = Parameters::after(content_type, 0);
    let slash = essence.iter().position(|byte| *byte == b'/')?;
    if !is_token(&essence[..slash]) || !is_token(&essence[slash + 1..]) {
        return None;
    }
    let mut text = str::from_utf8(essence).ok()?.to_owned();
    for parameter in parameters.map_while(Result::ok) {
        let value = text_of(content_type, &parameter);
        let is_held = |byte: &u8| !byte.is_ascii_control() && !b"\"\\".contains(byte);
        let is_held = parameter.is_sound && !value.is_empty() && value.iter().all(is_held);
        let name = str::from_utf8(&content_type[parameter.name]);
        if let (true, Ok(name), Ok(shown)) = (is_held, name, str::from_utf8(&value)) {
            let quote = if is_token(&value) { "" } else { "\"" };
            text.extend(["; ", name, "=", quote, shown, quote]);
        }
    }
    // `mime` accepts this form.
    text.parse().ok()
}

/// The value of a parameter, without its quotes and escapes.
fn text_of<'t>(content_type: &'t [u8], parameter: &Parameter) -> Cow<'t, [u8]> {
    let value = &content_type[parameter.value.clone()];
    if parameter.is_quoted {
        unescaped(value)
    } else {
        Cow::Borrowed(value)
    }
}

/// Completes a header value of a response: text declares UTF-8.
pub(crate) fn completed(name: &HeaderName, value: HeaderValue) -> HeaderValue {
    if name == header::CONTENT_TYPE {
        with_charset(value)
    } else {
        value
    }
}

/// Completes the content type of a response: `text/…` declares UTF-8 unless it names a charset.
///
/// Other types do not. JSON has no such parameter (RFC 8259 §11), and XML names its encoding in its first
/// line, which a charset in the header would override (RFC 7303 §3).
pub(crate) fn with_charset(content_type: HeaderValue) -> HeaderValue {
    let sent = content_type.as_bytes();
    let (essence, mut parameters) = Parameters::after(sent, 0);
    let (kind, subtype) = essence.split_at_checked("text/".len()).unwrap_or_default();
    if !kind.eq_ignore_ascii_case(b"text/") || !is_token(subtype) {
        return content_type;
    }
    // A charset counts even without a value, or in a quoted text that the parser skips.
    let names_charset = sent.split(|byte| *byte == b';').any(|piece| {
        let name = piece.split(|byte| *byte == b'=').next();
        name.is_some_and(|name| name.trim_ascii().eq_ignore_ascii_case(b"charset"))
    });
    // A text after an unclosed quote would be part of a value.
    let is_sound = parameters.all(|it| it.is_ok_and(|it| it.is_sound));
    if names_charset || !is_sound {
        return content_type;
    }
    let end = sent.iter().rposition(|byte| !b"; \t".contains(byte));
    let kept = &sent[..end.map_or(0, |end| end + 1)];
    let value = HeaderValue::from_bytes(&[kept, b"; charset=utf-8"].concat());
    value.expect("a header value stays valid with visible characters after it")
}

/// Converts a media type to a header value.
pub(crate) fn to_header(media_type: &Mime) -> HeaderValue {
    HeaderValue::from_bytes(media_type.as_ref().as_bytes())
        .expect("a media type has no control characters")
}

/// The name of the charset in a content type; `None` if it has none that can be read.
///
/// RFC 9110 §8.3.2.
fn charset_label(content_type: &[u8]) -> Option<Cow<'_, [u8]>> {
    // Usually there are no parameters.
    if !content_type.contains(&b';') {
        return None;
    }
    let (_, parameters) = Parameters::after(content_type, 0);
    for parameter in parameters {
        let parameter = parameter.ok()?;
        let name = &content_type[parameter.name.clone()];
        if parameter.is_sound && name.eq_ignore_ascii_case(b"charset") {
            return Some(text_of(content_type, &parameter));
        }
    }
    None
}

/// The charset that a content type declares; `None` if it declares none that can be read.
pub(crate) fn charset(content_type: &[u8]) -> Option<Charset> {
    charset_label(content_type).map(|label| Charset::of(&label))
}

/// The charset that the content type of a message declares.
pub(crate) fn charset_of(headers: &HeaderMap) -> Option<Charset> {
    charset(value(headers))
}

/// The name of the charset, in lower case.
pub(crate) fn charset_name(content_type: &[u8]) -> Option<String> {
    let label = charset_label(content_type)?;
    let name = String::from_utf8_lossy(label.trim_ascii()).to_ascii_lowercase();
    (!name.is_empty()).then_some(name)
}
