// Data as an argument of a call, as in Werkzeug.
// The message says that there is one argument too many; the page of the method says where the data goes.
//
// expect: unexpected argument #2
// page: src/testing/client/calls.rs post `with_form`

use rustzeug::Result;
use rustzeug::testing::Client;

fn main() -> Result<()> {
    let client = Client::new(|| "hello");
    client.post("/sign", &[("name", "Ada")]).wait()?.expect_status(200);
    Ok(())
}
