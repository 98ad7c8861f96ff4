// A handler is nested.
// The message says that a router is expected; the page of `nest` says that other applications are mounted.
//
// expect: expected `Router`, found fn item
// cure: expected struct `Router`

use rustzeug::{Request, Router};

fn notes(_: &Request) -> &'static str {
    "notes"
}

fn main() {
    let _app = Router::new().nest("/notes", notes);
}
