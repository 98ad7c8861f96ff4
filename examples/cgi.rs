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

use rustzeug::{Application, IntoApplication, Request, Result, cgi};

pub(crate) fn app() -> impl Application {
    hello.into_application()
}

async fn hello(request: &Request) -> Result<String> {
    if request.method() == "POST" {
        let text = request.text().await?;
        return Ok(format!("{} bytes for {}\n", text.len(), request.path()));
    }
    Ok(match request.path() {
        "" | "/" => "Hello!\n".to_owned(),
        path => format!("Hello, {}!\n", path.trim_start_matches('/')),
    })
}

fn main() -> ExitCode {
    cgi::serve(app())
}
