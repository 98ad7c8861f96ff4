// A value of a URL is an `Option`.
// The message says that the `Option` belongs around the pair.
//
// expect: `Option<{integer}>` cannot be written into a URL
// cure: for an optional value, wrap the pair in an `Option`

use rustzeug::{Request, Result};

fn link(request: &Request) -> Result<String> {
    request.url_for("note", [("id", Some(7))])
}

fn main() {
    let _ = link;
}
