// A closure gives what it captures to the `async move` block of its first call.
// The message says to clone it before.
//
// expect: it changes, gives away or lends to its future what it captures
// cure: what an `async move` block uses up is cloned before it

use rustzeug::{Request, ServeError, serve};

fn main() -> Result<(), ServeError> {
    let greeting = String::from("Hello");
    serve("127.0.0.1:8000", move |request: Request| async move {
        format!("{greeting} from {}", request.path())
    })
}
