// A field by index, as in Python.
// The message names the type, whose page begins with how a field is read.
//
// expect: cannot index into a value of type `Form`
// page: src/data/form/whole.rs Form `form.require("name")?`

use rustzeug::{Request, Result, ServeError, serve};

fn greet(request: &Request) -> Result<String> {
    let form = request.form().wait()?;
    let name = form["name"];
    Ok(format!("Hello, {name}!"))
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", greet)
}
