// `.await` in a `fn`.
// The message says that the function is not `async` (`.wait()` is the other cure).
//
// expect: `await` is only allowed inside `async` functions and blocks
// cure: this is not `async`

use rustzeug::{Request, Result, ServeError, serve};

fn echo(request: &Request) -> Result<String> {
    Ok(request.text().await?)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", echo)
}
