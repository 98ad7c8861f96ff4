//! A CGI program: a web server starts it for each request.
//!
//! ```sh
//! export REQUEST_METHOD=GET PATH_INFO=/Ada      # as a web server does
//! cargo run --example cgi --features cgi
//! # Status: 200 OK
//! # content-type: text/plain; charset=utf-8
//! # content-length: 12
//! #
//! # Hello, Ada!
//! ```
//!
//! The page on CGI in the guide has the configuration for Apache and lighttpd.
use std::process::ExitCode;

use rustzeug::{Application, Error, IntoApplication, Request, Response, Result, cgi};

pub(crate) fn app() -> impl Application {
    answer.into_application()
}

async fn answer(request: &Request) -> Result<Response> {
    match (request.method().as_str(), request.path()) {
        ("POST", _) => {
            let bytes = request.bytes().await?;
            Ok(Response::text(format!("{} bytes\n", bytes.len())))
        }
        ("GET" | "HEAD", "" | "/") => {
            let hello = Response::text("Hello!\n").with_etag("v1");
            Ok(hello.conditional(request))
        }
        ("GET" | "HEAD", "/old") => Ok(Response::redirect(request.application_url() + "/new")),
        ("GET" | "HEAD", "/url") => Ok(Response::text(request.url() + "\n")),
        ("GET", "/count") => Ok(Response::iterator((1..=3).map(|n| format!("{n}\n")))),
        ("GET" | "HEAD", path) => {
            let name = path.trim_start_matches('/');
            Ok(Response::text(format!("Hello, {name}!\n")))
        }
        // The body is not read here; the host of the program does it.
        _ => Err(Error::method_not_allowed(["GET", "HEAD", "POST"])),
    }
}

fn main() -> ExitCode {
    cgi::serve(app())
}
