//! The media type of a message, read leniently: what stands before the first `;`.

use http::HeaderMap;
use http::HeaderValue;
use http::header;

/// Type and subtype as they were sent, without white space and parameters; empty when there is
/// none. They have no case: compare them without.
///
/// RFC 9110 §8.3.1.
pub(crate) fn essence(headers: &HeaderMap) -> &[u8] {
    let value = headers
        .get(header::CONTENT_TYPE)
        .map_or(&b""[..], HeaderValue::as_bytes);
    let end = value.iter().position(|byte| *byte == b';');
    value[..end.unwrap_or(value.len())].trim_ascii()
}
