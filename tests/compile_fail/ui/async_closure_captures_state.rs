// An `async` closure uses a captured value.
// The message says `with_state`.
//
// expect: it changes or moves a captured value, or its future borrows one
// cure: for an `async` closure that captures values use `with_state(state, handler)`

use rustzeug::{Request, ServeError, serve};

fn main() -> Result<(), ServeError> {
    let greeting = String::from("Hello");
    serve("127.0.0.1:8000", async move |request: &Request| {
        format!("{greeting} from {}", request.path())
    })
}
