// `Error` as an enum.
// The message says that there is no such variant; its page begins with what there is.
//
// expect: named `NotFound` found for struct `rustzeug::Error`
// page: src/base/error/mod.rs Error `Error::not_found()`

use rustzeug::{Error, Request, Result, ServeError, serve};

fn note(_: &Request) -> Result<String> {
    Err(Error::NotFound)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
