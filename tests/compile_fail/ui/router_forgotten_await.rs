// `request.text()` used as text without `.wait()`, in a handler of a router.
// The type says what is left to do.
//
// expect: expected `String`, found `AwaitOrWait<Entire<'_, String>>`
// cure: AwaitOrWait

use rustzeug::{Request, Router};

async fn length(request: &Request) -> String {
    request.text()
}

fn main() {
    let _app = Router::new().post("/length", length);
}
