//! Rules of whole messages: tables, then properties.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Version;

use super::MessageError;
use super::MessageFault;
use super::parse_request;
use super::parse_response;
use super::write_request;
use super::write_response;

fn error(line: usize, kind: MessageFault) -> MessageError {
    MessageError { line, kind }
}

#[test]
fn a_request_is_read_whole() {
    let message = b"POST /p?q=%zz HTTP/1.1\r\nHost: a\r\nX-Two:one\r\nx-two:\t two \t\r\n\
        X-Empty:\r\nContent-Length: 4\r\n\r\n\r\n\0\xff";
    let (head, body) = parse_request(message).unwrap();
    assert_eq!(head.method, Method::POST);
    assert_eq!(head.target, "/p?q=%zz");
    assert_eq!(head.version, Version::HTTP_11);
    let twice: Vec<_> = head.headers.get_all("x-two").iter().collect();
    assert_eq!(
        twice,
        ["one", "two"],
        "repeated lines are kept separate, in order"
    );
    assert_eq!(head.headers["x-empty"], "");
    assert_eq!(body, b"\r\n\0\xff", "a body is any bytes");
}

#[test]
fn a_response_is_read_whole() {
    let message =
        b"HTTP/1.0 404 Gibt es nicht \xfc\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx";
    let (head, body) = parse_response(message).unwrap();
    assert_eq!(head.status, StatusCode::NOT_FOUND);
    assert_eq!(
        head.headers.get_all("content-length").iter().count(),
        2,
        "equal lines are kept"
    );
    assert_eq!(body, b"x");
}

#[test]
fn the_length_of_a_body_follows_from_the_head() {
    #[rustfmt::skip]
    let cases: [(&[u8], &[u8], &str); 7] = [
        (b"HTTP/1.1 200 \r\n\r\n",                         b"",    "no length, nothing follows"),
        (b"HTTP/1.1 200 \r\n\r\nall",                      b"all", "no length: all the rest"),
        (b"HTTP/1.1 999 \r\ncontent-length: 0\r\n\r\n",    b"",    "length 0"),
        (b"HTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n",    b"",    "the length of another response"),
        (b"HTTP/1.1 204 \r\nContent-Length: 9\r\n\r\n",    b"",    "204 never has a body"),
        (b"HTTP/1.1 100 \r\n\r\n",                         b"",    "1xx never has a body"),
        (b"HTTP/1.1 205 \r\nContent-Length: 1\r\n\r\nx",   b"x",   "a 205 should have no body, but may have one"),
    ];
    for (message, want, why) in cases {
        assert_eq!(
            parse_response(message).map(|(_, body)| body),
            Ok(want),
            "{why}"
        );
    }
    let (_, body) = parse_request(b"DELETE * HTTP/1.0\r\n\r\n").unwrap();
    assert_eq!(body, b"", "a request without length has no body");
}

#[test]
fn anything_but_one_strict_request_is_refused() {
    #[rustfmt::skip]
    let cases: [(&str, usize, MessageFault, &str); 40] = [
        ("",                                            1, MessageFault::HeadEnd,     "nothing"),
        ("GET / HTTP/1.1",                              1, MessageFault::HeadEnd,     "no line end"),
        ("GET / HTTP/1.1\r\n",                          2, MessageFault::HeadEnd,     "no empty line"),
        ("GET / HTTP/1.1\r\na: b\r\n",                  3, MessageFault::HeadEnd,     "no empty line after fields"),
        ("GET / HTTP/1.1\n\n",                          1, MessageFault::LineEnd,     "bare LF"),
        ("GET / HTTP/1.1\r\na: b\n\r\n",                2, MessageFault::LineEnd,     "bare LF after a field"),
        ("GET / HTTP/1.1\r\n\n",                        2, MessageFault::LineEnd,     "bare LF for the empty line"),
        ("\r\nGET / HTTP/1.1\r\n\r\n",                  1, MessageFault::RequestLine, "an empty line in front"),
        ("GET /\r\n\r\n",                               1, MessageFault::RequestLine, "HTTP/0.9"),
        ("GET / a HTTP/1.1\r\n\r\n",                    1, MessageFault::RequestLine, "a space in the target"),
        ("GET / HTTP/1.1 \r\n\r\n",                     1, MessageFault::RequestLine, "a space at the end"),
        ("GET  / HTTP/1.1\r\n\r\n",                     1, MessageFault::RequestLine, "two spaces"),
        (" / HTTP/1.1\r\n\r\n",                         1, MessageFault::Method,      "no method"),
        ("GE(T / HTTP/1.1\r\n\r\n",                     1, MessageFault::Method,      "not a token"),
        ("GET\t/ HTTP/1.1 x\r\n\r\n",                   1, MessageFault::Method,      "a tab is not a space"),
        ("GET  HTTP/1.1\r\n\r\n",                       1, MessageFault::Target,      "no target"),
        ("GET /\u{7f} HTTP/1.1\r\n\r\n",                1, MessageFault::Target,      "control in the target"),
        ("GET /\r HTTP/1.1\r\n\r\n",                    1, MessageFault::Target,      "bare CR"),
        ("GET /ü HTTP/1.1\r\n\r\n",                     1, MessageFault::Target,      "beyond ASCII"),
        ("GET /a#b HTTP/1.1\r\n\r\n",                   1, MessageFault::Target,      "a fragment"),
        ("GET / HTTP/1.2\r\n\r\n",                      1, MessageFault::Version,     "no such version"),
        ("GET / HTTP/1.10\r\n\r\n",                     1, MessageFault::Version,     "a version with two digits"),
        ("GET / http/1.1\r\n\r\n",                      1, MessageFault::Version,     "case matters"),
        ("GET / HTTP/2.0\r\n\r\n",                      1, MessageFault::Version,     "not the form of HTTP/2"),
        ("GET / HTTP/1.1\r\r\n\r\n",                    1, MessageFault::Version,     "CR CR LF"),
        ("GET / HTTP/1.1\r\na\r\n\r\n",                 2, MessageFault::Name,        "no colon"),
        ("GET / HTTP/1.1\r\n: b\r\n\r\n",               2, MessageFault::Name,        "no name"),
        ("GET / HTTP/1.1\r\na : b\r\n\r\n",             2, MessageFault::Name,        "space before the colon"),
        ("GET / HTTP/1.1\r\na\u{b}: b\r\n\r\n",         2, MessageFault::Name,        "control in the name"),
        ("GET / HTTP/1.1\r\n a: b\r\n\r\n",             2, MessageFault::Fold,        "§2.2: space after the start line"),
        ("GET / HTTP/1.1\r\na: b\r\n\tc\r\n\r\n",       3, MessageFault::Fold,        "obs-fold"),
        ("GET / HTTP/1.1\r\na: b\rc\r\n\r\n",           2, MessageFault::Value,       "bare CR"),
        ("GET / HTTP/1.1\r\na: b\r\r\n\r\n",            2, MessageFault::Value,       "bare CR at the end is not trimmed"),
        ("GET / HTTP/1.1\r\na: b\0\r\n\r\n",            2, MessageFault::Value,       "NUL"),
        ("GET / HTTP/1.1\r\n\r\nx",                     3, MessageFault::Body { declared: 0, found: 1 }, "bytes without a length"),
        ("GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\nx",   4, MessageFault::Body { declared: 2, found: 1 }, "too short"),
        ("GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\nxyz", 4, MessageFault::Body { declared: 2, found: 3 }, "too long"),
        ("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 3, MessageFault::LengthsDiffer, "two lengths"),
        ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",     2, MessageFault::TransferEncoding, "chunked"),
        ("GET / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: identity\r\n\r\n", 3, MessageFault::TransferEncoding, "any coding"),
    ];
    for (message, line, kind, why) in cases {
        let refused = parse_request(message.as_bytes()).map(|_| ());
        assert_eq!(refused, Err(error(line, kind)), "{message:?}: {why}");
    }
}

#[test]
fn anything_but_one_strict_response_is_refused() {
    #[rustfmt::skip]
    let cases: [(&str, usize, MessageFault, &str); 9] = [
        ("HTTP/1.1 200\r\n\r\n",          1, MessageFault::StatusLine, "§4: the space is required"),
        ("HTTP/1.1\r\n\r\n",              1, MessageFault::StatusLine, "no status"),
        ("HTTP/3 200 \r\n\r\n",           1, MessageFault::Version,    "no such version"),
        ("HTTP/1.1  200 OK\r\n\r\n",      1, MessageFault::Status,     "two spaces"),
        ("HTTP/1.1 099 \r\n\r\n",         1, MessageFault::Status,     "below 100"),
        ("HTTP/1.1 2000 \r\n\r\n",        1, MessageFault::Status,     "four digits"),
        ("HTTP/1.1 +20 \r\n\r\n",         1, MessageFault::Status,     "a sign"),
        ("HTTP/1.1 200 O\rK\r\n\r\n",     1, MessageFault::Reason,     "bare CR"),
        ("HTTP/1.1 204 \r\n\r\nx",        3, MessageFault::Body { declared: 0, found: 1 }, "204 never has a body"),
    ];
    for (message, line, kind, why) in cases {
        let refused = parse_response(message.as_bytes()).map(|_| ());
        assert_eq!(refused, Err(error(line, kind)), "{message:?}: {why}");
    }
}

#[test]
fn a_length_is_plain_digits() {
    #[rustfmt::skip]
    let bad = [
        ("", "empty"), ("+1", "sign"), ("-1", "sign"), ("0x1", "hex"), ("1_0", "underscore"),
        ("1, 1", "a list"), ("1 1", "two numbers"), ("1.0", "decimals"), ("01", "padded"),
        ("99999999999999999999", "more than can be counted"), ("\u{661}", "not an ASCII digit"),
    ];
    for (length, why) in bad {
        let message = format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\nx");
        let refused = parse_request(message.as_bytes()).map(|_| ());
        assert_eq!(
            refused,
            Err(error(2, MessageFault::ContentLength)),
            "{length:?}: {why}"
        );
    }
}

#[test]
fn a_header_name_is_a_token() {
    for byte in 0..=255_u8 {
        let is_token = byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let message = [b"GET / HTTP/1.1\r\na", &[byte][..], b"b: c\r\n\r\n"].concat();
        // A colon ends the name, and LF the line: neither is part of it.
        let taken = parse_request(&message).is_ok();
        assert_eq!(taken, is_token || byte == b':', "{byte:#04x}");
    }
}

#[test]
fn the_number_of_headers_is_bounded_by_the_map() {
    use std::fmt::Write as _;
    let mut message = "GET / HTTP/1.1\r\n".to_owned();
    for number in 0..40_000 {
        write!(message, "a{number}: b\r\n").unwrap();
    }
    message.push_str("\r\n");
    let refused = parse_request(message.as_bytes()).unwrap_err();
    assert_eq!(refused.kind, MessageFault::TooMany);
}

#[test]
fn an_error_names_the_line() {
    let refused = parse_request(b"GET / HTTP/1.1\r\nHost : a\r\n\r\n").unwrap_err();
    assert_eq!(refused.line(), 2);
    assert!(refused.to_string().starts_with("line 2: "), "{refused}");
    let refused = parse_request(b"GET / HTTP/1.1\r\n\r\nabc").unwrap_err();
    assert!(refused.to_string().starts_with("line 3: "), "{refused}");
}

#[test]
fn a_request_is_written_in_canonical_form() {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("a"));
    let write = |target, version, headers: &HeaderMap, body: &[u8]| {
        String::from_utf8(write_request(&Method::PUT, target, version, headers, body)).unwrap()
    };
    #[rustfmt::skip]
    let cases = [
        (write("/", Version::HTTP_11, &headers, b""),  "PUT / HTTP/1.1\r\nhost: a\r\n\r\n",  "no length for no body"),
        (write("/", Version::HTTP_10, &headers, b"x"), "PUT / HTTP/1.0\r\nhost: a\r\ncontent-length: 1\r\n\r\nx", "a length for a body"),
        (write("/", Version::HTTP_2, &headers, b""),   "PUT / HTTP/1.1\r\nhost: a\r\n\r\n",  "HTTP/2 is written as HTTP/1.1"),
        (write("", Version::HTTP_11, &headers, b""),   "PUT / HTTP/1.1\r\nhost: a\r\n\r\n",  "an empty target"),
        (write("/a b\r\nx#é%2", Version::HTTP_11, &headers, b""), "PUT /a%20b%0D%0Ax%23%C3%A9%2 HTTP/1.1\r\nhost: a\r\n\r\n", "nothing can split the line"),
    ];
    for (written, want, why) in cases {
        assert_eq!(written, want, "{why}");
    }
    headers.append("content-length", HeaderValue::from_static("7"));
    headers.append("content-length", HeaderValue::from_static("8"));
    headers.insert("transfer-encoding", HeaderValue::from_static("chunked"));
    headers.append("z", HeaderValue::from_static("1"));
    headers.append("z", HeaderValue::from_static("2"));
    let want = "PUT / HTTP/1.1\r\nhost: a\r\nz: 1\r\nz: 2\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(
        write("/", Version::HTTP_11, &headers, b""),
        want,
        "framing is replaced"
    );
}

#[test]
fn a_response_is_written_in_canonical_form() {
    #[rustfmt::skip]
    let cases = [
        (200, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",         "length from the body"),
        (299, "HTTP/1.1 299 \r\ncontent-length: 2\r\n\r\nok",           "no registered reason"),
        (204, "HTTP/1.1 204 No Content\r\n\r\n",                        "no body, no length"),
        (103, "HTTP/1.1 103 Early Hints\r\n\r\n",                       "no length in a 1xx"),
        (304, "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n", "the length of the 200 is kept"),
    ];
    let mut headers = HeaderMap::new();
    headers.insert("content-length", HeaderValue::from_static("9"));
    for (status, want, why) in cases {
        let status = StatusCode::from_u16(status).unwrap();
        let written = write_response(status, Version::HTTP_11, &headers, b"ok");
        assert_eq!(String::from_utf8(written).unwrap(), want, "{why}");
    }
}

/// Marsaglia's xorshift: the same messages in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::from(u16::from_le_bytes([
            self.0.to_le_bytes()[2],
            self.0.to_le_bytes()[3],
        ])) % limit
    }

    fn bytes(&mut self, longest: usize, alphabet: &[u8]) -> Vec<u8> {
        let length = self.below(longest + 1);
        (0..length)
            .map(|_| alphabet[self.below(alphabet.len())])
            .collect()
    }

    fn headers(&mut self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for _ in 0..self.below(6) {
            let names = [
                "host",
                "x-a",
                "x-b",
                "set-cookie",
                "content-length",
                "transfer-encoding",
            ];
            let name = HeaderName::from_static(names[self.below(names.len())]);
            let value = self.bytes(8, b"a:,; \t\"=\xfc0");
            headers.append(name, HeaderValue::from_bytes(value.trim_ascii()).unwrap());
        }
        headers
    }
}

/// The map without the fields that the writer sets.
fn unframed(mut headers: HeaderMap) -> HeaderMap {
    headers.remove("content-length");
    headers.remove("transfer-encoding");
    headers
}

#[test]
fn what_is_written_is_read_back() {
    let mut random = Random(0xB0B);
    for _ in 0..5_000 {
        let headers = random.headers();
        let body = random.bytes(9, b"\r\n\0 a:\xff");
        let target = String::from_utf8(random.bytes(9, b"/a?%&=*.:~")).unwrap();
        let version = [Version::HTTP_10, Version::HTTP_11][random.below(2)];

        let message = write_request(&Method::PATCH, &target, version, &headers, &body);
        let (head, read) = parse_request(&message).unwrap();
        let sent = if target.is_empty() { "/" } else { &target };
        assert_eq!(
            (head.method, &*head.target, head.version),
            (Method::PATCH, sent, version)
        );
        assert_eq!(unframed(head.headers), unframed(headers.clone()));
        assert_eq!(read, body);

        let code = [101, 200, 204, 206, 304, 404, 599][random.below(7)];
        let status = StatusCode::from_u16(code).unwrap();
        let message = write_response(status, version, &headers, &body);
        let (head, read) = parse_response(&message).unwrap();
        assert_eq!(head.status, status);
        assert_eq!(unframed(head.headers), unframed(headers));
        assert_eq!(
            read,
            if matches!(code, 101 | 204 | 304) {
                &[][..]
            } else {
                &body
            }
        );
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let whole = b"POST /p HTTP/1.1\r\nHost: a\r\nX-A:  b \r\nContent-Length: 3\r\n\r\nabc";
    let reply = b"HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 3\r\n\r\nabc";
    for end in 0..whole.len() {
        assert!(parse_request(&whole[..end]).is_err(), "cut at {end}");
    }
    for end in 0..reply.len() {
        assert!(parse_response(&reply[..end]).is_err(), "cut at {end}");
    }
    let mut random = Random(0xFACE);
    for _ in 0..20_000 {
        let mut message = [&whole[..], reply][random.below(2)].to_vec();
        for _ in 0..=random.below(3) {
            let at = random.below(message.len());
            message[at] = b"\r\n \t:\0\xff09aH/"[random.below(12)];
        }
        // An accepted message is read the same way after it is written again.
        if let Ok((head, body)) = parse_request(&message) {
            let again = write_request(
                &head.method,
                &head.target,
                head.version,
                &head.headers,
                body,
            );
            let (read, read_body) = parse_request(&again).unwrap();
            assert_eq!(
                (read.target, read.headers, read_body),
                (head.target, head.headers, body)
            );
        }
        if let Ok((head, body)) = parse_response(&message) {
            let again = write_response(head.status, Version::HTTP_11, &head.headers, body);
            assert_eq!(parse_response(&again).map(|(_, body)| body), Ok(body));
        }
    }
}
