// A task uses a borrowed request after the handler has returned.
// The message shows what escapes; the page of `Request` says what a task needs.
//
// expect: `request` is a reference that is only valid in the function body
// page: src/request/mod.rs Request the handler takes the `Request` itself

use rustzeug::{Request, ServeError, serve};

fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    drop(future);
}

async fn order(request: &Request) -> &'static str {
    spawn(async move { println!("{}", request.path()) });
    "ordered"
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", order)
}
