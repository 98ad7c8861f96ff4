// A response that is started and not ended.
// The message names both types; the page of `Started` says how to make the `Reply`.
//
// expect: expected `Result<Reply, Error>`, found `Result<Started, Error>`
// page: src/gateway/contract/start_response.rs Started `.body(())` for none, makes it the `Reply`

use rustzeug::{Result, ServeError, gateway::{Environ, Reply, StartResponse}, serve};

fn app(_: Environ, start_response: StartResponse) -> Result<Reply> {
    start_response.start(204, ())
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", app)
}
