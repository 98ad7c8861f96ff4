// `hello()` for `hello`, a `fn` that returns text.
// The message says to pass the function itself.
//
// expect: `&str` is not a request handler
// cure: pass the function itself, `h`, not its result, `h()`

use rustzeug::{ServeError, serve};

fn hello() -> &'static str {
    "hello"
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", hello())
}
