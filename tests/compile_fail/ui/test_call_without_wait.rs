// A call of the test client that is not awaited.
// The message names the type, whose page begins with the cure.
//
// expect: no method named `expect_status` found for struct `AwaitOrWait
// page: src/gateway/work/wait.rs AwaitOrWait `.await` it in an `async fn`, `.wait()` for it in a `fn`

use rustzeug::Result;
use rustzeug::testing::Client;

fn main() -> Result<()> {
    let client = Client::new(|| "hello");
    client.get("/").expect_status(200);
    Ok(())
}
