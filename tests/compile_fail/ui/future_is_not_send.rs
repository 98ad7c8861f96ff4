// An `Rc` lives across an `.await`.
// The message names the variable, its type and the `.await`.
//
// expect: has type `Rc<String>` which is not `Send`
// expect: await occurs here, with `path` maybe used later
// no cure: rustc shows where, and leaves it to the reader to drop the value before or to use one that is `Send`

use rustzeug::{Request, Result, ServeError, serve};
use std::rc::Rc;

async fn twice(request: &Request) -> Result<String> {
    let path = Rc::new(request.path().to_owned());
    let body = request.text().await?;
    Ok(format!("{path}: {body}"))
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", twice)
}
