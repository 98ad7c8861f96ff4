// The state of the routes is an `Arc<Database>`, the handler takes a `&Database`.
// The message shows both signatures.
//
// expect: found function signature `fn(&Database, &rustzeug::Request) -> _`
// cure: expected function signature `fn(&Arc<Database>, &rustzeug::Request) -> _`

use rustzeug::{Request, Router};
use std::sync::Arc;

struct Database;

fn page(_: &Database, _: &Request) -> &'static str {
    "page"
}

fn main() {
    let _app = Router::new().with_state(Arc::new(Database), |scope| scope.get("/", page));
}
