// A handler where a router wants middleware.
// The message shows the arguments of middleware.
//
// expect: is not middleware: its arguments do not fit
// cure: middleware is an `async fn(Request, Next)`

use rustzeug::{Request, Router};

async fn log(request: &Request) -> String {
    request.path().to_owned()
}

fn main() {
    let _app = Router::new().get("/", || "front").wrap(log);
}
