//! The current time in WebOb's style: a function of environ and `start_response` that wraps
//! the environ in a `Request` and ends in `response.start(start_response)`.
//!
//! ```sh
//! cargo run --example time_webob_style
//! curl -i http://127.0.0.1:8000/        # 200 and the time
//! curl -i http://127.0.0.1:8000/other   # 404
//! ```
//!
//! `PORT` sets another port. The same by hand: `time_raw`; as a handler: `time_werkzeug_style`.

use rustzeug::chrono::Local;
use rustzeug::gateway::{Application, Environ, Reply, StartResponse};
use rustzeug::{
    IntoApplication, Request, Response, Result, ServeError, serve, server::address_from_port,
};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    current_time.into_application()
}

const HOSTS: &str = "Only http://127.0.0.1/ and http://localhost/ are answered";

fn current_time(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    let request = Request::new(environ);
    let (host, path) = (request.domain(), request.path());
    let response = match (request.method().as_str(), &*host, path) {
        ("GET", "127.0.0.1" | "localhost", "/") => Response::text(Local::now().to_rfc2822()),
        ("GET", _, _) => Response::text(HOSTS).with_status(404),
        _ => Response::text("Only GET is implemented").with_status(501),
    };
    response.start(start_response)
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
