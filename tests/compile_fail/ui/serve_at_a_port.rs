// A port alone.
// The message shows an address.
//
// expect: `{integer}` is not an address to listen at
// cure: as in `"127.0.0.1:8000"`, or `("127.0.0.1", port)`

use rustzeug::{ServeError, serve};

fn main() -> Result<(), ServeError> {
    serve(8000, || "hello")
}
