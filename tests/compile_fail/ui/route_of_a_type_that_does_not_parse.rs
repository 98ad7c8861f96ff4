// A parameter of a route is of a type that does not parse.
// The message says which trait it must implement.
//
// expect: a parameter of a path cannot be read as `Id`
// cure: implement `std::str::FromStr` for your own type

use rustzeug::routing::TypedRule;

struct Id(u64);

const USER: TypedRule<(Id,)> = TypedRule::new("/users/{id:int}");

fn main() {
    println!("{}", USER.rule());
}
