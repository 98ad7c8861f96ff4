//! Listens where it is told: at the sockets it inherits, else at `UNIX_SOCKET`, else at `PORT`.
//!
//! ```sh
//! cargo run --example listening
//! curl http://127.0.0.1:8000/                                       # from 127.0.0.1, …
//! UNIX_SOCKET=/tmp/app.sock cargo run --example listening
//! curl --unix-socket /tmp/app.sock http://localhost/                # from nobody in particular, …
//! systemd-socket-activate -l 8000 target/debug/examples/listening   # started by the first client
//! ```

use std::env;

use rustzeug::gateway::Application;
use rustzeug::{IntoApplication, Listener, Request, ServeError, Server, local_address};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    ends.into_application()
}

/// Who is at both ends of the connection.
fn ends(request: &Request) -> String {
    let client = request.client_addr();
    let client = client.map_or_else(|| "nobody in particular".to_owned(), |ip| ip.to_string());
    let local = request.environ().facts().local();
    let local = local.map_or_else(|| "nowhere".to_owned(), ToString::to_string);
    format!("from {client}, at {local}\n")
}

fn server() -> Result<Server, ServeError> {
    let mut inherited = Listener::inherited()?.into_iter();
    if let Some(first) = inherited.next() {
        return Ok(inherited.fold(Server::on(first), Server::with_listener));
    }
    match env::var_os("UNIX_SOCKET") {
        Some(path) => Listener::unix(path).map(Server::on),
        None => Server::bind(local_address()?),
    }
}

fn main() -> Result<(), ServeError> {
    server()?.serve(app())
}
