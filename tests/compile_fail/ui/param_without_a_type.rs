// Nothing says what a parameter is to be read as.
// The message shows where to say it.
//
// expect: a parameter of a path cannot be read as `!`
// cure: say which, as in `let id: u64 = request.path_param("id")?`

use rustzeug::{Request, Result};

fn note(request: &Request) -> Result<String> {
    let id = request.path_param("id")?;
    Ok(format!("note {id}"))
}

fn main() {
    let _ = note;
}
