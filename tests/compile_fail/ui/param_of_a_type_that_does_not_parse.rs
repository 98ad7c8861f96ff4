// A parameter is read as a type that does not parse.
// The message says which trait it must implement.
//
// expect: a parameter of a path cannot be read as `Id`
// cure: implement `std::str::FromStr` for your own type

use rustzeug::{Request, Result};

struct Id(u64);

fn note(request: &Request) -> Result<String> {
    let id: Id = request.path_param("id")?;
    Ok(format!("note {}", id.0))
}

fn main() {
    let _ = note;
}
