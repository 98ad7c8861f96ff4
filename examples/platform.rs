//! A program for a platform: its environment sets its address and its limits.
//!
//! ```sh
//! cargo run --example platform
//! curl http://127.0.0.1:8000/                       # from 127.0.0.1, …
//! curl http://127.0.0.1:8000/healthz                # ok
//! PORT=8080 RUSTZEUG_LAME_DUCK=5 RUSTZEUG_GRACE_PERIOD=25 cargo run --example platform
//! UNIX_SOCKET=/tmp/app.sock cargo run --example platform
//! curl --unix-socket /tmp/app.sock http://localhost/
//! LISTEN=http://127.0.0.1:8000,unix:/tmp/app.sock cargo run --example platform
//! systemd-socket-activate -l 8000 target/debug/examples/platform
//! ```

use rustzeug::gateway::Application;
use rustzeug::{IntoApplication, Request, ServeError, Server};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    ends.into_application()
}

/// The addresses of both ends of the connection.
fn ends(request: &Request) -> String {
    let client = request.client_ip();
    let client = client.map_or_else(|| "unknown".to_owned(), |ip| ip.to_string());
    let local = request.environ().server().local();
    let local = local.map_or_else(|| "unknown".to_owned(), ToString::to_string);
    format!("from {client}, at {local}\n")
}

fn main() -> Result<(), ServeError> {
    Server::from_env()?.serve(app())
}
