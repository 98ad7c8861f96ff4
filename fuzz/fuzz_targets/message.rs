//! Whole messages: any bytes are read or refused, and what was read is written so that it is
//! read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::http::HeaderMap;
use rustzeug::http::HeaderValue;
use rustzeug::http::header;

fuzz_target!(|message: &[u8]| {
    request(message);
    response(message);
});

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
    // A request that names no host is written with one.
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

/// All lines of all names, but for `Content-Length`, which is made anew, and perhaps `Host`.
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
