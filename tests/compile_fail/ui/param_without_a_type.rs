// The type as which a parameter is read is unknown.
// The message shows where to write it.
//
// expect: a parameter of a path cannot be read as `!`
// cure: name the type, as in `let id: u64 = request.path_param("id")?`

use rustzeug::{Request, Result};

fn note(request: &Request) -> Result<String> {
    let id = request.path_param("id")?;
    Ok(format!("note {id}"))
}

fn main() {
    let _ = note;
}
