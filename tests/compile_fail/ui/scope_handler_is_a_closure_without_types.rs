// A closure among handlers with state has no types. rustc takes them from `Fn` bounds only.
// The message says to write them.
//
// expect: type annotations needed
// cure: consider giving this closure parameter an explicit type

use rustzeug::Router;

struct Database;

fn main() {
    let _app = Router::new().with_state(Database, |scope| {
        scope.get("/", |_, request| request.path().to_owned())
    });
}
