// `request.text()` as the result of a `fn`.
// The message names the type, whose name is the cure.
//
// expect: mismatched types
// cure: found `AwaitOrWait<

use rustzeug::{Request, Result, ServeError, serve};

fn echo(request: &Request) -> Result<String> {
    request.text()
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", echo)
}
