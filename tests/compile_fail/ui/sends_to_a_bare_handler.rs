// A request is sent to a function that is not adapted yet.
// The message names the function and what makes an application of it.
//
// expect: is not an application
// cure: to turn a function into an application call `.into_application()`

use rustzeug::{Request, Result};

fn hello(request: &Request) -> String {
    request.path().to_owned()
}

fn main() -> Result<()> {
    Request::blank("/").send(&hello).wait()?;
    Ok(())
}
