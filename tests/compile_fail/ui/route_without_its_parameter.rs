// A route has a type for a parameter that its rule does not have.
// The message says that the rule has fewer parameters.
//
// expect: the rule has fewer parameters than the route has types
// cure: `TypedRule<()>` for none

use rustzeug::routing::TypedRule;

const USER: TypedRule<(u64,)> = TypedRule::new("/");

fn main() {
    println!("{}", USER.rule());
}
