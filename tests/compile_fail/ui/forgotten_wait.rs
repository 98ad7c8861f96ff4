// `request.text()?` in a `fn`.
// The message names the type, whose name is the cure.
//
// expect: the `?` operator can only be applied to values that implement `Try`
// cure: the `?` operator cannot be applied to type `AwaitOrWait<

use rustzeug::{Request, Result, ServeError, serve};

fn echo(request: &Request) -> Result<String> {
    let text = request.text()?;
    Ok(text)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", echo)
}
