// `start_response` called, as in Python.
// The message names the type, whose page begins with the method.
//
// expect: expected function, found `StartResponse`
// page: src/gateway/contract/start_response.rs StartResponse start_response.start(200, headers)?.body("text")

use rustzeug::{Result, ServeError, gateway::{Environ, Reply, StartResponse}, serve};

fn app(_: Environ, start_response: StartResponse) -> Result<Reply> {
    let started = start_response(200, [("content-type", "text/plain")])?;
    Ok(started.body("Hello"))
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", app)
}
