// Middleware with state is a `fn`.
// The message is that of middleware without state.
//
// expect: middleware must return a future, and `rustzeug::Response` is not a future
// cure: middleware is an `async fn(Request, Next)`

use rustzeug::{Next, Request, Response, ServeError, serve, with_state, wrap};

struct Database;

fn closed(_: &Database, _: Request, _: Next) -> Response {
    Response::empty(503)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", with_state(Database, closed)))
}
