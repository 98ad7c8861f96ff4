// Middleware that takes a state, without `with_state`.
// The message says how middleware gets a state.
//
// expect: is not middleware: its arguments do not fit
// cure: `with_state(state, middleware)`, where the middleware takes `(&State, Request, Next)`

use rustzeug::{Next, Request, Response, ServeError, serve, wrap};

struct Database;

async fn sign_in(_: &Database, request: Request, next: Next) -> Response {
    next.run(request).await
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", sign_in))
}
