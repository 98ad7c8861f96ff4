//! A guest book: if there are mistakes, the form is shown again with the input and a message at each mistake.
//!
//! ```sh
//! cargo run --example form
//! curl -i -d 'name=Ada&stars=5&text=Fine' http://127.0.0.1:8000/     # 303, back to the page
//! curl -i -d 'name=&stars=many' http://127.0.0.1:8000/               # 422, three mistakes
//! ```

use std::sync::Mutex;
use std::sync::PoisonError;

use rustzeug::gateway::Application;
use rustzeug::html::escape;
use rustzeug::{
    FieldError, FieldErrors, IntoApplication, MultiDict, Request, Response, Result, ServeError,
    serve, server::address_from_port, with_state,
};
use serde::Deserialize;

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    with_state(Mutex::default(), guest_book).into_application()
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    stars: u8,
    text: String,
}

fn guest_book(entries: &Mutex<Vec<Entry>>, request: &Request) -> Result<Response> {
    let mut entries = entries.lock().unwrap_or_else(PoisonError::into_inner);
    if request.method() != "POST" {
        return Ok(page(&entries, &MultiDict::new(), &FieldErrors::default()));
    }
    let form = request.form().wait()?;
    match entry(&form) {
        Ok(entry) => {
            entries.push(entry);
            Ok(Response::redirect(request.path_url()).with_status(303))
        }
        Err(errors) => Ok(page(&entries, &form, &errors).with_status(422)),
    }
}

/// Returns the entry, or all mistakes in it: errors of types, and errors that types cannot express.
fn entry(form: &MultiDict) -> Result<Entry, FieldErrors> {
    let entry = form.read_as::<Entry>();
    let mut errors = entry.as_ref().err().cloned().unwrap_or_default();
    if form.get("name") == Some("") {
        errors.add(FieldError::missing("name"));
    }
    if let Ok(Some(6u8..)) = form.get_as("stars") {
        errors.add(FieldError::new("stars", None, "expected 0 to 5"));
    }
    entry.ok().filter(|_| errors.is_empty()).ok_or(errors)
}

fn page(entries: &[Entry], form: &MultiDict, errors: &FieldErrors) -> Response {
    let field = |name: &str| {
        let value = escape(form.get(name).unwrap_or_default());
        let error = escape(errors.get(name).map_or("", FieldError::message));
        format!("<p><label>{name} <input name='{name}' value='{value}'></label> <em>{error}</em>\n")
    };
    let fields = ["name", "stars", "text"].map(field).concat();
    let entries = entries.iter().map(|Entry { name, stars, text }| {
        format!("<li><b>{}</b> ({stars}): {}\n", escape(name), escape(text))
    });
    Response::html(format!(
        "<!doctype html>\n<title>Guest book</title>\n<ul>\n{}</ul>\n\
         <form method='post' action=''>\n{fields}<p><button>Sign</button>\n</form>\n",
        entries.collect::<String>()
    ))
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
