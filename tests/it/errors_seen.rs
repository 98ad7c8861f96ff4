//! Errors outside handlers: custom pages, and what middleware sees.
#![allow(clippy::unnecessary_wraps, reason = "the function must have this type")]

use rustzeug::Application;
use rustzeug::Error;
use rustzeug::Next;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;
use rustzeug::handler::streaming;
use rustzeug::middleware::render_errors;
use rustzeug::render::Format;
use rustzeug::wrap;

use crate::common::Log;
use crate::common::answer;
use crate::failing::Missing;
use crate::failing::Raw;
use crate::failing::fail;
use crate::failing::pass;

#[test]
fn pages_are_replaced_as_a_whole_by_status_or_by_cause() {
    fn whole(error: &Error, format: Format) -> Option<Response> {
        Some(Response::text(format!("own {format:?}")).with_status(error.status()))
    }
    fn by_status(error: &Error, _: Format) -> Option<Response> {
        (error.status() == 404).then(|| Response::text("own").with_status(404))
    }
    fn by_cause(error: &Error, _: Format) -> Option<Response> {
        error
            .downcast_ref::<Missing>()
            .map(|missing| Response::text(missing.0).with_status(410))
    }
    fn faulty(_: &Error, _: Format) -> Option<Response> {
        Some(Response::text("half").with_header("x", "\n"))
    }
    fn failing(_: &Error, _: Format) -> Option<Response> {
        Some(Error::gone().into())
    }
    type Render = fn(&Error, Format) -> Option<Response>;
    #[rustfmt::skip]
    let cases: [(Render, &str, u16, &str, &str); 13] = [
        (whole,     "/",      200, "fine",                    "a response without an error is kept"),
        (whole,     "/404",   404, "own Html",                "with the form that the client prefers"),
        (whole,     "/panic", 500, "own Html",                "panics too"),
        (by_status, "/404",   404, "own",                     "by status"),
        (by_status, "/409",   409, "<h1>409 Conflict</h1>",   "other errors are not changed"),
        (by_cause,  "/409",   410, "note",                    "by cause, with another status"),
        (by_cause,  "/500",   410, "table",                   "by cause, of an error that `?` converted"),
        (by_cause,  "/404",   404, "<h1>404 Not Found</h1>",  "other errors are not changed"),
        (by_cause,  "/panic", 500, "<h1>500 Internal",        "a panic does not have the cause"),
        (faulty,    "/404",   404, "<h1>404 Not Found</h1>",  "a page with a fault is replaced by the default page"),
        (faulty,    "/500",   500, "<h1>500 Internal",        "the same for a server error"),
        (failing,   "/404",   404, "<h1>404 Not Found</h1>",  "the same for a page that is an error itself"),
        (|_, _| panic!("secret 8"), "/404", 500, "Internal Server Error", "a panic in the function gives a 500"),
    ];
    for (render, path, status, want, why) in cases {
        #[rustfmt::skip]
        let applications = [
            BoxApplication::new(render_errors(fail, render)),
            BoxApplication::new(render_errors(async |r: &Request| fail(r), render)),
            BoxApplication::new(render_errors(wrap(fail, pass), render)),
            BoxApplication::new(render_errors(streaming(fail), render)),
        ];
        for application in applications {
            let request = Request::blank(path).with_header("accept", "text/html");
            let request = request.with_server(Log::default().server());
            let (got, text) = answer(&application, request);
            assert_eq!(got, status, "{path}: {why}");
            assert!(
                text.contains(want) && !text.contains("secret"),
                "{path}: {why}: {text}"
            );
        }
    }
    let app = render_errors(Raw, whole);
    assert_eq!(
        answer(&app, Request::blank("/404")),
        (404, "own Text".into()),
        "errors of a raw application"
    );
}

#[test]
fn a_renderer_around_middleware_renders_its_errors_too() {
    async fn refuse(_: Request, _: Next) -> Result<Response> {
        Err(Error::forbidden())
    }
    fn render(_: &Error, _: Format) -> Option<Response> {
        Some(Response::text("own").with_status(403))
    }
    let outside = render_errors(wrap(fail, refuse), render);
    assert_eq!(answer(&outside, Request::blank("/")), (403, "own".into()));
    let inside = wrap(render_errors(fail, render), refuse);
    assert_eq!(
        answer(&inside, Request::blank("/")),
        (403, "Forbidden\n".into()),
        "an inner `render_errors` does not render it"
    );
}

#[test]
fn a_renderer_that_declines_leaves_it_to_the_one_around_it() {
    let own = |_: &Error, _: Format| Some(Response::text("own").with_status(404));
    let nested = render_errors(render_errors(fail, |_, _| None), own);
    assert_eq!(
        answer(&nested, Request::blank("/404")).1,
        "own",
        "the inner one declines"
    );
}

#[test]
fn the_panic_of_a_raw_application_has_the_page_of_the_renderer() {
    struct Panics;
    impl Application for Panics {
        async fn call(&self, _: Environ, _: StartResponse) -> Result<Reply> {
            panic!("secret 7")
        }
    }
    let app = render_errors(Panics, |_, _| Some(Response::text("own").with_status(500)));
    let request = Request::blank("/").with_server(Log::default().server());
    assert_eq!(answer(&app, request), (500, "own".into()));
}

#[test]
fn middleware_sees_the_error_behind_a_page_of_ones_own() {
    async fn tell(request: Request, next: Next) -> String {
        let response = next.run(request).await;
        let missing = response.error().and_then(Error::downcast_ref::<Missing>);
        format!(
            "{} {:?}",
            response.status(),
            missing.map(|missing| missing.0)
        )
    }
    fn render(_: &Error, _: Format) -> Option<Response> {
        Some(Response::text("own").with_status(418))
    }
    let cases = [
        ("/", "200 OK None"),
        ("/404", "418 I'm a teapot None"),
        ("/409", "418 I'm a teapot Some(\"note\")"),
        ("/500", "418 I'm a teapot Some(\"table\")"),
    ];
    let app = wrap(render_errors(fail, render), tell);
    for (path, want) in cases {
        let request = Request::blank(path).with_server(Log::default().server());
        assert_eq!(answer(&app, request), (200, want.into()), "{path}");
    }
}

#[test]
fn a_page_has_the_headers_of_its_error_unless_it_has_them_itself() {
    let methods = [http::Method::GET];
    let refuse = move || Err::<(), _>(Error::method_not_allowed(&methods));
    for (page, allow, why) in [
        (
            Response::text("own"),
            Some("GET"),
            "RFC 9110 section 15.5.6: a 405 has `Allow`",
        ),
        (
            Response::text("own").with_status(405),
            Some("GET"),
            "with its status as well",
        ),
        (
            Response::text("own")
                .with_status(405)
                .with_header("allow", "PUT"),
            Some("PUT"),
            "the header of the page is kept",
        ),
        (
            Response::text("own").with_status(404),
            None,
            "the new error replaces the old one",
        ),
    ] {
        let page = std::sync::Mutex::new(Some(page));
        let app = render_errors(refuse.clone(), move |_, _| page.lock().ok()?.take());
        let response = Request::blank("/").send(&app).wait().expect("an answer");
        let lines: Vec<_> = response.headers().get_all("allow").iter().collect();
        assert_eq!(lines, Vec::from_iter(allow), "{why}");
    }
}
