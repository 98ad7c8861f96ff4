//! Responses to input that is not an HTTP/1 request: a page, and a line in the log.
//!
//! hyper has its own response to such a head, without a body. It is never sent: see
//! [`Transport`](crate::server::hosting::transport::Transport).

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Request;
use http::Uri;
use http::header;
use http::uri::PathAndQuery;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Limits;
use crate::gateway::ServerInfo;
use crate::handler::render::Context;
use crate::headers::HttpDate;
use crate::server::hosting::access_log::LogOutcome;
use crate::server::hosting::in_flight::InFlight;
use crate::server::http::connection::Connection;
use crate::syntax::is_token;

/// Counts and logs input that is not a request, and returns the response to it; `is_answered` if hyper has sent one.
pub(super) async fn refuse<A>(
    own: &Arc<Connection<A>>,
    error: Error,
    bytes: &[u8],
    is_answered: bool,
) -> Bytes {
    let _in_flight = InFlight::new(Arc::clone(own));
    let (head, status) = (Head::of(bytes), error.status());
    own.watch().count_status(status);
    let peer = own.server_info.peer();
    let log = own.shared.access_log.as_ref();
    let line = log.map(|log| log.begin_refused(head.line, &head.request(), peer));
    let answer = if is_answered {
        Ok((Bytes::new(), 0))
    } else {
        head.answer(error, &own.server_info).await
    };
    let (answer, sent) = answer.unwrap_or_default();
    if let Some(line) = line {
        line.finish(&LogOutcome {
            status,
            sent_bytes: sent as u64,
            whole: true,
            note: None,
        });
    }
    answer
}

/// The longest target that hyper accepts, which is also the limit of `http`.
const TARGET_BYTES: usize = 65_534;

/// The fields that the response and the log need.
const FIELDS: [HeaderName; 4] = [
    header::ACCEPT,
    header::HOST,
    header::REFERER,
    header::USER_AGENT,
];

/// The head of input that is not a request, as far as it can be parsed.
pub(super) struct Head<'r> {
    bytes: &'r [u8],
    /// The first line, without its line end.
    line: &'r [u8],
    fields: HeaderMap,
}

impl<'r> Head<'r> {
    pub(super) fn of(bytes: &'r [u8]) -> Self {
        // RFC 9112 §2.2: empty lines before it are skipped.
        let bytes = bytes.trim_ascii_start();
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let line = lines.next().unwrap_or_default().trim_ascii_end();
        let mut fields = HeaderMap::new();
        for field in lines.take_while(|line| !line.trim_ascii().is_empty()) {
            let Some(colon) = field.iter().position(|byte| *byte == b':') else {
                continue;
            };
            let name = FIELDS.into_iter().find(|name| {
                let known = name.as_str().as_bytes();
                known.eq_ignore_ascii_case(&field[..colon])
            });
            let value = HeaderValue::from_bytes(field[colon + 1..].trim_ascii());
            if let (Some(name), Ok(value)) = (name, value) {
                fields.append(name, value);
            }
        }
        Self {
            bytes,
            line,
            fields,
        }
    }

    /// A request with the same fields, for the log.
    fn request(&self) -> Request<Body> {
        let mut request = Request::new(Body::empty());
        request.headers_mut().clone_from(&self.fields);
        request
    }

    /// The response as sent over the connection, and the length of its body.
    async fn answer(&self, error: Error, server_info: &Arc<ServerInfo>) -> Result<(Bytes, usize)> {
        let environ = Environ::new(self.request(), Arc::clone(server_info));
        let date = HttpDate::from(SystemTime::now());
        let mut response = Context::of(&environ)
            .render(error)
            .with_header(header::DATE, date);
        // Only a server may set this header, and this is the server.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
        let answer = response.to_bytes().await?;
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let head = end.map_or(answer.len(), |end| end + 4);
        // RFC 9110 §9.3.2: the length is that of the body that is left out.
        let has_body = !self.line.starts_with(b"HEAD ");
        let length = if has_body { answer.len() } else { head };
        Ok((answer.slice(..length), length - head))
    }

    /// The error in the head; `is_too_large` comes from hyper.
    pub(super) fn error(&self, is_too_large: bool, limits: &Limits) -> Error {
        let mut words = self.line.split(|byte| *byte == b' ');
        let (method, target) = (words.next(), words.next().unwrap_or_default());
        if is_too_large {
            return too_large(target, self.bytes, limits);
        }
        let why = if self.line.is_empty() {
            "the request could not be read"
        } else if !method.is_some_and(is_token) {
            "the input is not an HTTP request"
        } else if target.is_empty() {
            "the request has no target"
        } else if target.starts_with(b"/") && PathAndQuery::try_from(target).is_err() {
            "the request target has a character that must be percent-encoded"
        } else if !matches!(words.next(), Some(b"HTTP/1.0" | b"HTTP/1.1")) || words.next().is_some()
        {
            "the request line does not end with HTTP/1.0 or HTTP/1.1"
        } else if Uri::try_from(target).is_err() {
            "the request target is malformed"
        } else {
            "a header field is malformed"
        };
        Error::bad_request().with_message(why)
    }
}

fn too_large(target: &[u8], bytes: &[u8], limits: &Limits) -> Error {
    if target.len() > TARGET_BYTES {
        let why = format!("the request target is longer than {TARGET_BYTES} bytes");
        return Error::uri_too_long().with_message(why);
    }
    let (most_bytes, most_fields) = (limits.head_bytes(), limits.header_fields());
    let why = if bytes.len() >= most_bytes {
        format!("the request head is longer than {most_bytes} bytes (limit `head_bytes`)")
    } else if bytes
        .split(|byte| *byte == b'\n')
        .nth(most_fields + 1)
        .is_some()
    {
        format!("there are more than {most_fields} header fields (limit `header_fields`)")
    } else {
        // hyper reserves the two highest numbers.
        let why = "the Content-Length is too large";
        return Error::content_too_large().with_message(why);
    };
    Error::header_fields_too_large().with_message(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_far_as_it_goes() {
        #[rustfmt::skip]
        let cases: [(&[u8], &str, &str); 12] = [
            (b"GET /?a=\"b\" HTTP/1.1\r\n\r\n",  "must be percent-encoded", "a quote"),
            (b"GET /?<b> HTTP/1.1\r\n\r\n",       "must be percent-encoded", "angles"),
            (b"GET /?\xff HTTP/1.1\r\n\r\n",      "must be percent-encoded", "a raw byte"),
            (b"GET /\x7f HTTP/1.1\r\n\r\n",       "must be percent-encoded", "a control character"),
            (b"GET / HTTP/1.1\r\na b: c\r\n\r\n", "a header field",          "a space in a name"),
            (b"GET / HTTP/1.1\r\na\r\n\r\n",      "a header field",          "no colon"),
            (b"GET / HTTP/2.0\r\n\r\n",           "HTTP/1.0 or HTTP/1.1",    "a version"),
            (b"GET /a b HTTP/1.1\r\n\r\n",        "HTTP/1.0 or HTTP/1.1",    "a space in the target"),
            (b"GET\r\n\r\n",                      "no target",               "one word"),
            (b"GET http:// HTTP/1.1\r\n\r\n",     "target is malformed",     "a URL without a host"),
            (b"\x16\x03\x01\x02\x00\x01",         "not an HTTP request",     "TLS"),
            (b"",                                   "could not be read",       "nothing"),
        ];
        for (bytes, why, what) in cases {
            let head = Head::of(bytes);
            let error = head.error(false, &Limits::default());
            assert_eq!(error.status(), 400, "{what}");
            assert!(error.message().contains(why), "{what}: {}", error.message());
        }
        let head = Head::of(
            b"GET /\" HTTP/1.1\r\nACCEPT: text/html \r\nx y\r\nhost:a\nAccept: b\r\n\r\nhost: c",
        );
        let accept: Vec<_> = head.fields.get_all("accept").iter().collect();
        assert_eq!(
            (head.line, accept),
            (
                &b"GET /\" HTTP/1.1"[..],
                [&"text/html", &"b"]
                    .map(|it| HeaderValue::from_static(it))
                    .iter()
                    .collect()
            )
        );
        assert_eq!(
            head.fields.get_all("host").iter().count(),
            1,
            "bytes after the head are ignored"
        );
    }

    #[test]
    fn what_is_too_large_is_named_with_its_limit() {
        let limits = Limits::default();
        let target = [b"GET /", &vec![b'x'; TARGET_BYTES][..], b" HTTP/1.1\n"].concat();
        let head = [b"GET / HTTP/1.1\n", &vec![b'x'; limits.head_bytes()][..]].concat();
        let fields = ["GET / HTTP/1.1\n", &"a: b\n".repeat(limits.header_fields())].concat();
        #[rustfmt::skip]
        let cases = [
            (&target[..],       414, "65534 bytes"),
            (&head,             431, "limit `head_bytes`"),
            (fields.as_bytes(), 431, "limit `header_fields`"),
            (b"GET / HTTP/1.1\ncontent-length: 18446744073709551615\n\n", 413, "Content-Length"),
        ];
        for (bytes, status, why) in cases {
            let error = Head::of(bytes).error(true, &limits);
            assert_eq!(error.status(), status, "{why}");
            assert!(error.message().contains(why), "{}", error.message());
        }
    }
}
