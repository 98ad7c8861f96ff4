// Two pieces of state and a request.
// The message says that the arguments do not fit, and how one state is shared.
//
// expect: its arguments do not fit
// cure: `with_state(state, handler)` with a handler that takes `(&State, &Request)`

use rustzeug::{Request, ServeError, serve};

struct Database;
struct Cache;

fn page(_: &Database, _: &Cache, _: &Request) -> &'static str {
    "page"
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", page)
}
