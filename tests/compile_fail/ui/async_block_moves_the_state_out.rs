// A closure moves a captured value into the `async move` block of its first call.
// The message says to clone it before.
//
// expect: it changes or moves a captured value, or its future borrows one
// cure: clone a value before an `async move` block that consumes it

use rustzeug::{Request, ServeError, serve};

fn main() -> Result<(), ServeError> {
    let greeting = String::from("Hello");
    serve("127.0.0.1:8000", move |request: Request| async move {
        format!("{greeting} from {}", request.path())
    })
}
