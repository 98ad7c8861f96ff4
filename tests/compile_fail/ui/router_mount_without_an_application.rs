// A mount without an application.
// The message shows the place of the application.
//
// expect: argument #2 is missing
// cure: .mount("/static", /* handler */)

use rustzeug::Router;

fn main() {
    let _app = Router::new().mount("/static");
}
