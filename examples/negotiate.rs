//! A greeting in the form and the language that the client prefers.
//!
//! ```sh
//! cargo run --example negotiate
//! curl -i -H 'Accept-Language: de-CH' http://127.0.0.1:8000/
//! curl -i -H 'Accept: application/json' http://127.0.0.1:8000/
//! curl -i -H 'Accept: image/png' http://127.0.0.1:8000/        # 406: available: `text/html`, `text/plain`, `application/json`
//! ```

use std::time::Duration;

use rustzeug::gateway::Application;
use rustzeug::negotiation::Offers;
use rustzeug::server::address_from_port;
use rustzeug::{IntoApplication, Request, Response, Result, ServeError, serve};

/// The favourite comes first: clients that accept everything get it. Users of another language get the first language.
const OFFERS: Offers<'_> = Offers::new()
    .with_media_types(&["text/html", "text/plain", "application/json"])
    .with_languages(&["en", "de", "fr"])
    .or_not_acceptable();

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    greet.into_application()
}

fn greet(request: &Request) -> Result<Response> {
    let chosen = request.negotiate(&OFFERS)?;
    let text = match chosen.language() {
        "de" => "Guten Tag",
        "fr" => "Bonjour",
        _ => "Good day",
    };
    let response = match chosen.media_type() {
        "text/html" => Response::html(format!("<!doctype html>\n<p>{text}\n")),
        "text/plain" => Response::text(format!("{text}\n")),
        _ => Response::bytes(format!("{{\"greeting\":\"{text}\"}}\n")),
    };
    let minute = Duration::from_mins(1);
    Ok(response.with_negotiated(&chosen).cache_for(minute))
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
