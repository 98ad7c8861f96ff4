//! A counter in a cookie: the number of visits of a browser.
//!
//! ```sh
//! cargo run --example cookie_counter
//! curl -i http://127.0.0.1:8000/                     # visit 1, Set-Cookie: visits=1; …
//! curl -b visits=7 http://127.0.0.1:8000/            # visit 8
//! curl -b visits=many http://127.0.0.1:8000/         # 400: the value is not a number
//! curl -i -b visits=7 http://127.0.0.1:8000/forget   # Set-Cookie: visits=; … Max-Age=0; …
//! ```
//!
//! A client can send any number: see `signed_cookies` for values that it cannot change.

use rustzeug::cookie::Cookie;
use rustzeug::cookie::time::Duration;
use rustzeug::gateway::Application;
use rustzeug::{
    Error, IntoApplication, Request, Response, Result, ServeError, serve, server::address_from_port,
};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    count.into_application()
}

fn count(request: &Request) -> Result<Response> {
    let response = match request.path() {
        "/" => {
            let visits = request.cookies().get_as::<u32>("visits")?.unwrap_or(0);
            let visits = visits.saturating_add(1);
            let mut cookie = Cookie::new("visits", visits.to_string());
            cookie.set_max_age(Duration::days(30));
            Response::text(format!("visit {visits}\n")).with_cookie(cookie)
        }
        "/forget" => Response::text("forgotten\n").with_deleted_cookie("visits"),
        // Browsers ask for /favicon.ico too.
        _ => return Err(Error::not_found()),
    };
    Ok(response.with_header("cache-control", "no-store"))
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
