//! Compresses responses for clients that accept it, and reads compressed requests.
//!
//! ```sh
//! cargo run --example compression --features compression
//! curl --compressed -i http://127.0.0.1:8000/                        # content-encoding: br, or what curl accepts
//! curl --compressed -N http://127.0.0.1:8000/count                   # five lines, each sent when it is made
//! curl -i -H 'accept-encoding: gzip' http://127.0.0.1:8000/secret    # never compressed
//! echo hello | gzip | curl -H 'content-encoding: gzip' --data-binary @- http://127.0.0.1:8000/length   # 6 bytes
//! ```

use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use rustzeug::gateway::Application;
use rustzeug::middleware::compress;
use rustzeug::middleware::decode_requests;
use rustzeug::{Request, Response, Result, Router, ServeError, serve};
use rustzeug::{server::address_from_port, wrap};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    let router = Router::new()
        .get("/", page)
        .get("/count", count)
        .get("/secret", secret)
        .post("/length", wrap(length, decode_requests));
    wrap(router, compress)
}

fn page() -> Response {
    let items = "<li>One more item\n".repeat(200);
    let html = format!("<!doctype html>\n<title>Items</title>\n<ul>\n{items}</ul>\n");
    Response::html(html).with_header("cache-control", "max-age=60")
}

/// Each line is sent before the next one is made.
fn count() -> Response {
    let response = Response::writer(|out| {
        for number in 1..=5 {
            writeln!(out, "{number}")?;
            out.flush()?;
            sleep(Duration::from_millis(100));
        }
        Ok(())
    });
    let response = response.with_header("content-type", "text/plain; charset=utf-8");
    response.with_header("cache-control", "no-store")
}

/// A page with a secret that also repeats text of its request: its compressed length could reveal the secret.
fn secret(request: &Request) -> Response {
    let search = request.query_string();
    let text = format!("{search}\nThe token against forged requests: 9f86d081884c7d65\n");
    Response::text(text.repeat(20)).with_header("cache-control", "private, no-transform")
}

/// Reads the body as if it had not been compressed.
fn length(request: &Request) -> Result<String> {
    Ok(format!("{} bytes\n", request.text().wait()?.len()))
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
