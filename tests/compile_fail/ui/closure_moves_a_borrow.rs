// A `move` closure moves a reference to a local variable.
// The message names the variable and says that it must live for `'static`.
//
// expect: `greeting` does not live long enough
// no cure: the borrow checker knows nothing of bounds with texts of their own; what helps is to capture the `String`

use rustzeug::{Request, ServeError, serve};

fn main() -> Result<(), ServeError> {
    let greeting = String::from("Hello");
    let greeting = greeting.as_str();
    serve("127.0.0.1:8000", move |request: &Request| {
        format!("{greeting} from {}", request.path())
    })
}
