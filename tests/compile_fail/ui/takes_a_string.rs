// A handler that takes a `String`.
// The message says that the arguments do not fit, and which ones do.
//
// expect: its arguments do not fit
// cure: a handler is a `fn`, `async fn` or closure that takes `&Request`

use rustzeug::{ServeError, serve};

fn hello(name: String) -> String {
    format!("Hello, {name}!")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", hello)
}
