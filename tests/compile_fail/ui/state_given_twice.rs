// One state for two handlers.
// The message proposes a clone.
//
// expect: use of moved value: `database`
// cure: if `Database` implemented `Clone`, you could clone the value

use rustzeug::{Request, Router, ServeError, serve, with_state};

struct Database;

fn list(_: &Database, _: &Request) -> &'static str {
    "list"
}

fn add(_: &Database, _: &Request) -> &'static str {
    "added"
}

fn main() -> Result<(), ServeError> {
    let database = Database;
    let app = Router::new()
        .get("/notes", with_state(database, list))
        .post("/notes", with_state(database, add));
    serve("127.0.0.1:8000", app)
}
