// A route has no type for a parameter of its rule.
// The message says which are more.
//
// expect: the rule has more parameters than the route has types
// cure: `Route<(u64, String)>` for two

use rustzeug::routing::Route;

const USER: Route<(u64,)> = Route::new("/{user}/notes/{id:int}");

fn main() {
    println!("{}", USER.rule());
}
