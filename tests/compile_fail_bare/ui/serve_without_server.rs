// `rustzeug::serve` without the feature `server`.
// The message names the feature.
//
// expect: unresolved import `rustzeug::serve`
// cure: the item is gated behind the `server` feature

use rustzeug::serve;

fn main() {
    serve("127.0.0.1:8000", || "hello").unwrap();
}
