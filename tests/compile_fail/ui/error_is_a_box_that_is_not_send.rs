// A `fn` returns a `Box<dyn Error>`, which cannot leave its thread.
// The message names the result and the box that can.
//
// expect: a handler cannot answer with `Result<String, Box<(dyn std::error::Error + 'static)>>`
// cure: a `Box<dyn Error + Send + Sync>`

use rustzeug::{Request, ServeError, serve};
use std::error::Error;

fn note(_: &Request) -> Result<String, Box<dyn Error>> {
    Ok(std::fs::read_to_string("note")?)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
