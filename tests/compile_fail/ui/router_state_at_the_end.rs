// A state at the end of the chain, as in axum.
// The message says how a handler gets a state.
//
// expect: its arguments do not fit
// cure: `with_state(state, handler)` with a handler that takes `(&State, &Request)`

use rustzeug::{Request, Router, ServeError, serve};

struct Database;

fn home(_: &Database, _: &Request) -> &'static str {
    "home"
}

fn main() -> Result<(), ServeError> {
    let app = Router::new().get("/", home).with_state(Database);
    serve("127.0.0.1:8000", app)
}
