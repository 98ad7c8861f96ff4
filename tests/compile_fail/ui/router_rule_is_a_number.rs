// The rule is a number.
// The message shows a rule.
//
// expect: `{integer}` is not a rule of a route
// cure: a route is declared by its rule, then its handler: `.get("/notes/{id:int}", note)`

use rustzeug::Router;

fn main() {
    let _app = Router::new().get(7, || "seven");
}
