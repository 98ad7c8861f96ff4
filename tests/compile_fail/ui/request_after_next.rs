// The request is read after it was passed on.
// The message shows where it went; the page of `Next` says what to do before.
//
// expect: borrow of moved value: `request`
// page: src/middleware/mod.rs Next let path = request.path().to_owned();

use rustzeug::{Next, Request, Response, ServeError, serve, wrap};

async fn log(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    eprintln!("{} {}", request.path(), response.status());
    response
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", log))
}
