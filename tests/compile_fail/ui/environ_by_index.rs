// The environ by index, as in Python.
// The message names the type, whose page begins with the method.
//
// expect: cannot index into a value of type `Environ`
// page: src/gateway/contract/environ/mod.rs Environ `environ.var("PATH_INFO")`

use rustzeug::{Result, ServeError, gateway::{Environ, Reply, StartResponse}, serve};

fn app(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    let path = environ["PATH_INFO"];
    Ok(start_response.start(200, [("content-type", "text/plain")])?.body(path))
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", app)
}
