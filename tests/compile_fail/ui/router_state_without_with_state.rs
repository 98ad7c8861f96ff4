// A handler with state, outside of `with_state`.
// The message says where it belongs.
//
// expect: is not a request handler: its arguments do not fit
// cure: `with_state(state, handler)` with a handler that takes `(&State, &Request)`

use rustzeug::{Request, Router};

struct Database;

fn page(_: &Database, _: &Request) -> &'static str {
    "page"
}

fn main() {
    let _app = Router::new().get("/", page);
}
