// JSON into a type that borrows.
// The message names trait and lifetimes; the page of the method says what the type looks like.
//
// expect: implementation of `Deserialize` is not general enough
// page: src/data/json/mod.rs json The type owns what it holds, so its fields are `String` and not `&str`

use rustzeug::{Request, Result, ServeError, serve};
use serde::Deserialize;

#[derive(Deserialize)]
struct Note<'n> {
    title: &'n str,
}

fn title(request: &Request) -> Result<String> {
    let note: Note<'_> = request.json().wait()?;
    Ok(note.title.to_owned())
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", title)
}
