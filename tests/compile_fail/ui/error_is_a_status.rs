// The error of a handler is a status, as in axum.
// The message shows the error that has it.
//
// expect: a handler cannot answer with `Result<String, StatusCode>`
// cure: for a status use `Error::not_found()` or `Error::new(404, "text")`

use rustzeug::http::StatusCode;
use rustzeug::{Request, ServeError, serve};

fn note(request: &Request) -> Result<String, StatusCode> {
    if request.query_string().is_empty() {
        return Err(StatusCode::NOT_FOUND);
    }
    Ok("a note".to_owned())
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
