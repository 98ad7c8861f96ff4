// Middleware takes the request by reference.
// The message shows the signature that fits.
//
// expect: is not middleware: its arguments do not fit
// cure: middleware is an `async fn(Request, Next)`

use rustzeug::{Next, Request, Response, ServeError, serve, wrap};

async fn no_store(request: &Request, next: Next) -> Response {
    println!("{}", request.path());
    next.run(Request::blank("/")).await
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", wrap(|| "hello", no_store))
}
