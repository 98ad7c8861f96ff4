// The type of a route with one parameter is no tuple.
// The message says that one is a tuple too.
//
// expect: `u64` is no tuple of the types of parameters
// cure: one parameter is a tuple too: `Route<(u64,)>`

use rustzeug::routing::Route;

const USER: Route<u64> = Route::new("/users/{id:int}");

fn main() {
    println!("{}", USER.rule());
}
