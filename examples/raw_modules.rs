//! Routing, forms, query and cookies over the raw protocol: the modules need no `Request`.
//!
//! ```sh
//! cargo run --example raw_modules
//! curl http://127.0.0.1:8000/Ada                     # Hello, Ada!
//! curl 'http://127.0.0.1:8000/?name=Ada'             # Hello, Ada!
//! curl -b name=Grace http://127.0.0.1:8000/          # Hello, Grace!
//! curl -d name=Barbara http://127.0.0.1:8000/        # Hello, Barbara!
//! ```

use rustzeug::cookies::Cookies;
use rustzeug::gateway::{Application, Environ, Reply, StartResponse};
use rustzeug::routing::RouteMatch;
use rustzeug::{Query, Result, Router, ServeError, form, serve, server::address_from_port};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    Router::new()
        .route(["GET", "POST"], "/", hello)
        .get("/{name}", hello)
}

async fn hello(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    let sent = match environ.method().as_str() {
        "POST" => form::read(&environ).await?.get("name").map(str::to_owned),
        _ => None,
    };
    let routed = RouteMatch::of(&environ);
    let in_path = routed.as_ref().and_then(|routed| routed.get("name"));
    let in_query = Query::of(&environ).get("name");
    let in_cookie = Cookies::of(&environ).get("name");
    let name = sent
        .or(in_path.map(Into::into))
        .or(in_query.map(Into::into))
        .or(in_cookie.map(Into::into))
        .unwrap_or_else(|| "you".to_owned());
    let started = start_response.start(200, [("content-type", "text/plain; charset=utf-8")])?;
    Ok(started.body(format!("Hello, {name}!\n")))
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
