//! A visitor's name in a signed cookie: anyone can read it, only the server can make it.
//!
//! ```sh
//! export SECRET_KEYS=$(cargo run -q --example generate_key --features signed)
//! cargo run --example signed_cookies --features signed
//! curl -c jar -d 'Ada' http://127.0.0.1:8000/        # Welcome, Ada!
//! curl -b jar http://127.0.0.1:8000/                 # You are Ada.
//! curl -b name=Ada http://127.0.0.1:8000/            # Nobody yet: it is not signed.
//! curl -X DELETE -b jar -c jar http://127.0.0.1:8000/
//! ```
//!
//! To change the key, put the new one in front: `SECRET_KEYS=new,old`. Without a key the program ends with an
//! error message.

use std::time::Duration;

use rustzeug::gateway::{Application, BoxError};
use rustzeug::signed::Keys;
use rustzeug::with_state;
use rustzeug::{IntoApplication, Request, Response, Result, serve, server::address_from_port};

const WEEK: Duration = Duration::from_hours(7 * 24);

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app(keys: Keys) -> impl Application {
    with_state(keys, who).into_application()
}

fn who(keys: &Keys, request: &Request) -> Result<Response> {
    let response = match request.method().as_str() {
        "POST" => {
            let name = request.text().limit(100).wait()?;
            let cookie = keys.sign_cookie(("name", name.clone()));
            Response::text(format!("Welcome, {name}!\n")).with_cookie(cookie)
        }
        "DELETE" => Response::text("Good bye.\n").with_deleted_cookie("name"),
        _ => match request.signed_cookie(keys, "name", WEEK) {
            Some(name) => Response::text(format!("You are {name}.\n")),
            None => Response::text("Nobody yet.\n").with_status(403),
        },
    };
    Ok(response.with_header("cache-control", "no-store"))
}

fn main() -> Result<(), BoxError> {
    let keys = Keys::from_env("SECRET_KEYS")?;
    Ok(serve(address_from_port()?, app(keys))?)
}
