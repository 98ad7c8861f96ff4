//! Error types of an application, and their responses.

use std::error::Error as StdError;
use std::fmt;

use rustzeug::gateway::ServerInfo;
use rustzeug::middleware::{map_errors, render_errors};
use rustzeug::{Error, IntoApplication, Next, Request, Response, Result, Router, wrap};

use crate::common::Log;

#[derive(Debug)]
struct Own(u16);

#[derive(Debug)]
struct Around(Own);

macro_rules! error {
    ($name:ident, $source:expr) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self:?}")
            }
        }

        impl StdError for $name {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                let source: fn(&Self) -> Option<&(dyn StdError + 'static)> = $source;
                source(self)
            }
        }
    };
}

error!(Own, |_| None);
error!(Around, |around| Some(&around.0));

fn direct() -> Result<()> {
    Err(Own(404))?
}

fn wrapped() -> Result<()> {
    Err(Around(Own(409)))?
}

async fn later() -> Result<()> {
    Err(Own(410))?
}

fn server_fault() -> Result<()> {
    Err(Own(503))?
}

fn other() -> Result<()> {
    Err("something else")?
}

fn own(error: &Own) -> Error {
    Error::new(error.0, "mapped")
}

fn routes() -> Router {
    Router::new()
        .get("/direct", direct)
        .get("/wrapped", wrapped)
        .get("/later", later)
        .get("/fault", server_fault)
        .get("/other", other)
}

#[test]
fn an_error_is_found_in_its_causes_and_reported_as_what_it_means() -> Result<()> {
    #[rustfmt::skip]
    let cases = [
        ("/direct",  404, "",                            "an error of a `fn`"),
        ("/wrapped", 409, "",                            "inside another error"),
        ("/later",   410, "",                            "an error of an `async fn`"),
        ("/fault",   503, "GET /fault: 503 Service Unavailable: mapped: Own(503) (at ", "the cause of a 5xx is logged"),
        ("/other",   500, "GET /other: 500 Internal Server Error: something else (at ", "an error of another type"),
    ];
    let apps = [
        routes().map_errors(own).into_application(),
        Router::new()
            .nest("", routes())
            .map_errors(own)
            .into_application(),
    ];
    for app in &apps {
        for (path, status, told, why) in cases {
            let log = Log::default();
            let server_info = ServerInfo::default().with_errors(log.stream());
            let response = Request::blank(path)
                .with_server(server_info)
                .send(app)
                .wait()?;
            assert_eq!(response.status(), status, "{path}: {why}");
            assert!(
                log.text().starts_with(told),
                "{path}: {why}: {}",
                log.text()
            );
            assert_eq!(
                log.text().is_empty(),
                told.is_empty(),
                "{path}: {why}: {}",
                log.text()
            );
        }
    }
    Ok(())
}

#[test]
fn reports_say_where_the_question_mark_stands() {
    let log = Log::default();
    let server_info = ServerInfo::default().with_errors(log.stream());
    let app = server_fault.into_application();
    Request::blank("/")
        .with_server(server_info)
        .send(&app)
        .wait()
        .unwrap();
    let told = log.text();
    assert!(told.contains("(at tests/it/errors_mapped.rs:"), "{told}");
}

#[test]
fn the_innermost_that_knows_an_error_decides() {
    let inner = map_errors(direct, |_: &Own| Error::gone());
    let both = map_errors(inner, |_: &Own| Error::conflict());
    assert_eq!(
        Request::blank("/").send(&both).wait().unwrap().status(),
        410
    );

    let unlike = map_errors(direct, |_: &fmt::Error| Error::gone());
    let both = map_errors(unlike, |_: &Own| Error::conflict());
    assert_eq!(
        Request::blank("/").send(&both).wait().unwrap().status(),
        409
    );
}

#[test]
fn middleware_and_pages_see_the_mapped_error() -> Result<()> {
    async fn seen(request: Request, next: Next) -> Response {
        let response = next.run(request).await;
        let status = response.error().map_or(0, |error| error.status().as_u16());
        response.with_header("x-seen", status.to_string())
    }
    let pages = |error: &Error, _| {
        let text = format!("page of {}", error.status().as_u16());
        Some(Response::text(text).with_status(error.status()))
    };
    let app = render_errors(map_errors(wrap(direct, seen), own), pages);
    let mut response = Request::blank("/").send(&app).wait()?;
    assert_eq!(response.headers()["x-seen"], "404");
    assert_eq!(response.read_text().wait()?, "page of 404");
    Ok(())
}
