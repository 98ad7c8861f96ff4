// `request.json()` without the feature `json`.
// The message names the method.
//
// expect: no method named `json` found for struct `rustzeug::Request`
// no cure: rustc remembers items that a feature leaves out, but not methods; the list of features says it

use rustzeug::{Request, Result};

fn main() -> Result<()> {
    let numbers: Vec<u32> = Request::blank("/").with_body("[1, 2]").json().wait()?;
    assert_eq!(numbers, [1, 2]);
    Ok(())
}
