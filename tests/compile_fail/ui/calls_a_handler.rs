// `hello()` for `hello`, a `fn` that gives text.
// The message says to pass the function itself.
//
// expect: `&str` is not a request handler
// cure: pass the function itself, `h`, not what it gives when called, `h()`

use rustzeug::{ServeError, serve};

fn hello() -> &'static str {
    "hello"
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", hello())
}
