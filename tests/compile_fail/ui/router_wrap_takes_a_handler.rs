// A handler where a router wants middleware.
// The message shows the arguments of middleware.
//
// expect: function is expected to take 2 arguments, but it takes 1 argument
// cure: F: Fn(Request, Next) -> R

use rustzeug::{Request, Router};

async fn log(request: &Request) -> String {
    request.path().into_owned()
}

fn main() {
    let _app = Router::new().get("/", || "front").wrap(log);
}
