// The values of a URL have two types and are in an array.
//
// expect: expected integer, found `&str`
// no cure: an array of two types is refused before any trait is asked; the page of `Values` has the tuple

use rustzeug::{Request, Result};

fn link(request: &Request) -> Result<String> {
    request.url_for("note", [("id", 7), ("page", "x")])
}

fn main() {
    let _ = link;
}
