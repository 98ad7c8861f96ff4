//! `.wait()`: allowed where blocking is allowed, refused on the event loop.

use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Result;
use rustzeug::gateway::Body;

use super::Feed;
use super::Says;
use super::drain;
use crate::common::answer;
use crate::common::block_on;
use crate::common::serve;

fn refused(outcome: Result<String>) -> String {
    outcome.map_or_else(|error| format!("{error:?}"), |_| "blocked".to_owned())
}

#[test]
fn waiting_in_an_async_fn_is_refused_at_once() {
    async fn handler(request: &Request) -> String {
        refused(request.text().wait())
    }
    async fn later(request: &Request) -> Result<String> {
        request.bytes().await?;
        Ok(refused(request.text().wait()))
    }
    for body in [Body::from("there"), Feed::default().body()] {
        let request = Request::blank("/").with_body(body);
        let (_, text) = answer(&handler.into_application(), request);
        assert!(
            text.contains("event-loop") && text.contains("`.await`"),
            "{text}"
        );
    }
    let (_, text) = answer(
        &later.into_application(),
        Request::blank("/").with_body("x"),
    );
    assert!(text.contains("`.await`"), "after an await: {text}");
}

#[test]
fn waiting_in_a_plain_fn_works() {
    fn handler(request: &Request) -> Result<String> {
        request.text().wait()
    }
    let outer = rustzeug::wrap(handler, async |request: Request, next: rustzeug::Next| {
        let response = next.run(request).await;
        let refused = Request::blank("/").text().wait().is_err();
        response.with_header("x-refused-after", refused.to_string())
    });
    let feed = Feed::whole(&["one ", "two"]);
    let response = serve(&outer, Request::blank("/").with_body(feed.body()));
    assert_eq!(
        response.headers()["x-refused-after"],
        "true",
        "the mark is restored"
    );
    assert_eq!(drain(response.into_body()).0, "one two");
}

#[test]
fn waiting_in_an_async_body_is_refused_at_once() {
    let app = Says {
        status: 200,
        headers: &[],
        body: || {
            Body::async_writer(async |mut out| {
                let outcome = Request::blank("/").with_body("there").text().wait();
                out.write(outcome.map_or("refused", |_| "blocked")).await
            })
        },
    };
    let mut body = serve(&app, Request::blank("/")).into_body();
    assert_eq!(block_on(body.chunk()).unwrap().unwrap(), "refused");
}
