//! The edge: statuses that cannot be sent, errors that were not rendered, panics of the application.

use std::future::poll_fn;
use std::task::Poll;

use rustzeug::Error;
use rustzeug::Request;
use rustzeug::Result;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;
use rustzeug::http::HeaderValue;

use super::Raw;
use super::Says;
use super::drain;
use super::lengths;
use crate::common::Log;
use crate::common::serve;

#[test]
fn start_takes_a_status_from_200_to_599() {
    for (status, fits) in [
        (0, false),
        (99, false),
        (100, false),
        (101, false),
        (199, false),
        (200, true),
        (299, true),
        (599, true),
        (600, false),
        (999, false),
        (1000, false),
        (u16::MAX, false),
    ] {
        let started = StartResponse::new().start(status, ());
        assert_eq!(started.is_ok(), fits, "{status}");
        if let Err(error) = started {
            assert_eq!(error.status(), 500, "{status}");
            let told = format!("{error:?}");
            assert!(
                told.contains("a status is a number from 200 to 599"),
                "{told}"
            );
        }
    }
}

#[test]
fn a_status_that_cannot_be_last_is_a_500() {
    for status in [100, 101, 103, 199, 600, 999] {
        let log = Log::default();
        let app = Says {
            status,
            headers: &[],
            body: || Body::from("secret"),
        };
        let response = serve(&app, Request::blank("/").with_server(log.server()));
        assert_eq!(response.status(), 500, "{status}");
        assert_eq!(
            drain(response.into_body()).0,
            "Internal Server Error\n",
            "{status}"
        );
        assert!(
            log.text().contains(&format!("status {status}")),
            "{}",
            log.text()
        );
    }
}

fn failing(make: fn() -> Error) -> impl Application {
    Raw(move |_, _| Err(make()))
}

#[test]
fn writes_an_error_that_nobody_rendered_as_plain_text() {
    type Case = (fn() -> Error, u16, &'static str, &'static str);
    #[rustfmt::skip]
    let cases: [Case; 5] = [
        (|| Error::not_found(),                                  404, "Not Found\n",             ""),
        (|| Error::not_found().with_message("no such note"),     404, "no such note\n",          ""),
        (|| Error::bad_request().with_source("private"),         400, "Bad Request\n",           ""),
        (|| Error::from("password: hunter2"),                    500, "Internal Server Error\n", "password: hunter2"),
        (|| Error::bad_gateway().with_source("upstream closed"), 502, "Bad Gateway\n",           "upstream closed"),
    ];
    for (make, status, text, logged) in cases {
        let log = Log::default();
        let response = serve(
            &failing(make),
            Request::blank("/").with_server(log.server()),
        );
        assert_eq!(response.status(), status);
        assert_eq!(
            response.headers()["content-type"],
            "text/plain; charset=utf-8"
        );
        assert_eq!(lengths(&response, "GET"), [text.len().to_string()]);
        assert_eq!(
            drain(response.into_body()),
            (text.to_owned(), None),
            "no cause is shown"
        );
        assert!(log.text().contains(logged), "{status}: {}", log.text());
        assert_eq!(
            log.text().is_empty(),
            status < 500,
            "the client's faults are not logged"
        );
    }
}

#[test]
fn keeps_the_headers_of_an_error() {
    let app = failing(|| Error::unauthorized(HeaderValue::from_static("Basic realm=\"x\"")));
    let response = serve(&app, Request::blank("/"));
    assert_eq!(response.headers()["www-authenticate"], "Basic realm=\"x\"");
    let app = failing(|| Error::service_unavailable(7));
    let server_info = Log::default().server();
    let response = serve(
        &app,
        Request::blank("/")
            .with_method("HEAD")
            .with_server(server_info),
    );
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(drain(response.into_body()).0, "", "HEAD");
}

#[test]
fn an_error_status_beyond_599_is_a_500() {
    for status in [600, 999] {
        let app = Raw(move |_, _| Err(Error::new(status, "x")));
        let request = Request::blank("/").with_method("HEAD");
        let response = serve(&app, request.with_server(Log::default().server()));
        assert_eq!(
            response.status(),
            500,
            "{status}: RFC 9110 §15: 100 to 599 only"
        );
        assert_eq!(drain(response.into_body()).0, "", "{status}: HEAD");
    }
}

/// Panics at a given time: 0 while the future is made, 1 before its first await, 2 after it.
struct Panics(u8);

impl Application for Panics {
    fn call(
        &self,
        _: Environ,
        start_response: StartResponse,
    ) -> impl Future<Output = Result<Reply>> + Send {
        assert_ne!(self.0, 0, "secret");
        let point = self.0;
        async move {
            assert_ne!(point, 1, "secret");
            let mut once = false;
            poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::replace(&mut once, true) {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            })
            .await;
            assert_ne!(point, 2, "secret");
            Ok(start_response.start(200, ())?.body("fine"))
        }
    }
}

#[test]
fn a_panic_is_a_500_and_its_text_is_for_the_operator() {
    for point in 0..=2 {
        let log = Log::default();
        let app = Panics(point);
        let response = serve(&app, Request::blank("/").with_server(log.server()));
        assert_eq!(response.status(), 500, "{point}");
        assert_eq!(drain(response.into_body()).0, "Internal Server Error\n");
        assert!(
            log.text().contains("panicked") && log.text().contains("secret"),
            "{}",
            log.text()
        );
    }
    assert_eq!(serve(&Panics(9), Request::blank("/")).status(), 200);
}
