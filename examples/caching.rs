//! What caches may keep: four kinds of responses.
//!
//! ```sh
//! cargo run --example caching
//! curl -i http://127.0.0.1:8000/app.3f2a.css       # for ever: a new state gets a new name
//! curl -i http://127.0.0.1:8000/news               # a minute, then ask
//! curl -i http://127.0.0.1:8000/account            # nobody may keep it
//! curl -i http://127.0.0.1:8000/hello              # by language, and asked for each time
//! ```

use std::time::Duration;

use rustzeug::gateway::Application;
use rustzeug::headers::CacheControl;
use rustzeug::middleware::{conditional, content_etags};
use rustzeug::{Html, IntoResponse, Request, Response, Router, ServeError, mime, serve, server};

async fn style() -> Response {
    Response::text("body { font-family: sans-serif }\n")
        .with_content_type(mime::TEXT_CSS)
        .immutable()
}

async fn news() -> Response {
    let stale = CacheControl::new().with_stale_while_revalidate(Duration::from_mins(10));
    Html("<!doctype html>\n<title>News</title>\n<p>None.\n")
        .into_response()
        .with_cache_control(stale)
        .cache_for(Duration::from_mins(1))
}

async fn account() -> Response {
    Response::text("your balance\n").never_cache()
}

async fn hello(request: &Request) -> Response {
    let language = request.header_text("accept-language").unwrap_or_default();
    let is_german = language.starts_with("de");
    let (text, language) = if is_german {
        ("Hallo\n", "de")
    } else {
        ("Hello\n", "en")
    };
    Response::text(text)
        .with_header("content-language", language)
        .with_header("vary", "accept-language")
        .with_cache_control(CacheControl::new().with_no_cache())
}

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    Router::new()
        .get("/app.3f2a.css", style)
        .get("/news", news)
        .get("/account", account)
        .get("/hello", hello)
        .wrap(content_etags)
        .wrap(conditional)
}

fn main() -> Result<(), ServeError> {
    serve(server::address_from_port()?, app())
}
