// `serve` in an `async fn`.
// The message says that it is not a future; its page begins with `serve_async`.
//
// expect: `Result<(), ServeError>` is not a future
// page: src/server/serve.rs serve [`serve_async`]

use rustzeug::{ServeError, serve};

async fn run() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", || "hello").await
}

fn main() {
    drop(run());
}
