// A signed cookie is read without an age.
// The message says which argument is missing, and of which type.
//
// expect: argument #3 of type `Duration` is missing
// cure: max_age: Duration

use rustzeug::signed::Keys;
use rustzeug::{Request, Result, with_state, IntoApplication};

fn home(keys: &Keys, request: &Request) -> String {
    request.signed_cookie(keys, "user").unwrap_or_default()
}

fn main() -> Result<()> {
    let _app = with_state(Keys::new("0123456789abcdef0123456789abcdef")?, home).into_application();
    Ok(())
}
