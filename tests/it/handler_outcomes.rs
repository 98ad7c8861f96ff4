//! Responses as applications, and panics in every form.

use std::sync::Arc;
use std::task::Poll;

use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::IntoResponse;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::StartResponse;
use rustzeug::handler::streaming;
use rustzeug::http;
use rustzeug::with_state;

use crate::common::Counting;
use crate::common::Log;
use crate::common::answer;
use crate::common::serve;
use crate::handler::on;

#[test]
fn a_response_as_an_application_answers_every_request() {
    let app = (Response::text("x").with_status(418).with_header("x", "1")).into_application();
    for _ in 0..2 {
        let response = serve(&app, Request::blank("/"));
        assert_eq!(
            (response.status().as_u16(), &response.headers()["x"]),
            (418, &"1".parse().unwrap())
        );
        assert_eq!(response.body().as_bytes().unwrap(), "x");
    }
    let log = Log::default();
    let app = Response::iterator(["x"]).into_application();
    let request = Request::blank("/").with_server(log.server());
    assert_eq!(
        answer(&app, request),
        (500, "Internal Server Error\n".into())
    );
    assert!(log.text().contains("stream"), "it says why: {}", log.text());
}

#[test]
fn a_failed_response_as_an_application_is_the_page_of_its_error() {
    let log = Log::default();
    let app = Response::text("secret")
        .with_header("x", "\n")
        .into_application();
    let (status, text) = answer(&app, Request::blank("/").with_server(log.server()));
    assert_eq!((status, &*text), (500, "Internal Server Error\n"));
    assert!(
        log.text().contains("header value"),
        "logged: {}",
        log.text()
    );
}

#[test]
fn an_error_as_an_application_is_its_page() {
    let app = Response::from(Error::not_found()).into_application();
    assert_eq!(
        answer(&app, Request::blank("/")),
        (404, "Not Found\n".into())
    );
}

#[test]
fn a_response_from_http_types_answers_every_request() {
    let app = Response::from(http::Response::from(Response::text("x"))).into_application();
    assert_eq!(answer(&app, Request::blank("/")), (200, "x".into()));
}

/// Panics when it is converted into a response.
struct Late;

impl IntoResponse for Late {
    fn into_response(self) -> Response {
        panic!("secret {}", 7)
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table, with the functions in it")]
fn a_panic_is_a_negotiated_500_that_only_the_log_explains() {
    fn by_ref(_: &Request) -> String {
        panic!("secret 7")
    }
    async fn by_mut(_: &mut Request) {
        panic!("secret 7")
    }
    async fn pending(_: Request) {
        let mut polled = false;
        std::future::poll_fn(|context| {
            assert!(!polled, "secret 7");
            polled = true;
            context.waker().wake_by_ref();
            Poll::<()>::Pending
        })
        .await;
    }
    fn before(_: Request) -> std::future::Ready<()> {
        panic!("secret 7")
    }
    fn raw(_: Environ, _: StartResponse) -> Result<Reply> {
        panic!("secret 7")
    }
    fn of_no_text() {
        std::panic::panic_any(7);
    }
    let workers = Arc::new(Counting::default());
    #[rustfmt::skip]
    let cases = [
        (BoxApplication::new(by_ref.into_application()),                             "secret 7", "a fn"),
        (BoxApplication::new(by_mut.into_application()),                             "secret 7", "an async fn"),
        (BoxApplication::new(pending.into_application()),                            "secret 7", "an async fn, polled again"),
        (BoxApplication::new(before.into_application()),                             "secret 7", "before the future is made"),
        (BoxApplication::new(raw.into_application()),                                "secret 7", "raw"),
        (BoxApplication::new((async |_: Environ, _: StartResponse| -> Result<Reply> { panic!("secret 7") }).into_application()), "secret 7", "raw, async"),
        (BoxApplication::new(streaming(by_ref)),                                     "secret 7", "streaming"),
        (BoxApplication::new(with_state(7, |n: &u32, _: &Request| assert_eq!(*n, 8, "secret 7"))), "secret 7", "with state"),
        (BoxApplication::new(with_state(7, async |n: &u32, _: &Request| assert_eq!(*n, 8, "secret 7"))), "secret 7", "with state, async"),
        (BoxApplication::new((|| Late).into_application()),                          "secret 7", "while it becomes a response"),
        (BoxApplication::new((async || Late).into_application()),                    "secret 7", "the same, async"),
        (BoxApplication::new((|| Some(Late)).into_application()),                    "secret 7", "nested"),
        (BoxApplication::new(of_no_text.into_application()),                         "not text", "with a value that is not text"),
    ];
    for (application, want, why) in cases {
        for server_info in [ServerInfo::default(), on(&workers)] {
            let log = Log::default();
            let request = Request::blank("/p").with_server(server_info.with_errors(log.stream()));
            let request = request.with_header("accept", "application/problem+json");
            let got = answer(&application, request);
            assert_eq!(
                got,
                (
                    500,
                    r#"{"title":"Internal Server Error","status":500}"#.into()
                ),
                "{why}"
            );
            let log = log.text();
            assert!(
                log.starts_with("GET /p: ") && log.contains(want),
                "{why}: {log}"
            );
            assert_eq!(log.lines().count(), 1, "{why}: {log}");
        }
    }
}
