//! The current time over the raw protocol, with environ and `start_response` by hand.
//!
//! ```sh
//! cargo run --example time_raw
//! curl -i http://127.0.0.1:8000/        # 200 and the time
//! curl -i http://127.0.0.1:8000/other   # 404
//! ```
//!
//! `PORT` sets another port. A shorter form of the same application: `time_webob_style`.

use rustzeug::chrono::Local;
use rustzeug::gateway::{Application, Environ, Reply, StartResponse};
use rustzeug::{IntoApplication, Result, ServeError, serve, server::address_from_port};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    current_time.into_application()
}

const HOSTS: &str = "Only http://127.0.0.1/ and http://localhost/ are answered";

fn current_time(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    let host = environ.var("HTTP_HOST").unwrap_or_else(|| "".into());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => &host,
    };
    let known_host = name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost");
    let path = environ.var("PATH_INFO").unwrap_or_else(|| "".into());

    let (status, text) = if environ.var("REQUEST_METHOD").as_deref() != Some("GET") {
        (501, "Only GET is implemented".to_owned())
    } else if !known_host || path != "/" {
        (404, HOSTS.to_owned())
    } else {
        (200, Local::now().to_rfc2822())
    };
    let headers = [
        ("content-type", "text/plain; charset=utf-8".to_owned()),
        ("content-length", text.len().to_string()),
    ];
    Ok(start_response.start(status, headers)?.body(text))
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
