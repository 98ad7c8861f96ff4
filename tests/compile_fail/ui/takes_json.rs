// A handler that takes `Json`, as in axum.
// The message says that the arguments do not fit, and how JSON is read.
//
// expect: its arguments do not fit
// cure: JSON with `request.json().wait()?`
// cure: in an `async fn` use `.await?`

use rustzeug::{Json, Router, ServeError, serve};
use serde::Deserialize;

#[derive(Deserialize)]
struct Note {
    title: String,
}

async fn add(Json(note): Json<Note>) -> String {
    note.title
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", Router::new().post("/notes", add))
}
