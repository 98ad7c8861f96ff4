// A `fn` that never returns.
// The message says so and what is a response (`!` may be one on no stable compiler).
//
// expect: a handler cannot answer with `!`
// cure: answer with a `Response`

use rustzeug::{Request, ServeError, serve};

fn later(_: &Request) -> ! {
    todo!()
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", later)
}
