// `next(request)`, as in Starlette.
// The message names the type, whose page begins with the method.
//
// expect: expected function, found `Next`
// page: src/middleware/mod.rs Next `next.run(request).await` calls it

use rustzeug::{Next, Request, Response, ServeError, serve, wrap};

async fn no_store(request: Request, next: Next) -> Response {
    next(request).await.with_header("cache-control", "no-store")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", no_store))
}
