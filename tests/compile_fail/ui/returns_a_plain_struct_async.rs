// An `async fn` returns a struct that is not a response.
// The message names the struct, not the future, and says what is a response.
//
// expect: a handler cannot answer with `Point`
// cure: `Json(value)` for a value that implements `serde::Serialize`

use rustzeug::{Request, ServeError, serve};

struct Point {
    x: i32,
    y: i32,
}

async fn origin(_: &Request) -> Point {
    Point { x: 0, y: 0 }
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", origin)
}
