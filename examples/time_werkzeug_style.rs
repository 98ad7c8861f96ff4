//! The current time in Werkzeug's style: a handler from `&Request` to `Response`.
//!
//! ```sh
//! cargo run --example time_werkzeug_style
//! curl -i http://127.0.0.1:8000/        # 200 and the time
//! curl -i http://127.0.0.1:8000/other   # 404
//! ```
//!
//! `PORT` sets another port. The same over the raw protocol: `time_raw`, `time_webob_style`.

use rustzeug::chrono::Local;
use rustzeug::gateway::Application;
use rustzeug::{IntoApplication, Request, Response, ServeError, serve, server::address_from_port};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    current_time.into_application()
}

const HOSTS: &str = "Only http://127.0.0.1/ and http://localhost/ are answered";

fn current_time(request: &Request) -> Response {
    let (host, path) = (request.domain(), request.path());
    match (request.method().as_str(), &*host, path) {
        ("GET", "127.0.0.1" | "localhost", "/") => Response::text(Local::now().to_rfc2822()),
        ("GET", _, _) => Response::text(HOSTS).with_status(404),
        _ => Response::text("Only GET is implemented").with_status(501),
    }
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
