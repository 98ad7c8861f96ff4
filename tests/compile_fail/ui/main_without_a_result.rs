// `?` in a `main` that returns nothing.
// The message shows the right `main`.
//
// expect: cannot use the `?` operator in a function that returns `()`
// cure: fn main() -> Result<(), Box<dyn std::error::Error>>

use rustzeug::serve;

fn main() {
    serve("127.0.0.1:8000", || "hello")?;
}
