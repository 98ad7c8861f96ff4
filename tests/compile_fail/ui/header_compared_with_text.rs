// A header compared with a text.
// The message shows both types; the page of `headers` begins with the method that returns text.
//
// expect: expected `Option<&HeaderValue>`, found `&str`
// page: src/request/mod.rs headers `request.header_text("x-token") == Some("sesame")`

use rustzeug::{Request, Response, ServeError, serve};

fn secret(request: &Request) -> Response {
    if request.headers().get("x-token") == "sesame" {
        return Response::text("open");
    }
    Response::empty(403)
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", secret)
}
