//! Reading a message: the head line by line, then the body by its length.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Version;
use http::header::CONTENT_LENGTH;
use http::header::TRANSFER_ENCODING;

use super::MessageError;
use super::MessageFault;
use super::RequestHead;
use super::ResponseHead;
use super::is_bodiless;
use super::is_target_byte;
use super::parse_length;

/// Reads one request; returns its head and its body.
///
/// Without a `Content-Length` the body is empty.
///
/// # Errors
///
/// [`MessageError`] if the bytes are not exactly one request: a head that follows RFC 9112 strictly with CR
/// LF line ends, no `Transfer-Encoding`, and exactly as many bytes after it as `Content-Length` declares.
///
/// RFC 9112 [§3] (request line), [§6.3] (body length).
///
/// [§3]: https://www.rfc-editor.org/rfc/rfc9112#section-3
/// [§6.3]: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
pub(crate) fn parse_request(message: &[u8]) -> Result<(RequestHead, &[u8]), MessageError> {
    let mut lines = Lines::new(message);
    let line = lines.next_line()?;
    let mut parts = line.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(lines.error(MessageFault::RequestLine));
    };
    let method = Method::from_bytes(method).map_err(|_| lines.error(MessageFault::Method))?;
    let target = parse_target(target).ok_or_else(|| lines.error(MessageFault::Target))?;
    let version = parse_version(version).ok_or_else(|| lines.error(MessageFault::Version))?;
    let (headers, length) = parse_headers(&mut lines)?;
    let body = lines.exact_body(length.unwrap_or(0))?;
    Ok((
        RequestHead {
            method,
            target,
            version,
            headers,
        },
        body,
    ))
}

/// Reads one response; returns its head and its body.
///
/// Without a `Content-Length` the body is the rest of the bytes. A 1xx, 204 or 304 has no body, whatever its
/// `Content-Length`.
///
/// # Errors
///
/// Those of [`parse_request`]. The space after the status is required, the reason phrase is not.
///
/// RFC 9112 [§4] (status line), [§6.3] (body length).
///
/// [§4]: https://www.rfc-editor.org/rfc/rfc9112#section-4
/// [§6.3]: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
pub(crate) fn parse_response(message: &[u8]) -> Result<(ResponseHead, &[u8]), MessageError> {
    let mut lines = Lines::new(message);
    let line = lines.next_line()?;
    let mut parts = line.splitn(3, |byte| *byte == b' ');
    let (Some(version), Some(status), Some(reason)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(lines.error(MessageFault::StatusLine));
    };
    parse_version(version).ok_or_else(|| lines.error(MessageFault::Version))?;
    let status = StatusCode::from_bytes(status).map_err(|_| lines.error(MessageFault::Status))?;
    if reason
        .iter()
        .any(|byte| byte.is_ascii_control() && *byte != b'\t')
    {
        return Err(lines.error(MessageFault::Reason));
    }
    let (headers, length) = parse_headers(&mut lines)?;
    let body = match length {
        _ if is_bodiless(status) => lines.exact_body(0)?,
        Some(length) => lines.exact_body(length)?,
        None => lines.rest,
    };
    Ok((ResponseHead { status, headers }, body))
}

/// The lines of a head, and after them the body.
struct Lines<'m> {
    rest: &'m [u8],
    number: usize,
}

impl<'m> Lines<'m> {
    const fn new(message: &'m [u8]) -> Self {
        Self {
            rest: message,
            number: 0,
        }
    }

    /// Takes a line from the front. Later checks find a bare CR inside it.
    fn next_line(&mut self) -> Result<&'m [u8], MessageError> {
        self.number += 1;
        let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') else {
            return Err(self.error(MessageFault::HeadEnd));
        };
        let line = self.rest[..end].strip_suffix(b"\r");
        self.rest = &self.rest[end + 1..];
        line.ok_or_else(|| self.error(MessageFault::LineEnd))
    }

    /// Returns the rest, if its length is `declared`.
    fn exact_body(mut self, declared: usize) -> Result<&'m [u8], MessageError> {
        let found = self.rest.len();
        if found == declared {
            return Ok(self.rest);
        }
        self.number += 1;
        Err(self.error(MessageFault::Body { declared, found }))
    }

    const fn error(&self, kind: MessageFault) -> MessageError {
        MessageError {
            line: self.number,
            kind,
        }
    }
}

fn parse_version(version: &[u8]) -> Option<Version> {
    match version {
        b"HTTP/1.1" => Some(Version::HTTP_11),
        b"HTTP/1.0" => Some(Version::HTTP_10),
        _ => None,
    }
}

fn parse_target(target: &[u8]) -> Option<String> {
    if target.is_empty() || !target.iter().all(|byte| is_target_byte(*byte)) {
        return None;
    }
    str::from_utf8(target).ok().map(str::to_owned)
}

/// Reads field lines up to and including the empty line; also returns the length of the body.
fn parse_headers(lines: &mut Lines<'_>) -> Result<(HeaderMap, Option<usize>), MessageError> {
    let mut headers = HeaderMap::new();
    let mut length = None;
    loop {
        let line = lines.next_line()?;
        if line.is_empty() {
            return Ok((headers, length));
        }
        let (name, value) = parse_field(line).map_err(|kind| lines.error(kind))?;
        if name == TRANSFER_ENCODING {
            return Err(lines.error(MessageFault::TransferEncoding));
        }
        if name == CONTENT_LENGTH {
            let declared =
                parse_length(&value).ok_or_else(|| lines.error(MessageFault::ContentLength))?;
            if length
                .replace(declared)
                .is_some_and(|before| before != declared)
            {
                return Err(lines.error(MessageFault::LengthsDiffer));
            }
        }
        headers
            .try_append(name, value)
            .map_err(|_| lines.error(MessageFault::TooMany))?;
    }
}

fn parse_field(line: &[u8]) -> Result<(HeaderName, HeaderValue), MessageFault> {
    // §5.2: obs-fold; §2.2: whitespace after the start line.
    if matches!(line, [b' ' | b'\t', ..]) {
        return Err(MessageFault::Fold);
    }
    let colon = line
        .iter()
        .position(|byte| *byte == b':')
        .ok_or(MessageFault::Name)?;
    // §5.1: whitespace before the colon is not part of a name either.
    let name = HeaderName::from_bytes(&line[..colon]).map_err(|_| MessageFault::Name)?;
    let value = trim_ows(&line[colon + 1..]);
    let value = HeaderValue::from_bytes(value).map_err(|_| MessageFault::Value)?;
    Ok((name, value))
}

/// Trims only spaces and tabs: a CR at the end must be found, not dropped.
fn trim_ows(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
