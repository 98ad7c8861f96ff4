// A closure changes a captured value.
// The message says to use a `Mutex` or an atomic; the second one says where it changes.
//
// expect: it changes or moves a captured value, or its future borrows one
// cure: put a value that changes into a `Mutex` or an atomic

use rustzeug::{Request, ServeError, serve};

fn main() -> Result<(), ServeError> {
    let mut visits = 0;
    serve("127.0.0.1:8000", move |_: &Request| {
        visits += 1;
        format!("visit {visits}")
    })
}
