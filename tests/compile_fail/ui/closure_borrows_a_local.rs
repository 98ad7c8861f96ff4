// A closure borrows a local variable.
// The message says `move`.
//
// expect: closure may outlive the current function, but it borrows `greeting`
// cure: use the `move` keyword

use rustzeug::{Request, ServeError, serve};

fn main() -> Result<(), ServeError> {
    let greeting = String::from("Hello");
    serve("127.0.0.1:8000", |request: &Request| {
        format!("{greeting} from {}", request.path())
    })
}
