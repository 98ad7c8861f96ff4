// `?` on an `Option` in a handler that returns a `Result`.
// The message says how an `Option` becomes a `Result` (`.or_not_found()?` is shorter).
//
// expect: the `?` operator can only be used on `Result`s, not `Option`s
// cure: use `.ok_or(...)?`

use rustzeug::{Request, Result, ServeError, serve};

fn color(name: &str) -> Option<&'static str> {
    (name == "sky").then_some("blue")
}

fn page(request: &Request) -> Result<&'static str> {
    Ok(color(request.path())?)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", page)
}
