//! Whole messages: any bytes are parsed or refused, and a parsed message is written so that it parses to the same
//! message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::http::HeaderMap;
use rustzeug::http::HeaderValue;
use rustzeug::http::header;

fuzz_target!(|input: &[u8]| {
    let message = message(input);
    request(&message);
    response(&message);
});

/// The input unchanged, or, by its first byte, with line ends and parts of a start line that are hard to guess.
fn message(input: &[u8]) -> Vec<u8> {
    let Some((how, rest)) = input.split_first() else {
        return Vec::new();
    };
    let (before, after) = match how {
        b'r' => ("GET /", " HTTP/1.1\n\n"),
        b'a' => ("GET http://", " HTTP/1.1\n\n"),
        b'g' => ("GET ", " HTTP/1.1\n\n"),
        b'c' => ("CONNECT ", " HTTP/1.1\n\n"),
        b'm' => ("", " / HTTP/1.0\n\n"),
        b's' => ("HTTP/1.1 ", ""),
        b'h' => ("HTTP/1.1 200 OK\n", ""),
        b't' => ("HTTP/1.0 304 \ncontent-length: ", ""),
        b'f' => ("OPTIONS * HTTP/1.1\n", "\n\n"),
        b'b' => (
            "POST /a?b HTTP/1.1\nhost: a\ncontent-length: 3\n",
            "\n\nxyz",
        ),
        _ => return input.to_vec(),
    };
    let lines = [before.as_bytes(), rest, after.as_bytes()].concat();
    let mut message = Vec::with_capacity(lines.len() + 16);
    for byte in lines {
        if byte == b'\n' {
            message.push(b'\r');
        }
        message.push(byte);
    }
    message
}

fn request(message: &[u8]) {
    let Ok(first) = Request::from_bytes(message) else {
        return;
    };
    let written = first.to_bytes().wait().expect("its body is in memory");
    let again = Request::from_bytes(&written).expect("what was written is read");
    assert_eq!(first.method(), again.method());
    assert_eq!(first.version(), again.version());
    assert_eq!(first.raw_path(), again.raw_path());
    assert_eq!(first.query_string(), again.query_string());
    assert_eq!(first.url(), again.url());
    assert_eq!(first.bytes().wait().unwrap(), again.bytes().wait().unwrap());
    // A request without a host is written with one.
    let named = first.headers().contains_key(header::HOST);
    same_headers(first.headers(), again.headers(), !named);
    let twice = again.to_bytes().wait().expect("its body is in memory");
    assert_eq!(written, twice, "written once and again");
}

fn response(message: &[u8]) {
    let Ok(mut first) = Response::from_bytes(message) else {
        return;
    };
    let written = first.to_bytes().wait().expect("its body is in memory");
    let mut again = Response::from_bytes(&written).expect("what was written is read");
    assert_eq!(first.status(), again.status());
    assert_eq!(
        first.read_bytes().wait().unwrap(),
        again.read_bytes().wait().unwrap()
    );
    same_headers(first.headers(), again.headers(), false);
    let twice = again.to_bytes().wait().expect("its body is in memory");
    assert_eq!(written, twice, "written once and again");
}

/// Compares all lines of all names, except `Content-Length`, which is recomputed, and perhaps `Host`.
fn same_headers(first: &HeaderMap, again: &HeaderMap, host_is_new: bool) {
    let made = |name: &str| name == "content-length" || (name == "host" && host_is_new);
    for name in first.keys().chain(again.keys()) {
        if !made(name.as_str()) {
            let lines = |map: &HeaderMap| -> Vec<HeaderValue> {
                map.get_all(name).iter().cloned().collect()
            };
            assert_eq!(lines(first), lines(again), "{name}");
        }
    }
}
