// A handler with state takes the request first, in a router.
// The message shows both signatures.
//
// expect: found function signature `fn(&rustzeug::Request, &Database) -> _`
// cure: expected function signature `fn(&Database, &rustzeug::Request) -> _`

use rustzeug::{Request, Router};

struct Database;

fn page(_: &Request, _: &Database) -> &'static str {
    "page"
}

fn main() {
    let _app = Router::new().with_state(Database, |scope| scope.get("/", page));
}
