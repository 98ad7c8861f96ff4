// A struct that `serde` could serialise, in a `Result`, but not in `Json(…)`.
// The message names what is returned and says `Json(value)`.
//
// expect: a handler cannot answer with `Result<Point, rustzeug::Error>`
// cure: `Json(value)` for a value that implements `serde::Serialize`

use rustzeug::{IntoApplication, Request};
use serde::Serialize;

#[derive(Serialize)]
struct Point {
    x: i32,
    y: i32,
}

fn origin(_: Request) -> Result<Point, rustzeug::Error> {
    Ok(Point { x: 0, y: 0 })
}

fn main() {
    let _app = origin.into_application();
}
