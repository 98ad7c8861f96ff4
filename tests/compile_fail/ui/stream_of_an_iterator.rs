// `Response::stream` of an iterator.
// The message names the constructor for it.
//
// expect: is not a stream of chunks
// cure: for an iterator use `Response::iterator(chunks)`

use rustzeug::{Request, Response, ServeError, serve};

fn rows(_: &Request) -> Response {
    Response::stream((1..1000).map(|n| format!("{n}\n")))
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", rows)
}
