// Middleware with state returns a struct that is not a response.
// The message is that of a handler.
//
// expect: a handler cannot answer with `Point`
// cure: `Json(value)` for a value that implements `serde::Serialize`

use rustzeug::{Next, Request, ServeError, serve, with_state, wrap};

struct Database;
struct Point;

async fn origin(_: &Database, _: Request, _: Next) -> Point {
    Point
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", with_state(Database, origin)))
}
