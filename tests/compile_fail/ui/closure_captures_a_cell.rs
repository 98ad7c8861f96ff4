// A closure captures a `Cell`.
// The message names it and what to use instead.
//
// expect: `Cell<i32>` cannot be shared between threads safely
// cure: use `std::sync::RwLock` or `std::sync::atomic::AtomicI32` instead

use rustzeug::{Request, ServeError, serve};
use std::cell::Cell;

fn main() -> Result<(), ServeError> {
    let visits = Cell::new(0);
    serve("127.0.0.1:8000", move |_: &Request| {
        visits.set(visits.get() + 1);
        format!("visit {}", visits.get())
    })
}
