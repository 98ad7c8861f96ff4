// A header by index, as in Python.
// The message shows the type of a value, which the reader has to find; the page of `headers_mut` begins with the cure.
//
// expect: expected `HeaderValue`, found `&str`
// page: src/response/mod.rs headers_mut `response.set_header(name, value)?;`

use rustzeug::{Request, Response, ServeError, serve};

fn hello(_: &Request) -> Response {
    let mut response = Response::text("hello");
    response.headers_mut()["cache-control"] = "no-store";
    response
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", hello)
}
