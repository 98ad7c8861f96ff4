// `Response::json` without the feature `json`.
// The message names the type, whose page begins with the features.
//
// expect: no function or associated item named `json` found for struct `rustzeug::Response`
// page: src/response/mod.rs Response features = ["json"]

use rustzeug::{Request, Response};

fn numbers(_: &Request) -> Response {
    Response::json(&[1, 2])
}

fn main() {
    numbers(&Request::blank("/"));
}
