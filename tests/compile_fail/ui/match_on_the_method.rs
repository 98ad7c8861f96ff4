// A method matched as text.
// The message shows both types; the page of `method` begins with the comparison as text.
//
// expect: expected `&Method`, found `&str`
// page: src/request/mod.rs method `match request.method().as_str()

use rustzeug::{Request, Response, ServeError, serve};

fn page(request: &Request) -> Response {
    match request.method() {
        "POST" => Response::text("saved"),
        _ => Response::text("a form"),
    }
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", page)
}
