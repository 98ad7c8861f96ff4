// A closure captures an `Rc`.
// The message names it and the closure.
//
// expect: `Rc<String>` cannot be sent between threads safely
// no cure: rustc names `Arc` nowhere, and a bound with a text that does would hide which capture it is

use rustzeug::{IntoApplication, Request};
use std::rc::Rc;

fn main() {
    let greeting = Rc::new(String::from("Hello"));
    let _app = (move |request: Request| format!("{greeting} from {}", request.path())).into_application();
}
