//! Heads of messages, written and read by the client. Reading is strict, so that tests find errors.

use std::io;
use std::io::BufRead;
use std::io::Read;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;

use crate::request::Request;

/// The maximum length of a response head, in bytes.
const HEAD_BYTES: u64 = 1 << 20;

/// Returns whether the body of a request is sent in chunks, because its length is unknown.
pub(super) fn is_chunked(request: &Request) -> bool {
    let headers = request.headers();
    headers.contains_key(header::TRANSFER_ENCODING)
        || (!headers.contains_key(header::CONTENT_LENGTH)
            && request.environ().body_length() != Some(0))
}

/// The head of a request, including the headers of the connection.
pub(super) fn write(request: &Request) -> Vec<u8> {
    let uri = request.environ().uri();
    let target = uri.path_and_query().map_or("*", |target| target.as_str());
    let mut head = format!("{} {target} HTTP/1.1\r\n", request.method()).into_bytes();
    let mut field = |name: &HeaderName, value: &HeaderValue| {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    };
    for (name, value) in request.headers() {
        field(name, value);
    }
    if is_chunked(request) && !request.headers().contains_key(header::TRANSFER_ENCODING) {
        field(
            &header::TRANSFER_ENCODING,
            &HeaderValue::from_static("chunked"),
        );
    }
    if !request.headers().contains_key(header::CONNECTION) {
        field(&header::CONNECTION, &HeaderValue::from_static("close"));
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// The status line and headers of a response.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
}

/// How the end of a body is determined (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    /// The body ends when the connection is closed.
    Close,
}

impl Head {
    /// The framing of the body; `None` if there is no body.
    pub(super) fn framing(&self, method: &Method) -> Result<Option<Framing>, String> {
        let status = self.status.as_u16();
        if *method == Method::HEAD || matches!(status, 204 | 304) {
            return Ok(None);
        }
        let mut lengths = self.headers.get_all(header::CONTENT_LENGTH).iter();
        let mut codings = self.headers.get_all(header::TRANSFER_ENCODING).iter();
        let framing = match (codings.next(), lengths.next()) {
            (Some(_), Some(_)) => {
                return Err("the response has both Content-Length and Transfer-Encoding".to_owned());
            }
            (Some(coding), None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => {
                Framing::Chunked
            }
            (Some(coding), None) => {
                return Err(format!("the Transfer-Encoding {coding:?} is not supported"));
            }
            (None, Some(length)) => match number(length) {
                Some(length) => Framing::Length(length),
                None => return Err(format!("the Content-Length {length:?} is not a number")),
            },
            (None, None) => Framing::Close,
        };
        if codings.next().is_some() || lengths.next().is_some() {
            return Err("there are two lengths of the body".to_owned());
        }
        Ok(Some(framing).filter(|framing| *framing != Framing::Length(0)))
    }
}

fn number(value: &HeaderValue) -> Option<u64> {
    let text = value.to_str().ok()?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Reads the head of the final response; interim responses are skipped.
pub(super) fn read(reader: &mut impl BufRead) -> io::Result<Head> {
    let mut reader = reader.take(HEAD_BYTES);
    loop {
        let head = read_one(&mut reader)?;
        // RFC 9110 §15.2; after 101 the connection uses another protocol.
        if !head.status.is_informational() || head.status == StatusCode::SWITCHING_PROTOCOLS {
            return Ok(head);
        }
    }
}

fn read_one(reader: &mut impl BufRead) -> io::Result<Head> {
    let line = line(reader)?;
    let status = line
        .strip_prefix(b"HTTP/1.1 ")
        .or_else(|| line.strip_prefix(b"HTTP/1.0 "))
        .and_then(|rest| rest.split(|byte| *byte == b' ').next())
        .and_then(|digits| StatusCode::from_bytes(digits).ok())
        .ok_or_else(|| wrong("the status line is malformed", &line))?;
    let mut headers = HeaderMap::new();
    loop {
        let line = self::line(reader)?;
        if line.is_empty() {
            return Ok(Head { status, headers });
        }
        let (name, value) =
            field(&line).ok_or_else(|| wrong("a header line is malformed", &line))?;
        headers
            .try_append(name, value)
            .map_err(|_| wrong("it has too many headers", &line))?;
    }
}

fn field(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = HeaderName::from_bytes(&line[..colon]).ok()?;
    let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
    Some((name, value))
}

/// Reads a line, without its line end, of at most the maximum length of a head.
pub(super) fn line(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    reader.take(HEAD_BYTES).read_until(b'\n', &mut line)?;
    match line.strip_suffix(b"\r\n") {
        Some(content) => Ok(content.to_vec()),
        None if line.ends_with(b"\n") => Err(wrong("a line does not end with CR LF", &line)),
        None if line.is_empty() => Err(cut("it breaks off")),
        None => Err(cut(&format!(
            "it breaks off after `{}`",
            line.escape_ascii()
        ))),
    }
}

pub(super) fn wrong(what: &str, line: &[u8]) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!(
            "the response is malformed: {what}: `{}`",
            line.escape_ascii()
        ),
    )
}

pub(super) fn cut(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        format!("the response is cut: {what}"),
    )
}
