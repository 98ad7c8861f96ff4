// `request.json()` without the feature `json`.
// The message names the type, whose page begins with the features.
//
// expect: no method named `json` found for struct `rustzeug::Request`
// page: src/request/mod.rs Request features = ["json"]

use rustzeug::{Request, Result};

fn main() -> Result<()> {
    let numbers: Vec<u32> = Request::blank("/").with_body("[1, 2]").json().wait()?;
    assert_eq!(numbers, [1, 2]);
    Ok(())
}
