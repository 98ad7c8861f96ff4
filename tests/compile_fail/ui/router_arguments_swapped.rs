// The handler comes before the rule.
// The message says what comes first.
//
// expect: is not a rule of a route
// cure: the rule is a text or a `TypedRule`, and comes before the handler

use rustzeug::{Request, Router};

fn notes(_: &Request) -> &'static str {
    "notes"
}

fn main() {
    let _app = Router::new().get(notes, "/notes");
}
