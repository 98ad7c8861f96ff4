// The guard of a `Mutex` lives across an `.await`.
// The message names the variable, its type and the `.await`.
//
// expect: has type `std::sync::MutexGuard<'_, Vec<String>>` which is not `Send`
// expect: await occurs here, with `mut lines` maybe used later
// no cure: rustc shows where, and leaves it to the reader to drop the value before or to use one that is `Send`

use rustzeug::{IntoApplication, Request, Result};
use std::sync::Mutex;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

async fn keep(request: Request) -> Result<String> {
    let mut lines = LINES.lock().unwrap();
    lines.push(request.text().await?);
    Ok(lines.len().to_string())
}

fn main() {
    let _app = keep.into_application();
}
