// A parameter without its `?`.
// The message shows the `Result`, and proposes a panic; the page of `Error` begins with the `?`.
//
// expect: expected `u64`, found `Result<_, Error>`
// page: src/base/error/mod.rs Error let id: u64 = request.path_param("id")?;

use rustzeug::{Request, Router, ServeError, serve};

fn note(request: &Request) -> String {
    let id: u64 = request.path_param("id");
    format!("note {id}")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", Router::new().get("/notes/{id:int}", note))
}
