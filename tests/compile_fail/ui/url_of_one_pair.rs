// The values of a URL are one pair, without the array around it.
// The message shows the array.
//
// expect: `&str` is not a pair of a name and a value
// cure: put a single pair into an array: `[("id", 7)]`

use rustzeug::{Request, Result};

fn link(request: &Request) -> Result<String> {
    request.url_for("note", ("id", 7))
}

fn main() {
    let _ = link;
}
