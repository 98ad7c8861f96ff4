// State in a `Cell`, although many threads share it.
// The message names the `Cell` and what to use instead.
//
// expect: `Cell<{integer}>` cannot be shared between threads safely
// cure: use `std::sync::RwLock`

use rustzeug::{Request, ServeError, serve, with_state};
use std::cell::Cell;

fn count(visits: &Cell<u32>, _: &Request) -> String {
    visits.set(visits.get() + 1);
    visits.get().to_string()
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", with_state(Cell::new(0), count))
}
