// axum's `layer`.
// The message says that a router has no `layer`; its page names `wrap`.
//
// expect: no method named `layer` found for struct `Router`
// page: src/routing/router/mod.rs Router adds middleware, which other frameworks call layers

use rustzeug::{Next, Request, Response, Router, ServeError, serve};

async fn no_store(request: Request, next: Next) -> Response {
    next.run(request).await.with_header("cache-control", "no-store")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", Router::new().get("/", || "home").layer(no_store))
}
