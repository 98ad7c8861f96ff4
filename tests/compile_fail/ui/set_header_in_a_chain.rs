// `set_header` in a chain.
// The message shows its result; the page of `Response` begins with the use of each verb.
//
// expect: expected `Response`, found `Result<&mut Response, Error>`
// page: src/response/mod.rs Response In a chain it is changed by `with_…`

use rustzeug::{Request, Response, ServeError, serve};

fn hello(_: &Request) -> Response {
    Response::text("hello").set_header("cache-control", "no-store")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", hello)
}
