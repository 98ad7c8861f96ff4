// `.wait().await`.
// The message says to remove one.
//
// expect: is not a future
// cure: remove the `.await`

use rustzeug::{Request, Result, ServeError, serve};

async fn echo(request: &Request) -> Result<String> {
    Ok(request.text().wait().await?)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", echo)
}
