//! A guest book and its tests.
//!
//! ```sh
//! cargo run --example testing
//! curl -i http://127.0.0.1:8000/                        # no entries yet
//! curl -i -d 'text=Hello' http://127.0.0.1:8000/sign    # 303, and a cookie
//! cargo test --example testing                          # the tests
//! ```
//!
//! `PORT` sets another port.

use std::sync::{Mutex, PoisonError};

use rustzeug::gateway::Application;
use rustzeug::server::address_from_port;
use rustzeug::{Error, Request, Response, Result, ServeError, serve, with_state};

type Entries = Mutex<Vec<String>>;

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    with_state(Entries::default(), guest_book)
}

fn guest_book(entries: &Entries, request: &Request) -> Result<Response> {
    let mut entries = entries.lock().unwrap_or_else(PoisonError::into_inner);
    match (request.method().as_str(), request.path()) {
        ("GET", "/") => Ok(Response::json(&*entries)),
        ("POST", "/sign") if request.cookies().contains("signed") => {
            Err(Error::conflict().with_message("you have signed already"))
        }
        ("POST", "/sign") => {
            let text = request.form().wait()?.require("text")?.to_owned();
            entries.push(text);
            Ok(Response::redirect("/").with_cookie(("signed", "yes")))
        }
        _ => Err(Error::not_found()),
    }
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::app;
    use rustzeug::Result;
    use rustzeug::testing::Client;

    #[test]
    pub(crate) fn a_guest_signs_once() -> Result<()> {
        // Over a socket: `Client::serve(app())?`.
        let guest = Client::new(app());
        guest
            .get("/")
            .wait()?
            .expect_status(200)
            .expect_json(&[""; 0]);

        let sign = || guest.post("/sign").with_form(&[("text", "Hello")]);
        sign()
            .wait()?
            .expect_redirect("/")
            .expect_cookie("signed", "yes");
        sign()
            .wait()?
            .expect_status(409)
            .expect_text_contains("signed already");

        // Another visitor has no cookie.
        let other = guest.another().following_redirects();
        let answer = other
            .post("/sign")
            .with_form(&[("text", "Me too")])
            .wait()?;
        answer.expect_json(&["Hello", "Me too"]);
        Ok(())
    }
}
