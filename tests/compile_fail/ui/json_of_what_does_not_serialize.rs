// `Json` of a struct without `#[derive(Serialize)]`.
// The message names the struct and the derive.
//
// expect: the trait bound `Point: serde::Serialize` is not satisfied
// cure: consider adding `#[derive(serde::Serialize)]` to your `Point` type

use rustzeug::{Json, Request, ServeError, serve};

struct Point {
    x: i32,
    y: i32,
}

async fn origin(_: &Request) -> Json<Point> {
    Json(Point { x: 0, y: 0 })
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", origin)
}
