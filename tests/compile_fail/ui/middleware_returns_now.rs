// Middleware is a `fn`.
// The message says `async fn(Request, Next)`.
//
// expect: middleware must return a future, and `rustzeug::Response` is not a future
// cure: middleware is an `async fn(Request, Next)`

use rustzeug::{Next, Request, Response, ServeError, serve, wrap};

fn closed(_: Request, _: Next) -> Response {
    Response::empty(503)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", closed))
}
