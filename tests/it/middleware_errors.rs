//! Middleware in short form that meets failures.

use rustzeug::Application;
use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::Next;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;
use rustzeug::wrap;

use crate::common::Log;
use crate::common::answer;
use crate::common::serve;

/// A raw application that fails in the given way.
struct Raw(fn() -> Result<Reply>);

impl Application for Raw {
    async fn call(&self, _: Environ, _: StartResponse) -> Result<Reply> {
        (self.0)()
    }
}

fn fails() -> Result<Reply> {
    Err(Error::conflict().with_source("deep down"))
}

fn panics() -> Result<Reply> {
    panic!("secret 7")
}

/// Records in the response what it saw of the inner response.
async fn witness(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let seen = response
        .error()
        .map(|error| format!("{error:?}"))
        .unwrap_or_default();
    let status = response.status().as_u16();
    response.with_header("x-seen", format!("{status} {seen}"))
}

#[test]
fn an_error_comes_back_as_its_page_with_the_cause_in_reach() {
    #[rustfmt::skip]
    let cases = [
        (BoxApplication::new((|| "fine").into_application()),                               200, "200 ",                          "no error"),
        (BoxApplication::new((|| None::<()>).into_application()),                           404, "404 404 Not Found",             "an error of a handler"),
        (BoxApplication::new((|| Err::<(), _>(std::io::Error::other("disk"))).into_application()), 500, "500 500 Internal Server Error: disk", "an error with its cause"),
        (BoxApplication::new(Raw(fails)),                                                   409, "409 409 Conflict: deep down",   "an error of a raw application"),
        (BoxApplication::new((|| panics()).into_application()),                             500, "500 500 Internal Server Error: the application panicked: secret 7", "a panic"),
        (BoxApplication::new(wrap(|| None::<()>, witness)),                                 404, "404 404 Not Found",             "an error that went through other middleware"),
    ];
    for (inner, status, seen, why) in cases {
        let request = Request::blank("/").with_server(Log::default().server());
        let response = serve(&wrap(inner, witness), request);
        let got = response
            .headers()
            .get_all("x-seen")
            .iter()
            .next_back()
            .map(|value| value.to_str().unwrap());
        assert_eq!(
            (response.status().as_u16(), got),
            (status, Some(seen)),
            "{why}"
        );
    }
}

#[test]
fn a_panic_of_a_raw_application_comes_back_as_its_page_too() {
    // `Next::run` always returns a response.
    let request = Request::blank("/").with_server(Log::default().server());
    let response = serve(&wrap(Raw(panics), witness), request);
    let want = "500 500 Internal Server Error: the application panicked: secret 7";
    assert_eq!(
        response
            .headers()
            .get("x-seen")
            .map(|value| value.to_str().unwrap()),
        Some(want)
    );
}

#[test]
fn middleware_that_fails_is_answered_with_a_negotiated_page() {
    type Failing =
        fn(Request, Next) -> std::pin::Pin<Box<dyn Future<Output = Result<Response>> + Send>>;
    #[rustfmt::skip]
    let cases: [(Failing, u16, &str, &str); 4] = [
        (|_, _| Box::pin(async { Err(Error::forbidden()) }),                   403, "",         "a client error is not reported"),
        (|_, _| Box::pin(async { Err(std::io::Error::other("disk").into()) }), 500, "disk",     "an error by `?`"),
        (|_, _| Box::pin(async { panic!("secret 7") }),                        500, "secret 7", "a panic"),
        (|r, n| Box::pin(async { drop(n.run(r).await); panic!("secret 7") }),  500, "secret 7", "a panic on the way out"),
    ];
    for (middleware, status, want, why) in cases {
        let log = Log::default();
        let request = Request::blank("/p")
            .with_server(log.server())
            .with_header("accept", "application/json");
        let (got, text) = answer(&wrap(|| "x", middleware), request);
        assert_eq!(got, status, "{why}");
        assert!(
            text.contains(r#""status":"#) && !text.contains("secret"),
            "{why}: {text}"
        );
        let log = log.text();
        assert!(log.contains(want), "{why}: {log}");
        assert_eq!(
            log.lines().count(),
            usize::from(status == 500),
            "{why}: {log}"
        );
    }
}
