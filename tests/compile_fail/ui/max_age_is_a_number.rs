// Seconds as a number, as in Python.
// The message shows the type; the page of the method shows how to make it.
//
// expect: expected `Duration`, found integer
// page: src/data/cookies/signed.rs signed_cookie Duration::from_secs(14 * 86_400)

use rustzeug::signed::Keys;
use rustzeug::{Request, Result, with_state, IntoApplication};

fn home(keys: &Keys, request: &Request) -> String {
    request.signed_cookie(keys, "user", 3600).unwrap_or_default()
}

fn main() -> Result<()> {
    let _app = with_state(Keys::new("0123456789abcdef0123456789abcdef")?, home).into_application();
    Ok(())
}
