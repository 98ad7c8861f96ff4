// `hello()` for `hello`, an `async fn`.
// The message says to pass the function itself.
//
// expect: `impl Future<Output = &'static str>` is not a request handler
// cure: pass the function itself, `h`, not its result, `h()`

use rustzeug::{ServeError, serve};

async fn hello() -> &'static str {
    "hello"
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", hello())
}
