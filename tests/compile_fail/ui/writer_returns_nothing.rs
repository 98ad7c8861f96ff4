// A writer that returns nothing.
// The message shows what it returns; the page of the constructor shows the `Ok(())`.
//
// expect: expected `Result<(), Error>`, found `()`
// page: src/response/make.rs writer it ends with `Ok(())`

use rustzeug::{Request, Response, ServeError, serve};
use std::io::Write;

fn report(_: &Request) -> Response {
    Response::writer(|out| {
        writeln!(out, "name,price");
    })
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", report)
}
