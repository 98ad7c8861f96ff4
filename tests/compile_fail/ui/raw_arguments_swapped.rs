// A raw handler takes `StartResponse` first.
// The message says that the arguments do not fit and shows the order.
//
// expect: its arguments do not fit
// cure: `(Environ, StartResponse)`

use rustzeug::{Result, ServeError, gateway::{Environ, Reply, StartResponse}, serve};

async fn raw(start_response: StartResponse, _: Environ) -> Result<Reply> {
    Ok(start_response.start(200, [("content-type", "text/plain")])?.body("hello"))
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", raw)
}
