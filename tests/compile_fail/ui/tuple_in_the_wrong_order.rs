// The status comes after the text.
// The message names the tuple and shows the order.
//
// expect: a handler cannot answer with `(&'static str, u16)`
// cure: a tuple `(status, value)`

use rustzeug::{Request, ServeError, serve};

async fn missing(_: &Request) -> (&'static str, u16) {
    ("no such note", 404)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", missing)
}
