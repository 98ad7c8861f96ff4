// The type as which JSON is read is unknown.
// The message shows where to write it.
//
// expect: type annotations needed
// cure: consider giving `note` an explicit type

use rustzeug::{Request, Result, ServeError, serve};

fn title(request: &Request) -> Result<String> {
    let note = request.json().wait()?;
    Ok(note["title"].to_string())
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", title)
}
