// The state is an `Arc<Database>`, the handler takes a `&Database` (`with_state` shares by itself).
// The message names the state, and the handler that takes it.
//
// expect: cannot be called with a state of type `Arc<Database>`
// cure: takes `(&Arc<Database>, &Request)`

use rustzeug::{IntoApplication, Request, with_state};
use std::sync::Arc;

struct Database;

async fn page(_: &Database, _: &Request) -> &'static str {
    "page"
}

fn main() {
    let _app = with_state(Arc::new(Database), page).into_application();
}
