// A closure of `&Request` returns an `async move` block that uses the request.
// `async |request: &Request| …` and an `async fn` can do that.
//
// expect: lifetime may not live long enough
// no cure: the type of such a closure cannot say that the block borrows the argument, and rustc says only that

use rustzeug::{Request, ServeError, serve};

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", |request: &Request| async move {
        request.path().to_owned()
    })
}
