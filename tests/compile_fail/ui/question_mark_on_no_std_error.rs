// `?` on an error that does not implement `std::error::Error`.
// The message names the trait that is missing.
//
// expect: `?` couldn't convert the error
// cure: implement `std::error::Error` for its type

use rustzeug::{Request, Result, ServeError, serve};

#[derive(Debug)]
enum NoteError {
    Missing,
}

fn find(_: &str) -> Result<String, NoteError> {
    Err(NoteError::Missing)
}

async fn note(request: &Request) -> Result<String> {
    Ok(find(request.path())?)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
