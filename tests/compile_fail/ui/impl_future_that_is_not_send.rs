// A handler returns an `impl Future` that holds an `Rc`.
// The message names the capture and its type.
//
// expect: future created by async block is not `Send`
// expect: has type `Rc<&'static str>` which is not `Send`
// no cure: rustc shows where, and leaves it to the reader to drop the value before or to use one that is `Send`

use rustzeug::{Request, ServeError, serve};
use std::rc::Rc;

fn page(_: Request) -> impl Future<Output = String> {
    let text = Rc::new("page");
    async move { text.to_string() }
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", page)
}
