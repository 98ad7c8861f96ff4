// The state is an `Arc<Database>`, the handler takes a `&Database` (`with_state` shares by itself).
// The message shows both signatures.
//
// expect: found function signature `fn(&Database, &rustzeug::Request) -> _`
// cure: expected function signature `fn(&Arc<Database>, &rustzeug::Request) -> _`

use rustzeug::{IntoApplication, Request, with_state};
use std::sync::Arc;

struct Database;

async fn page(_: &Database, _: &Request) -> &'static str {
    "page"
}

fn main() {
    let _app = with_state(Arc::new(Database), page).into_application();
}
