// A body that borrows from the request.
// The message shows what escapes; the page of the constructor says what is used instead.
//
// expect: `request` is a reference that is only valid in the function body
// page: src/response/make.rs iterator It is read after the handler has returned, so it owns what it reads

use rustzeug::{Request, Response, ServeError, serve};

fn words(request: &Request) -> Response {
    Response::iterator(request.query_string().split('&').map(|pair| pair.to_owned()))
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", words)
}
