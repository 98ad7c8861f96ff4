// A closure whose parameter has no type, adapted.
// The message says to write it; `handler::by_ref(|request| …)` needs none. rustc takes the types
// of parameters from `Fn` bounds only, never through a trait like `Handler`.
//
// expect: type annotations needed
// cure: consider giving this closure parameter an explicit type

use rustzeug::IntoApplication;

fn main() {
    let _app = (|request| request.path().to_owned()).into_application();
}
