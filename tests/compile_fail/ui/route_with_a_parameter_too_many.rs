// A route has no type for a parameter of its rule.
// The message says that the rule has more parameters.
//
// expect: the rule has more parameters than the route has types
// cure: `TypedRule<(u64, String)>` for two

use rustzeug::routing::TypedRule;

const USER: TypedRule<(u64,)> = TypedRule::new("/{user}/notes/{id:int}");

fn main() {
    println!("{}", USER.rule());
}
