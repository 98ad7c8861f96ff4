// Middleware with state takes the state last.
// The message says which arguments the state is for.
//
// expect: cannot be called with a state of type `Database`
// cure: takes `(&Database, Request, Next)`

use rustzeug::{Next, Request, Response, ServeError, serve, with_state, wrap};

struct Database;

async fn count(request: Request, next: Next, _: &Database) -> Response {
    next.run(request).await
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", with_state(Database, count)))
}
