//! Whole HTTP/1.x messages, read from and written to bytes.
//!
//! For requests and responses that are stored or shown, not for connections: one message, complete in memory,
//! framed by `Content-Length` only. The reader is strict, since a lenient one could read one message as two.
//! Other modules check the form of a target or a `Host` field.

use std::error::Error;
use std::fmt;

use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Version;

mod parse;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use self::parse::parse_request;
pub(crate) use self::parse::parse_response;
pub(crate) use self::write::write_request;
pub(crate) use self::write::write_response;

/// The head of a request.
#[derive(Clone, Debug)]
pub(crate) struct RequestHead {
    pub(crate) method: Method,
    /// As sent: visible ASCII without `#`, not empty, its form not checked.
    pub(crate) target: String,
    /// HTTP/1.0 or HTTP/1.1.
    pub(crate) version: Version,
    /// All field lines; values without surrounding whitespace.
    pub(crate) headers: HeaderMap,
}

/// The head of a response, without the reason phrase.
#[derive(Clone, Debug)]
pub(crate) struct ResponseHead {
    pub(crate) status: StatusCode,
    /// All field lines; values without surrounding whitespace.
    pub(crate) headers: HeaderMap,
}

/// The reason why bytes are not one whole HTTP/1.x message, and the line of the fault.
///
/// The message says what is wrong and never repeats sent data, so it may be shown:
/// `line 3: no header name before a colon`.
///
/// RFC 9112 [§2] (messages), [§5] (fields), [§6] (bodies).
///
/// [§2]: https://www.rfc-editor.org/rfc/rfc9112#section-2
/// [§5]: https://www.rfc-editor.org/rfc/rfc9112#section-5
/// [§6]: https://www.rfc-editor.org/rfc/rfc9112#section-6
///
/// ```
/// use rustzeug::{Request, gateway::MessageError};
///
/// let error = Request::from_bytes(b"GET / HTTP/1.1\r\nhost: a\r\n: b\r\n\r\n").unwrap_err();
/// let cause = error.downcast_ref::<MessageError>().unwrap();
/// assert_eq!(cause.line(), 3);
/// assert_eq!(cause.to_string(), "line 3: no header name before a colon");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageError {
    line: usize,
    kind: MessageFault,
}

impl MessageError {
    /// The number of the wrong line.
    ///
    /// The start line is 1. A fault of the body has the line on which the body begins; a head that breaks off
    /// has its incomplete line.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum MessageFault {
    HeadEnd,
    LineEnd,
    RequestLine,
    StatusLine,
    Method,
    Target,
    Version,
    Status,
    Reason,
    Fold,
    Name,
    Value,
    TooMany,
    ContentLength,
    LengthsDiffer,
    TransferEncoding,
    Body { declared: usize, found: usize },
}

impl fmt::Display for MessageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: ", self.line)?;
        formatter.write_str(match self.kind {
            MessageFault::HeadEnd => "the head breaks off before its empty line",
            MessageFault::LineEnd => "the line does not end with CR LF",
            MessageFault::RequestLine => {
                "not a method, a target and a version with one space between"
            }
            MessageFault::StatusLine => {
                "not a version, a status and a reason with one space between"
            }
            MessageFault::Method => "the method is not a token",
            MessageFault::Target => "the target is not visible ASCII without #",
            MessageFault::Version => "the version is neither HTTP/1.0 nor HTTP/1.1",
            MessageFault::Status => "the status is not a number from 100 to 999",
            MessageFault::Reason => "control character in the reason",
            MessageFault::Fold => "a header line begins with whitespace",
            MessageFault::Name => "no header name before a colon",
            MessageFault::Value => "control character in a header value",
            MessageFault::TooMany => "too many headers",
            MessageFault::ContentLength => "Content-Length is not a plain number",
            MessageFault::LengthsDiffer => "Content-Length lines differ",
            MessageFault::TransferEncoding => {
                "Transfer-Encoding is not supported in a whole message"
            }
            MessageFault::Body { declared, found } => {
                return write!(formatter, "body of {found} bytes, {declared} declared");
            }
        })
    }
}

impl Error for MessageError {}

/// Whether a byte is visible ASCII, except `#`, since a fragment is never part of a target. The router checks
/// the form of a target.
const fn is_target_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'#'
}

/// Parses digits without a leading zero: no sign and no list, which two readers could read as different
/// numbers.
fn parse_length(value: &HeaderValue) -> Option<usize> {
    let digits = value.to_str().ok()?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit())
        || (digits.len() > 1 && digits.starts_with('0'))
    {
        return None;
    }
    digits.parse().ok()
}

/// Whether a status never has a body (RFC 9112 §6.3, first rule).
fn is_bodiless(status: StatusCode) -> bool {
    status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}
