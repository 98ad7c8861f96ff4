// Flask's `request.args`.
// The message says that there is no such field; the page of `Request` begins with the method.
//
// expect: no field `args` on type `&rustzeug::Request`
// page: src/request/mod.rs Request request.query().get("q")

use rustzeug::{Request, ServeError, serve};

fn search(request: &Request) -> String {
    let q = request.args.get("q").unwrap_or_default();
    format!("results for {q}")
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", search)
}
