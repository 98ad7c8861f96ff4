// `ok_or(404)?`.
// The message shows the error that has a status.
//
// expect: `?` couldn't convert the error
// cure: for an `Option` use `.or_not_found()?`

use rustzeug::{Request, Result, ServeError, serve};

fn note(request: &Request) -> Result<String> {
    let q = request.query().get("q").ok_or(404)?;
    Ok(q.into_owned())
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", note)
}
