//! Writes a message in the form that all readers understand in the same way.

use http::HeaderMap;
use http::HeaderName;
use http::Method;
use http::StatusCode;
use http::Version;
use http::header::CONTENT_LENGTH;
use http::header::TRANSFER_ENCODING;

use super::is_bodiless;
use super::is_target_byte;
use super::parse_length;

/// Writes one request that [`parse_request`](crate::wire::message::parse_request) accepts.
///
/// `Content-Length` is set from `body`; it is omitted if `body` is empty and `headers` has none.
/// `Transfer-Encoding` is dropped. Every version except HTTP/1.0 is written as HTTP/1.1. Bytes that are not
/// allowed in a target are percent-encoded; an empty target is written as `/`.
pub(crate) fn write_request(
    method: &Method,
    target: &str,
    version: Version,
    headers: &HeaderMap,
    body: &[u8],
) -> Vec<u8> {
    let mut message = Vec::with_capacity(256 + body.len());
    message.extend_from_slice(method.as_str().as_bytes());
    message.push(b' ');
    write_target(&mut message, target);
    message.push(b' ');
    message.extend_from_slice(version_text(version));
    message.extend_from_slice(b"\r\n");
    let has_length = !body.is_empty() || headers.contains_key(CONTENT_LENGTH);
    write_headers(&mut message, headers, has_length.then_some(body.len()));
    message.extend_from_slice(body);
    message
}

/// Writes one response that [`parse_response`](crate::wire::message::parse_response) accepts.
///
/// The reason phrase is the registered one, or empty. `Content-Length` is set from `body`;
/// `Transfer-Encoding` is dropped. A 1xx, 204 or 304 is written without `body`. A 304 keeps its
/// `Content-Length`, which describes another response; the others get none (RFC 9110 §8.6).
pub(crate) fn write_response(
    status: StatusCode,
    version: Version,
    headers: &HeaderMap,
    body: &[u8],
) -> Vec<u8> {
    let mut message = Vec::with_capacity(256 + body.len());
    message.extend_from_slice(version_text(version));
    message.push(b' ');
    message.extend_from_slice(status.as_str().as_bytes());
    message.push(b' ');
    message.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
    message.extend_from_slice(b"\r\n");
    if is_bodiless(status) {
        let kept = headers
            .get(CONTENT_LENGTH)
            .filter(|_| status == StatusCode::NOT_MODIFIED);
        write_headers(&mut message, headers, kept.and_then(parse_length));
    } else {
        write_headers(&mut message, headers, Some(body.len()));
        message.extend_from_slice(body);
    }
    message
}

const fn version_text(version: Version) -> &'static [u8] {
    match version {
        Version::HTTP_10 => b"HTTP/1.0",
        _ => b"HTTP/1.1",
    }
}

fn write_target(message: &mut Vec<u8>, target: &str) {
    if target.is_empty() {
        message.push(b'/');
    }
    for byte in target.bytes() {
        if is_target_byte(byte) {
            message.push(byte);
        } else {
            message.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
}

/// Writes the field lines in the order of the map, with `length` replacing any `Content-Length`, and the
/// empty line.
fn write_headers(message: &mut Vec<u8>, headers: &HeaderMap, length: Option<usize>) {
    for (name, value) in headers {
        if name != CONTENT_LENGTH && name != TRANSFER_ENCODING {
            write_field(message, name, value.as_bytes());
        }
    }
    if let Some(length) = length {
        write_field(message, &CONTENT_LENGTH, length.to_string().as_bytes());
    }
    message.extend_from_slice(b"\r\n");
}

fn write_field(message: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    message.extend_from_slice(name.as_str().as_bytes());
    message.extend_from_slice(b": ");
    message.extend_from_slice(value);
    message.extend_from_slice(b"\r\n");
}
