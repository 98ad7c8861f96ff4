// `rustzeug::Json` without the feature `json`.
// The message names the feature.
//
// expect: unresolved import `rustzeug::Json`
// cure: the item is gated behind the `json` feature

use rustzeug::{IntoApplication, Json};

fn main() {
    let _app = (|| Json([1, 2])).into_application();
}
