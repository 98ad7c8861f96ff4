// A `usize`: a status is a `u16`, and a number in a page is text.
// The message names the type and says what is a response.
//
// expect: a handler cannot answer with `usize`
// cure: answer with a `Response`

use rustzeug::{Request, ServeError, serve};

fn length(request: &Request) -> usize {
    request.path().len()
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", length)
}
