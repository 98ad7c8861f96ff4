// `wrap(middleware, handler)`.
// The message points at the middleware and says what a handler takes.
//
// expect: its arguments do not fit
// cure: a handler is a `fn`, `async fn` or closure that takes `&Request`

use rustzeug::{Next, Request, Response, ServeError, serve, wrap};

async fn no_store(request: Request, next: Next) -> Response {
    next.run(request).await.with_header("cache-control", "no-store")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(no_store, || "hello"))
}
