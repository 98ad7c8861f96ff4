// A `fn` returns an error that does not implement `std::error::Error`.
// The message names the result and says which errors a handler may return.
//
// expect: a handler cannot answer with `Result<String, NoteError>`
// cure: a type that implements `std::error::Error + Send + Sync`

use rustzeug::{Request, ServeError, serve};

#[derive(Debug)]
enum NoteError {
    Missing,
}

fn note(_: &Request) -> Result<String, NoteError> {
    Err(NoteError::Missing)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
