// A `fn` with state returns a struct that is not a response.
// The message is that of a handler without state.
//
// expect: a handler cannot answer with `Point`
// cure: `Json(value)` for a value that implements `serde::Serialize`

use rustzeug::{Request, ServeError, serve, with_state};

struct Database;
struct Point;

fn origin(_: &Database, _: &Request) -> Point {
    Point
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", with_state(Database, origin))
}
