//! The head of a response in the form of gateway protocols: CGI, FastCGI and SCGI with a line `Status:`, uwsgi and
//! CGI programs named `nph-…` with the status line of HTTP.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::base::url;
use crate::syntax::is_hop_by_hop;

/// The first line of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `Status: 404 Not Found` (RFC 3875 §6.3.3).
    Status,
    /// `HTTP/1.1 404 Not Found` (RFC 3875 §5).
    Http,
}

/// The parts of a head.
pub(crate) struct Head<'h> {
    pub(crate) form: Form,
    pub(crate) status: StatusCode,
    pub(crate) headers: &'h HeaderMap,
    /// The response answers a `HEAD`.
    pub(crate) omits_body: bool,
    /// The length of the body that will be sent, if it is known.
    pub(crate) body_length: Option<u64>,
    /// Makes the URL of the request, against which a `Location` is resolved; empty if there is none.
    pub(crate) url: &'h dyn Fn() -> String,
}

impl Head<'_> {
    /// Appends the head, including the empty line after it.
    ///
    /// * `Content-Length` is the length of the body. In the answer to `HEAD` and with `304` it is the one among the
    ///   headers. A body of unknown length has none, and neither has `204`.
    /// * A body without `Content-Type` gets `application/octet-stream` (RFC 3875 §6.3.1).
    /// * `Location` becomes absolute, since the server in front would answer a path by a request of its own (RFC 3875
    ///   §6.2.2).
    /// * `Status` among the headers is left out, since a second one could replace the first. So are the headers of a
    ///   single connection.
    pub(crate) fn write(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(match self.form {
            Form::Status => b"Status: ",
            Form::Http => b"HTTP/1.1 ",
        });
        into.extend_from_slice(self.status.as_str().as_bytes());
        into.push(b' ');
        // A server in front may require a phrase.
        let reason = self.status.canonical_reason().unwrap_or("Unknown");
        into.extend_from_slice(reason.as_bytes());
        into.extend_from_slice(b"\r\n");
        let (length, mut has_type) = (self.length(), false);
        for (name, value) in self.headers {
            has_type |= *name == header::CONTENT_TYPE;
            if *name == header::LOCATION && self.form == Form::Status {
                write_line(into, name, &self.absolute(value));
            } else if *name != header::CONTENT_LENGTH
                && name.as_str() != "status"
                && !is_hop_by_hop(name)
            {
                write_line(into, name, value.as_bytes());
            }
        }
        if let Some(length) = length {
            write_line(into, &header::CONTENT_LENGTH, length.to_string().as_bytes());
        }
        let is_empty = if self.omits_body {
            length.is_none_or(|length| length == 0)
        } else {
            self.body_length == Some(0)
        };
        if !is_empty && !has_type {
            write_line(into, &header::CONTENT_TYPE, b"application/octet-stream");
        }
        into.extend_from_slice(b"\r\n");
    }

    fn length(&self) -> Option<u64> {
        if self.status == StatusCode::NO_CONTENT {
            return None;
        }
        if self.omits_body || self.status == StatusCode::NOT_MODIFIED {
            let declared = self.headers.get(header::CONTENT_LENGTH)?;
            return declared.to_str().ok()?.parse().ok();
        }
        self.body_length
    }

    fn absolute(&self, location: &HeaderValue) -> Vec<u8> {
        let (url, text) = ((self.url)(), std::str::from_utf8(location.as_bytes()));
        match text {
            Ok(text) if !url.is_empty() => url::resolve(&url, text).into_bytes(),
            _ => location.as_bytes().to_vec(),
        }
    }
}

fn write_line(into: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    into.extend_from_slice(name.as_str().as_bytes());
    into.extend_from_slice(b": ");
    into.extend_from_slice(value);
    into.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, headers: &HeaderMap, body_length: Option<u64>) -> Head<'_> {
        Head {
            form: Form::Status,
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            omits_body: false,
            body_length,
            url: &|| "https://example.org/app/page?q".to_owned(),
        }
    }

    fn written(head: &Head<'_>) -> String {
        let mut bytes = Vec::new();
        head.write(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    type Pairs = [(&'static str, &'static str)];
    type Case<'c> = (u16, &'c Pairs, Option<u64>, &'c str, &'c str);

    fn headers(pairs: &Pairs) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        pairs.collect()
    }

    #[test]
    fn writes_lines_that_every_front_reads() {
        const TEXT: (&str, &str) = ("content-type", "text/plain");
        #[rustfmt::skip]
        let cases: &[Case<'_>] = &[
            (200, &[TEXT], Some(4), "Status: 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\n", "ordinary"),
            (200, &[TEXT], None, "Status: 200 OK\r\ncontent-type: text/plain\r\n\r\n", "a length that nobody knows"),
            (200, &[TEXT], Some(0), "Status: 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 0\r\n\r\n", "empty"),
            (200, &[], Some(1), "Status: 200 OK\r\ncontent-length: 1\r\ncontent-type: application/octet-stream\r\n\r\n", "RFC 3875 §6.3.1"),
            (204, &[], Some(0), "Status: 204 No Content\r\n\r\n", "RFC 9110 §8.6"),
            (304, &[("content-length", "7")], Some(0), "Status: 304 Not Modified\r\ncontent-length: 7\r\n\r\n", "the length of the 200"),
            (299, &[], Some(0), "Status: 299 Unknown\r\ncontent-length: 0\r\n\r\n", "no registered phrase"),
            (200, &[TEXT, ("content-length", "9")], Some(4), "Status: 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\n", "the body is right"),
            (200, &[TEXT, ("status", "302 Found")], None, "Status: 200 OK\r\ncontent-type: text/plain\r\n\r\n", "a second status"),
            (426, &[TEXT, ("upgrade", "x"), ("connection", "upgrade")], None, "Status: 426 Upgrade Required\r\ncontent-type: text/plain\r\n\r\n", "of the front"),
            (302, &[("location", "/b")], Some(0), "Status: 302 Found\r\nlocation: https://example.org/b\r\ncontent-length: 0\r\n\r\n", "a path would be answered by the front itself"),
            (201, &[("location", "c?d")], Some(0), "Status: 201 Created\r\nlocation: https://example.org/app/c?d\r\ncontent-length: 0\r\n\r\n", "relative"),
            (302, &[("location", "http://a.b/")], Some(0), "Status: 302 Found\r\nlocation: http://a.b/\r\ncontent-length: 0\r\n\r\n", "absolute"),
        ];
        for (status, pairs, length, want, why) in cases {
            let headers = headers(pairs);
            assert_eq!(written(&head(*status, &headers, *length)), *want, "{why}");
        }
    }

    #[test]
    fn the_answer_to_head_keeps_the_length_of_the_get() {
        let headers = headers(&[("content-type", "text/plain"), ("content-length", "26")]);
        let head = Head {
            omits_body: true,
            form: Form::Http,
            ..head(200, &headers, Some(0))
        };
        assert_eq!(
            written(&head),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 26\r\n\r\n"
        );
        let unknown = HeaderMap::new();
        let head = Head {
            headers: &unknown,
            ..head
        };
        assert_eq!(
            written(&head),
            "HTTP/1.1 200 OK\r\n\r\n",
            "no length instead of a wrong 0"
        );
    }

    #[test]
    fn a_header_is_one_line_whatever_its_bytes() {
        arbtest::arbtest(|u| {
            let value: Vec<u8> = u.arbitrary()?;
            let Ok(value) = HeaderValue::from_bytes(&value) else {
                return Ok(());
            };
            let mut headers = HeaderMap::new();
            headers.insert(header::LOCATION, value.clone());
            headers.insert("x", value);
            let mut bytes = Vec::new();
            head(200, &headers, Some(0)).write(&mut bytes);
            let ends = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
            assert_eq!(ends, 5, "{bytes:?}");
            assert!(bytes.ends_with(b"\r\n\r\n"));
            Ok(())
        });
    }
}
