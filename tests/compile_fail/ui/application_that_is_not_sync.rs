// An application holds a `Cell`.
// The message names the type and what to use instead.
//
// expect: has type `&Counter` which is not `Send`, because `Counter` is not `Sync`
// cure: use `std::sync::RwLock` or `std::sync::atomic::AtomicU32` instead

use rustzeug::{Application, Result, ServeError, gateway::{Environ, Reply, StartResponse}, serve};
use std::cell::Cell;

struct Counter(Cell<u32>);

impl Application for Counter {
    async fn call(&self, _: Environ, start_response: StartResponse) -> Result<Reply> {
        Ok(start_response.start(200, [("content-type", "text/plain")])?.body("x"))
    }
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", Counter(Cell::new(0)))
}
