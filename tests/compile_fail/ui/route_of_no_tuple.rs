// The type of a route with one parameter is not a tuple.
// The message says that one is a tuple too.
//
// expect: `u64` is not a tuple of parameter types
// cure: one parameter is a tuple too: `TypedRule<(u64,)>`

use rustzeug::routing::TypedRule;

const USER: TypedRule<u64> = TypedRule::new("/users/{id:int}");

fn main() {
    println!("{}", USER.rule());
}
