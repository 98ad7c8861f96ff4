// The middleware of a router is a `fn`.
// The message says that it is an `async fn`, and with which arguments.
//
// expect: middleware must return a future, and `rustzeug::Response` is not a future
// cure: middleware is an `async fn(Request, Next)`

use rustzeug::{Next, Request, Response, Router};

fn log(request: Request, _: Next) -> Response {
    Response::text(request.path().to_owned())
}

fn main() {
    let _app = Router::new().get("/", || "front").wrap(log);
}
