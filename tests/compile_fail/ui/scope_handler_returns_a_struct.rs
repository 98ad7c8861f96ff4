// A handler with state returns a struct that is not a response.
// The message names it and says what is a response.
//
// expect: a handler cannot answer with `Page`
// cure: answer with a `Response`

use rustzeug::{Request, Router};

struct Database;
struct Page;

fn page(_: &Database, _: &Request) -> Page {
    Page
}

fn main() {
    let _app = Router::new().with_state(Database, |scope| scope.get("/", page));
}
