// Middleware takes the request last.
// The message shows both signatures.
//
// expect: is not middleware: its arguments do not fit
// cure: middleware is an `async fn(Request, Next)` or an `async` closure like it, in this order

use rustzeug::{Next, Request, Response, ServeError, serve, wrap};

async fn no_store(next: Next, request: Request) -> Response {
    next.run(request).await.with_header("cache-control", "no-store")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", no_store))
}
