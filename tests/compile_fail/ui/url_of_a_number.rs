// The values of a URL are a number without its name.
// The message shows the possible forms.
//
// expect: `{integer}` is not a list of values for a URL
// cure: in an array: `[("id", 7)]`; values of several types in a tuple

use rustzeug::{Request, Result};

fn link(request: &Request) -> Result<String> {
    request.url_for("note", 7)
}

fn main() {
    let _ = link;
}
