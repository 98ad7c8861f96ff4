// A route has a type for a parameter that its rule does not have.
// The message says which are fewer.
//
// expect: the rule has fewer parameters than the route has types
// cure: `Route<()>` for none

use rustzeug::routing::Route;

const USER: Route<(u64,)> = Route::new("/");

fn main() {
    println!("{}", USER.rule());
}
