// A raw handler returns chunks, as in WSGI.
// The message names the type and says `Reply`.
//
// expect: a handler cannot answer with `Vec<&'static str>`
// cure: in the raw form a `Reply`

use rustzeug::{IntoApplication, gateway::{Environ, StartResponse}};

fn raw(_: Environ, start_response: StartResponse) -> Vec<&'static str> {
    let _ = start_response.start(200, [("content-type", "text/plain")]);
    vec!["hello"]
}

fn main() {
    let _app = raw.into_application();
}
