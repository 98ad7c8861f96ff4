// Middleware takes the request last.
// The message shows both signatures.
//
// expect: found function signature `fn(Next, rustzeug::Request) -> _`
// cure: expected function signature `fn(rustzeug::Request, Next) -> _`

use rustzeug::{Next, Request, Response, ServeError, serve, wrap};

async fn no_store(next: Next, request: Request) -> Response {
    next.run(request).await.with_header("cache-control", "no-store")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", no_store))
}
