// A handler of a router returns a number.
// The message names it and says what is a response.
//
// expect: a handler cannot answer with `u64`
// cure: answer with a `Response`

use rustzeug::{Request, Router};

fn count(_: &Request) -> u64 {
    7
}

fn main() {
    let _app = Router::new().get("/count", count);
}
