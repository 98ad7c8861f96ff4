// A cookie as two arguments, as in Flask.
// The message says that it is a pair.
//
// expect: `&str` is not a cookie with a value
// cure: a cookie is a pair in its own parentheses: `(("name", "value"))`

use rustzeug::{Request, Response, ServeError, serve};

fn dark(_: &Request) -> Response {
    Response::redirect("/").with_cookie("theme", "dark")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", dark)
}
