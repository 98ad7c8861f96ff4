// A router that is made statement by statement.
// The message says that `Router::get` takes the router; its page begins with both ways.
//
// expect: `Router::get` takes ownership of the receiver `self`, which moves `app`
// page: src/routing/router/mod.rs Router `router = router.get("/", home);`

use rustzeug::{Router, ServeError, serve};

fn main() -> Result<(), ServeError> {
    let mut app = Router::new();
    app.get("/", || "home");
    app.get("/about", || "about");
    serve("127.0.0.1:8000", app)
}
