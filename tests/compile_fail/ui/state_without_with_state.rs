// A handler with state, without the state.
// The message says `with_state`.
//
// expect: its arguments do not fit
// cure: `with_state(state, handler)` with a handler that takes `(&State, &Request)`

use rustzeug::{Request, ServeError, serve};

struct Database;

fn page(_: &Database, _: &Request) -> &'static str {
    "page"
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", page)
}
