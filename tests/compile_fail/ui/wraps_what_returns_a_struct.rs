// A handler inside `wrap` returns a struct that is not a response.
// The message is that of a handler outside.
//
// expect: a handler cannot answer with `Point`
// cure: `Json(value)` for a value that implements `serde::Serialize`

use rustzeug::{Next, Request, Response, ServeError, serve, wrap};

struct Point;

async fn origin(_: &Request) -> Point {
    Point
}

async fn no_store(request: Request, next: Next) -> Response {
    next.run(request).await.with_header("cache-control", "no-store")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(origin, no_store))
}
