// A struct where a router wants a handler; it implements nothing.
// The message names it and says what is a handler.
//
// expect: `Notes` is not a request handler
// cure: a handler is a `fn`, `async fn` or closure that takes `&Request`

use rustzeug::Router;

struct Notes;

fn main() {
    let _app = Router::new().get("/notes", Notes);
}
