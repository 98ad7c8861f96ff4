//! Several hosts in one process, with a part of the name as a parameter. In development, names below `localhost`
//! replace these hosts.
//!
//! ```sh
//! cargo run --example hosts
//! curl http://127.0.0.1:8000/                          # the front page
//! curl http://api.localhost:8000/                      # the API
//! curl http://ada.localhost:8000/                      # the site of a tenant
//! ```

use rustzeug::gateway::Application;
use rustzeug::{Request, Result, Router, ServeError, serve, server::address_from_port};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    Router::new()
        .get("/", front)
        .host("api.example.org", Router::new().get("/", || "the API\n"))
        .host(
            "{tenant}.example.org",
            Router::new().get("/", site).name("site"),
        )
        .with_localhost_as("example.org")
}

fn front(request: &Request) -> Result<String> {
    Ok(format!(
        "see {}\n",
        request.url_for("site", [("tenant", "ada")])?
    ))
}

fn site(request: &Request) -> Result<String> {
    Ok(format!(
        "the site of {}\n",
        request.path_param::<String>("tenant")?
    ))
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
