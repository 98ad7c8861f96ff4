// An `async fn` returns an error that does not implement `std::error::Error`.
// The message names the error and says which errors a handler may return.
//
// expect: `NoteError` is not an error that a handler can return
// cure: return `Result<_, rustzeug::Error>` and use `?`

use rustzeug::{Request, ServeError, serve};

#[derive(Debug)]
enum NoteError {
    Missing,
}

async fn note(_: &Request) -> Result<String, NoteError> {
    Err(NoteError::Missing)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
