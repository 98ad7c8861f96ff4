// Middleware is a `fn` and uses the response.
// The message says `.await`; the next one says `async fn`.
//
// expect: no method named `with_header` found for opaque type `impl Future
// cure: consider `await`ing on the `Future`

use rustzeug::{Next, Request, Response, ServeError, serve, wrap};

fn no_store(request: Request, next: Next) -> Response {
    next.run(request).with_header("cache-control", "no-store")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", no_store))
}
