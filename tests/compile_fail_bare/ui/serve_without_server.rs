// `rustzeug::serve` without the feature `server`.
// The message names the feature.
//
// expect: unresolved import `rustzeug::serve`
// cure: #[cfg(any(feature = "server", feature = "front"))]

use rustzeug::serve;

fn main() {
    serve("127.0.0.1:8000", || "hello").unwrap();
}
