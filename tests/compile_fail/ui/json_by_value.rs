// `Response::json` of a value and not of a reference.
// The message shows the `&`.
//
// expect: expected `&_`, found `Note`
// cure: consider borrowing here

use rustzeug::{Request, Response, ServeError, serve};
use serde::Serialize;

#[derive(Serialize)]
struct Note {
    title: String,
}

fn note(_: &Request) -> Response {
    Response::json(Note { title: "Milk".to_owned() })
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
