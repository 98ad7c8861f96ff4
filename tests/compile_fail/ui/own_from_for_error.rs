// `From` for `rustzeug::Error`, for an error type of the program.
// The message shows the existing `From`; the page of `Error` says what to write instead.
//
// expect: conflicting implementations of trait `std::convert::From<NoSuchNote>` for type `rustzeug::Error`
// page: src/base/error/mod.rs Error map_errors

use rustzeug::{Error, Request, Result, ServeError, serve};
use std::fmt;

#[derive(Debug)]
struct NoSuchNote;

impl fmt::Display for NoSuchNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such note")
    }
}

impl std::error::Error for NoSuchNote {}

impl From<NoSuchNote> for Error {
    fn from(_: NoSuchNote) -> Self {
        Error::not_found()
    }
}

fn note(_: &Request) -> Result<String> {
    Err(NoSuchNote)?
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
