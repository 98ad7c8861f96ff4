// A closure changes what it captures.
// The message says to use a `Mutex` or an atomic; the second one says where it changes.
//
// expect: it changes, gives away or lends to its future what it captures
// cure: what changes belongs into a `Mutex` or an atomic

use rustzeug::{Request, ServeError, serve};

fn main() -> Result<(), ServeError> {
    let mut visits = 0;
    serve("127.0.0.1:8000", move |_: &Request| {
        visits += 1;
        format!("visit {visits}")
    })
}
