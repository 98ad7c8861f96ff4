// `rustzeug::chrono` without the feature `chrono`.
// The message names the feature.
//
// expect: unresolved import `rustzeug::chrono`
// cure: the item is gated behind the `chrono` feature

use rustzeug::chrono::Utc;

fn main() {
    let _now = Utc::now();
}
