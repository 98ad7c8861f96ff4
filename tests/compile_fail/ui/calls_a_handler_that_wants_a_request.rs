// `hello()` for `hello`, which takes a request.
// The second message says to pass the function itself.
//
// expect: this function takes 1 argument but 0 arguments were supplied
// no cure: the call is wrong by itself, whatever it is passed to, and rustc says so first

use rustzeug::{Request, ServeError, serve};

fn hello(request: &Request) -> String {
    request.path().to_owned()
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", hello())
}
