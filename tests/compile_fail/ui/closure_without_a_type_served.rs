// A closure whose parameter has no type, served.
// The message says to write it; `handler::by_ref(|request| …)` needs none. rustc takes the types
// of parameters from `Fn` bounds only, never through a trait like `Handler`.
//
// expect: type annotations needed
// cure: consider giving this closure parameter an explicit type

use rustzeug::{ServeError, serve};

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", |request| request.path().to_owned())
}
