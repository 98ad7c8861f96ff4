// A URL of a route without parameters.
// The message says that an argument is missing; the page of the method says what to pass for no values.
//
// expect: argument #2 is missing
// page: src/routing/router/request.rs url_for or `()` if there are none

use rustzeug::{Request, Result, Router, ServeError, serve};

fn menu(request: &Request) -> Result<String> {
    request.url_for("menu")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", Router::new().get("/", menu).name("menu"))
}
