//! Two people edit one note, and no update is lost: a client that saves names the version that it has read.
//!
//! ```sh
//! cargo run --example conditional
//! curl -i http://127.0.0.1:8000/                                            # 200, ETag: "1"
//! curl -i -H 'if-none-match: "1"' http://127.0.0.1:8000/                    # 304: you have it
//! curl -i -X PUT -H 'if-match: "1"' -d 'by Ada' http://127.0.0.1:8000/      # 204, ETag: "2"
//! curl -i -X PUT -H 'if-match: "1"' -d 'by Grace' http://127.0.0.1:8000/    # 412: Ada was faster
//! curl -i -X PUT -d 'by Mallory' http://127.0.0.1:8000/                     # 428: which version?
//! ```

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use rustzeug::gateway::Application;
use rustzeug::headers::ETag;
use rustzeug::{Request, Response, Result, Router, ServeError, serve, server::address_from_port};

struct Note {
    version: u64,
    text: String,
}

impl Note {
    fn etag(&self) -> ETag {
        ETag::from(self.version)
    }
}

struct Shared(Mutex<Note>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Note> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(shared: &Shared, request: &Request) -> Response {
    let note = shared.lock();
    Response::text(note.text.clone())
        .with_etag(note.etag())
        .with_header("cache-control", "no-cache")
        .conditional(request)
}

fn save(shared: &Shared, request: &Request) -> Result<Response> {
    request.require_precondition()?;
    let text = request.text().wait()?;
    // Under the lock: no other client can save between the check and the change.
    let mut note = shared.lock();
    request.check_preconditions(&note.etag())?;
    note.version += 1;
    note.text = text;
    Ok(Response::empty(204).with_etag(note.etag()))
}

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    let note = Note {
        version: 1,
        text: "draft\n".to_owned(),
    };
    Router::new().with_state(Shared(Mutex::new(note)), |scope| {
        scope.get("/", read).put("/", save)
    })
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
