// An `async fn` returns a `Box<dyn Error>`, which cannot leave its thread.
// The message names the box and the one that can.
//
// expect: `Box<(dyn std::error::Error + 'static)>` is not an error that a handler can return
// cure: a `Box<dyn Error + Send + Sync>`

use rustzeug::{Request, ServeError, serve};
use std::error::Error;

async fn note(_: &Request) -> Result<String, Box<dyn Error>> {
    Ok(std::fs::read_to_string("note")?)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
