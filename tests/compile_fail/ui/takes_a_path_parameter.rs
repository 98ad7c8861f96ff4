// A handler that takes a parameter of the path as an argument, as in Flask.
// The message says that the arguments do not fit, and how a parameter is read.
//
// expect: its arguments do not fit
// cure: a path parameter with `request.path_param("id")?`

use rustzeug::{Request, Router, ServeError, serve};

fn note(_: &Request, id: u64) -> String {
    format!("note {id}")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", Router::new().get("/notes/{id:int}", note))
}
