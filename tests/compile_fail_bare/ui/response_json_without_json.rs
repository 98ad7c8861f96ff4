// `Response::json` without the feature `json`.
// The message names the function.
//
// expect: no function or associated item named `json` found for struct `rustzeug::Response`
// no cure: rustc remembers items that a feature leaves out, but not methods; the list of features says it

use rustzeug::{Request, Response};

fn numbers(_: &Request) -> Response {
    Response::json(&[1, 2])
}

fn main() {
    numbers(&Request::blank("/"));
}
