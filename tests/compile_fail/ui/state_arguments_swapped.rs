// A handler with state takes the request first.
// The message shows both signatures.
//
// expect: found function signature `fn(&rustzeug::Request, &Database) -> _`
// cure: expected function signature `fn(&Database, &rustzeug::Request) -> _`

use rustzeug::{Request, ServeError, serve, with_state};

struct Database;

fn page(_: &Request, _: &Database) -> &'static str {
    "page"
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", with_state(Database, page))
}
