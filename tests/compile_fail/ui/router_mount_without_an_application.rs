// A mount of nothing.
// The message shows where the application stands.
//
// expect: argument #2 is missing
// cure: .mount("/static", /* handler */)

use rustzeug::Router;

fn main() {
    let _app = Router::new().mount("/static");
}
