// `Response::new(text)`, as in Flask and WebOb.
// The message lists the constructors.
//
// expect: named `new` found for struct `rustzeug::Response`
// cure: consider using one of the following associated functions
// cure: text

use rustzeug::{Request, Response, ServeError, serve};

fn hello(_: &Request) -> Response {
    Response::new("Hello")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", hello)
}
