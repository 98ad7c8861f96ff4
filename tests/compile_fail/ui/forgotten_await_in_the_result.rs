// `request.text()` as the opaque result of an `async fn`.
// The message says `.wait()?` and `.await?`.
//
// expect: a handler cannot answer with `AwaitOrWait<
// cure: `.wait()?` in a `fn`, with `.await?` in an `async fn`

use rustzeug::{Request, ServeError, serve};

async fn echo(request: &Request) -> impl rustzeug::IntoResponse {
    request.text()
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", echo)
}
