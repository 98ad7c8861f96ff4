// The value of a route with one parameter is not a tuple.
// The message writes the comma.
//
// expect: expected `(u64,)`, found integer
// cure: use a trailing comma to create a tuple with one element

use rustzeug::routing::TypedRule;
use rustzeug::{Request, Result};

const USER: TypedRule<(u64,)> = TypedRule::new("/users/{id:int}");

fn link(request: &Request) -> Result<String> {
    USER.url_for(request, 7)
}

fn main() {
    let _ = link;
}
