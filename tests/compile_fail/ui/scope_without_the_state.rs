// A handler in a scope with state takes no state.
// The message says that there are two arguments, and which, by the name of the trait.
//
// expect: function is expected to take 2 arguments, but it takes 1 argument
// cure: to implement `for<'a> handler::state::TakesStateAndRequest<'a, Database, _>`

use rustzeug::{Request, Router};

struct Database;

fn page(_: &Request) -> &'static str {
    "page"
}

fn main() {
    let _app = Router::new().with_state(Database, |scope| scope.get("/", page));
}
