// A named error with a text.
// The message says that it takes no text; the page of `Error` begins with the method for it.
//
// expect: this function takes 0 arguments but 1 argument was supplied
// page: src/base/error/mod.rs Error .with_message("text")

use rustzeug::{Error, Request, Result, ServeError, serve};

fn note(_: &Request) -> Result<String> {
    Err(Error::not_found("no such note"))
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
