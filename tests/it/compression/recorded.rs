//! The same content through `encode_content` and `decode_content` of `WebOb` and through `GZipMiddleware` of Starlette.
//!
//! `tests/oracle/record_compression.py` prints the rows, without the result of this crate and its reason.

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::middleware::Coding;
use rustzeug::middleware::Compression;
use rustzeug::middleware::compress_with;
use rustzeug::middleware::decode_requests;
use rustzeug::with_state;
use rustzeug::wrap;

use super::ask;
use crate::common::Recorded;
use crate::common::serve;

/// `Accept-Encoding`, content type, length, further headers; what `WebOb`, Starlette and this crate answer; why. Answers are
/// `Content-Encoding`, `Vary` and `ETag`.
type Row = (
    &'static str,
    &'static str,
    usize,
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ENCODED: [Row; 16] = [
    ("gzip", "text/plain", 2000, &[], "gzip - -", "gzip accept-encoding -", "gzip accept-encoding -", "WebOb sets no Vary"),
    ("GZIP", "text/plain", 2000, &[], "gzip - -", "- accept-encoding -", "gzip accept-encoding -", "names have no case"),
    ("gzip;q=0", "text/plain", 2000, &[], "- - -", "gzip accept-encoding -", "- accept-encoding -", "0 excludes; a cache must know that the response could have been compressed"),
    ("x-gzip-not", "text/plain", 2000, &[], "- - -", "gzip accept-encoding -", "- accept-encoding -", "a part of a name is not the name"),
    ("identity", "text/plain", 2000, &[], "- - -", "- accept-encoding -", "- accept-encoding -", "WebOb sets no Vary"),
    ("", "text/plain", 2000, &[], "- - -", "- accept-encoding -", "- accept-encoding -", "WebOb sets no Vary"),
    ("*", "text/plain", 2000, &[], "gzip - -", "- accept-encoding -", "gzip accept-encoding -", "* is any coding"),
    ("deflate", "text/plain", 2000, &[], "- - -", "- accept-encoding -", "deflate accept-encoding -", "the others do not write it"),
    ("gzip", "text/plain", 2000, &[("etag", "\"v7\"")], "gzip - \"v7\"", "gzip accept-encoding \"v7\"", "gzip accept-encoding W/\"v7\"", "a strong tag would be that of other bytes"),
    ("identity", "text/plain", 2000, &[("etag", "\"v7\"")], "- - \"v7\"", "- accept-encoding \"v7\"", "- accept-encoding \"v7\"", "WebOb sets no Vary"),
    ("gzip", "text/plain", 100, &[], "gzip - -", "- - -", "- - -", "WebOb compresses what is asked of it"),
    ("gzip", "image/png", 2000, &[], "gzip - -", "- - -", "- - -", "WebOb compresses what is asked of it"),
    ("gzip", "text/event-stream", 2000, &[], "gzip - -", "- - -", "- - -", "WebOb compresses what is asked of it"),
    ("gzip", "text/plain", 2000, &[("content-encoding", "br")], "br - -", "br - -", "br - -", ""),
    ("gzip", "text/plain", 2000, &[("cache-control", "no-transform")], "gzip - -", "gzip accept-encoding -", "- - -", "the application forbids it"),
    ("gzip", "text/plain", 2000, &[("vary", "cookie")], "gzip cookie -", "gzip cookie, accept-encoding -", "gzip cookie, accept-encoding -", "WebOb sets no Vary"),
];

/// `Content-Encoding`, the body; what `WebOb` and this crate make of it.
#[rustfmt::skip]
const DECODED: [(&str, &[u8], &str, &str); 9] = [
    ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabV\xcaK\xccMU\xb2RPrLIT\xaa\x05\x00h\xa2\x0a\xe4\x0f\x00\x00\x00", "{\"name\": \"Ada\"}", "{\"name\": \"Ada\"}"),
    ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabV\xcaK\xcc\x05\x00_\xe0\xb7O\x05\x00\x00\x00\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03KU\xb2RPrLIT\xaa\x05\x00h$S\xf8\x0a\x00\x00\x00", "{\"name\": \"Ada\"}", "{\"name\": \"Ada\"}"),
    ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabV\xcaK\xccMU\xb2RPrLIT\xaa\x05\x00h\xa2\x0a\xe4\x0f\x00\x00", "!EOFError", "!400"),
    ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabV\xcaK\xccMU\xb2RPrLIT\xaa\x05\x00h\xa2\x0a\xe4\x0f\x00\x00\x00x", "!BadGzipFile", "!400"),
    ("deflate", b"x\x9c\xabV\xcaK\xccMU\xb2RPrLIT\xaa\x05\x00%J\x04\x82", "{\"name\": \"Ada\"}", "{\"name\": \"Ada\"}"),
    ("deflate", b"\xabV\xcaK\xccMU\xb2RPrLIT\xaa\x05\x00", "{\"name\": \"Ada\"}", "{\"name\": \"Ada\"}"),
    ("deflate", b"x\x9c\xabV\xcaK\xccMU\xb2RPrLIT\xaa\x05\x00%J\x04", "!error", "!400"),
    ("identity", b"{\x22name\x22: \x22Ada\x22}", "{\"name\": \"Ada\"}", "{\"name\": \"Ada\"}"),
    ("compress", b"{\x22name\x22: \x22Ada\x22}", "!ValueError", "!415"),
];

#[test]
fn responses_are_compressed_as_recorded() {
    let mut recorded = Recorded::default();
    for (accepts, content_type, length, more, webob, starlette, ours, why) in ENCODED {
        let handler = move || {
            let response =
                Response::bytes("x".repeat(length)).with_header("content-type", content_type);
            more.iter().fold(response, |response, (name, value)| {
                response.with_header(*name, *value)
            })
        };
        // Those of the others, and one more.
        let settings = Compression::default()
            .with_codings([Coding::Gzip, Coding::Deflate])
            .with_min_bytes(500);
        let response = ask(&wrap(handler, with_state(settings, compress_with)), accepts);
        let shown = ["content-encoding", "vary", "etag"].map(|name| {
            let lines = response.headers().get_all(name).iter();
            let lines: Vec<_> = lines.map(|line| line.to_str().unwrap()).collect();
            if lines.is_empty() {
                "-".to_owned()
            } else {
                lines.join(", ")
            }
        });
        let got = shown.join(" ");
        let what = format!("{accepts} {content_type} {length} {more:?}");
        recorded.row(&what, &got, &[webob, starlette], [ours, why]);
    }
    recorded.hold();
}

#[test]
fn bodies_are_decoded_as_recorded() {
    let app = wrap(
        async |request: &Request| request.text().await,
        decode_requests,
    );
    for (coding, body, webob, ours) in DECODED {
        let request = Request::blank("/")
            .with_header("content-encoding", coding)
            .with_body(body);
        let mut response = Response::from(serve(&app, request));
        let got = match response.status().as_u16() {
            200 => response.read_text().wait().unwrap(),
            status => format!("!{status}"),
        };
        assert_eq!(got, ours, "{coding} {body:?}");
        // `WebOb` raises an exception where this crate answers the client.
        assert_eq!(
            webob.starts_with('!'),
            ours.starts_with('!'),
            "{coding} {body:?}"
        );
    }
}
