// A request is sent to a function that is not adapted yet.
// The message names the function.
//
// expect: `for<'a> fn(&'a rustzeug::Request) -> String {hello}: Application` is not satisfied
// no cure: `Application` has no text that says `.into_application()`

use rustzeug::{Request, Result};

fn hello(request: &Request) -> String {
    request.path().into_owned()
}

fn main() -> Result<()> {
    Request::blank("/").send(&hello).wait()?;
    Ok(())
}
