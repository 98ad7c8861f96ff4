//! Notes as JSON: list them, get one, add one.
//!
//! ```sh
//! cargo run --example json_api
//! curl -i -H 'content-type: application/json' -d '{"title":"Milk"}' http://127.0.0.1:8000/notes
//! curl http://127.0.0.1:8000/notes/1                 # {"title":"Milk","done":false}
//! curl 'http://127.0.0.1:8000/notes?done=false'
//! curl -H 'content-type: application/json' -d '{"title":7}' http://127.0.0.1:8000/notes    # 422
//! ```

use std::sync::Mutex;
use std::sync::PoisonError;

use rustzeug::gateway::Application;
use rustzeug::{
    Error, IntoApplication, OptionExt, Request, Response, Result, ServeError, serve,
    server::address_from_port, with_state,
};
use serde::{Deserialize, Serialize};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    with_state(Mutex::default(), notes).into_application()
}

#[derive(Deserialize, Serialize)]
struct Note {
    title: String,
    #[serde(default)]
    done: bool,
}

fn notes(notes: &Mutex<Vec<Note>>, request: &Request) -> Result<Response> {
    let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    let path = request.path();
    match (request.method().as_str(), path.strip_prefix("/notes")) {
        ("GET", Some("")) => {
            let done = request.query().get_as::<bool>("done")?;
            let wanted = |note: &&Note| done.is_none_or(|done| note.done == done);
            Ok(Response::json(
                &notes.iter().filter(wanted).collect::<Vec<_>>(),
            ))
        }
        ("POST", Some("")) => {
            let note: Note = request.json().wait()?;
            notes.push(note);
            let location = format!("{}/{}", request.path_url(), notes.len());
            let created = Response::json(&notes.last()).with_status(201);
            Ok(created.with_header("location", location))
        }
        ("GET", Some(rest)) => {
            let number = rest.strip_prefix('/').and_then(|text| text.parse().ok());
            let index = number.and_then(|number: usize| number.checked_sub(1));
            let note = index.and_then(|index| notes.get(index)).or_not_found()?;
            Ok(Response::json(note))
        }
        _ => Err(Error::not_found()),
    }
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
