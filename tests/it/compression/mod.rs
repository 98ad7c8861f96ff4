//! Compressed responses and requests, by their middleware.

use std::io::Read;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::http;
use rustzeug::middleware::Coding;

use crate::common::serve;

mod bombs;
mod chosen;
mod decoding;
pub(crate) mod example;
mod heads;
mod recorded;
mod streams;
mod workers;

/// Text of this length that compresses to about a quarter.
fn text(length: usize) -> String {
    let mut number = 1_u32;
    let mut text = String::new();
    while text.len() < length {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push_str(["alpha ", "beta ", "<li>", "gamma\n"][number as usize >> 30]);
    }
    text.truncate(length);
    text
}

/// Asks for `/` with this `Accept-Encoding`.
fn ask(app: &impl Application, accepts: &str) -> Response {
    let request = Request::blank("/").with_header("accept-encoding", accepts);
    Response::from(serve(app, request))
}

/// The names of codings in this build.
fn names() -> Vec<&'static str> {
    let mut names = vec!["gzip", "deflate", "br"];
    if cfg!(feature = "zstd") {
        names.push("zstd");
    }
    names
}

fn coding(response: &Response) -> &str {
    response.header_text("content-encoding").unwrap_or("-")
}

/// The text of a response, read by another decoder than that of the middleware where there is one.
fn read(mut response: Response) -> String {
    let name = coding(&response).to_owned();
    let bytes = response.read_bytes().wait().unwrap();
    let mut text = String::new();
    let outcome = match &*name {
        "-" => (&bytes[..]).read_to_string(&mut text),
        "gzip" => flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text),
        "deflate" => flate2::read::ZlibDecoder::new(&bytes[..]).read_to_string(&mut text),
        name => return by_middleware(name, bytes),
    };
    outcome.unwrap();
    text
}

fn by_middleware(name: &str, body: impl Into<Body>) -> String {
    let echo = async |request: &Request| request.text().limit(u64::MAX).await;
    let app = rustzeug::wrap(echo, rustzeug::middleware::decode_requests);
    let request = Request::blank("/")
        .with_header("content-encoding", name.to_owned())
        .with_body(body);
    let mut response: Response = serve(&app, request).into();
    assert_eq!(response.status(), 200, "{name}");
    response.read_text().wait().unwrap()
}

/// The content in this coding, as the middleware writes it. It is a stream, so that it is compressed even if it becomes
/// longer.
fn coded(name: &str, content: impl Into<Body>) -> Vec<u8> {
    let content = Body::reader(content.into().into_reader());
    let content = std::sync::Mutex::new(Some(content));
    let handler = move || {
        let body = content.lock().unwrap().take().unwrap();
        Response::from(http::Response::new(body)).with_header("content-type", "text/plain")
    };
    let settings = rustzeug::middleware::Compression::default().with_min_bytes(0);
    let app = rustzeug::wrap(
        handler,
        rustzeug::with_state(settings, rustzeug::middleware::compress_with),
    );
    let mut response = ask(&app, name);
    assert_eq!(coding(&response), name);
    response.read_bytes().wait().unwrap().into()
}

#[test]
fn a_coding_has_the_name_of_its_header() {
    for (coding, name) in [
        (Coding::Gzip, "gzip"),
        (Coding::Deflate, "deflate"),
        (Coding::Brotli, "br"),
        (Coding::Zstd, "zstd"),
    ] {
        assert_eq!(
            (coding.name(), coding.as_ref(), &*coding.to_string()),
            (name, name, name)
        );
    }
}
