// `Router::route` as in axum, without methods.
// The message says that methods come first, and which calls need none.
//
// expect: `&str` is not a list of methods
// cure: for one method: `.get("/", handler)`
// cure: for all: `.any("/", handler)`

use rustzeug::{Router, ServeError, serve};

fn home() -> &'static str {
    "home"
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", Router::new().route("/", home))
}
