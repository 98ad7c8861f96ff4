// A handler that takes two requests.
// The message says that the arguments do not fit, and which ones do.
//
// expect: its arguments do not fit
// cure: a handler is a `fn`, `async fn` or closure that takes `&Request`

use rustzeug::{IntoApplication, Request};

async fn compare(left: &Request, right: &Request) -> String {
    (left.path() == right.path()).to_string()
}

fn main() {
    let _app = compare.into_application();
}
