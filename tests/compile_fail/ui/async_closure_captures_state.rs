// An `async` closure uses what it captures.
// The message says `with_state`.
//
// expect: it changes, gives away or lends to its future what it captures
// cure: an `async` closure that captures: `with_state(state, handler)`

use rustzeug::{Request, ServeError, serve};

fn main() -> Result<(), ServeError> {
    let greeting = String::from("Hello");
    serve("127.0.0.1:8000", async move |request: &Request| {
        format!("{greeting} from {}", request.path())
    })
}
