//! Applications side by side, by the first segments of the path, without a router.
//!
//! ```sh
//! cargo run --example dispatcher
//! curl http://127.0.0.1:8000/             # the front page
//! curl http://127.0.0.1:8000/wiki/Home    # /Home in /wiki
//! curl http://127.0.0.1:8000/status       # fine
//! ```
use rustzeug::middleware::Dispatcher;
use rustzeug::{Application, Request, ServeError, serve, server::address_from_port};

pub(crate) fn app() -> impl Application {
    Dispatcher::new(|| "the front page\n")
        .mount("/wiki", wiki)
        .mount("/status", async || "fine\n")
}

fn wiki(request: &Request) -> String {
    format!("{} in {}\n", request.path(), request.script_name())
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
