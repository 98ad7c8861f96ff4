// A closure of `todo!()`, whose result is `!`.
// The message says so and offers `()`: write `|_: &Request| -> Response { todo!() }`.
//
// expect: a handler cannot answer with `!`
// cure: you might have intended to use the type `()` here instead

use rustzeug::{Request, ServeError, serve};

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", |_: &Request| todo!())
}
