// `request.text()?` in an `async fn`.
// The message says `.await`.
//
// expect: the `?` operator cannot be applied to type `AwaitOrWait<
// cure: consider `await`ing on the `Future`

use rustzeug::{Request, Result, ServeError, serve};

async fn echo(request: &Request) -> Result<String> {
    let text = request.text()?;
    Ok(text)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", echo)
}
