// A handler with state takes the request first.
// The message says which arguments the state is for.
//
// expect: cannot be called with a state of type `Database`
// cure: takes `(&Database, &Request)`

use rustzeug::{Request, ServeError, serve, with_state};

struct Database;

fn page(_: &Request, _: &Database) -> &'static str {
    "page"
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", with_state(Database, page))
}
