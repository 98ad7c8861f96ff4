// A handler that takes its state as `&mut`.
// The message says what it takes, and where to put a value that changes.
//
// expect: cannot be called with a state of type `Vec<String>`
// cure: put a value that changes into a `Mutex` or an atomic

use rustzeug::{Request, ServeError, serve, with_state};

fn add(notes: &mut Vec<String>, request: &Request) -> String {
    notes.push(request.query_string().to_owned());
    notes.len().to_string()
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", with_state(Vec::<String>::new(), add))
}
