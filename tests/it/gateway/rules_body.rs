//! The rules of PEP 3333 for the body of a reply, checked by the edge and by `Lint`.

use std::sync::Arc;

use rustzeug::Request;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::Lint;
use rustzeug::gateway::StartResponse;

use super::Feed;
use super::Flag;
use super::Lines;
use super::Raw;
use super::Says;
use super::drain;
use super::lengths;
use super::rules::lint;
use super::rules::lint_reply;
use crate::common::block_on;
use crate::common::serve;

#[test]
fn g22_a_body_is_asked_for_a_chunk_when_there_is_room_for_one() {
    let feed = Feed::whole(&["one", "two", "three"]);
    let given = feed.clone();
    let app = Raw(move |_, start_response: StartResponse| {
        let headers = [("content-type", "text/plain"), ("content-length", "11")];
        Ok(start_response.start(200, headers)?.body(given.body()))
    });
    let mut body = serve(&Lint::new(app), Request::blank("/")).into_body();
    assert_eq!(feed.asked(), 0, "no chunk is read before the server asks");
    for (asked, chunk) in ["one", "two", "three"].iter().enumerate() {
        assert_eq!(block_on(body.chunk()).unwrap().unwrap(), chunk);
        assert_eq!(
            feed.asked(),
            asked + 1,
            "one chunk is read for each that the server asks for"
        );
    }
}

#[test]
fn g23_a_known_length_is_exact() {
    let text = &[("content-type", "text/plain"), ("content-length", "4")];
    assert_eq!(lint_reply(200, text, || Body::from("four")), None);
    #[rustfmt::skip]
    let cases: [(Lines, &str); 4] = [
        (&[("content-type", "a/b"), ("content-length", "3")], "Content-Length is 3, the body has 4 bytes"),
        (&[("content-type", "a/b"), ("content-length", "5")], "Content-Length is 5, the body has 4 bytes"),
        (&[("content-type", "a/b"), ("content-length", "x")], "not one number"),
        (&[("content-type", "a/b"), ("content-length", "4"), ("content-length", "4")], "not one number"),
    ];
    for (headers, want) in cases {
        let said = lint_reply(200, headers, || Body::from("four")).unwrap();
        assert!(said.contains("G23") && said.contains(want), "{said}");
    }
    let app = Says {
        status: 200,
        headers: &[],
        body: || Body::from("four"),
    };
    assert_eq!(
        lengths(&serve(&app, Request::blank("/")), "GET"),
        ["4"],
        "computed"
    );
}

#[test]
fn g24_never_more_than_declared_and_less_is_an_error() {
    let body = || Body::iterator(["fo", "ur"]);
    #[rustfmt::skip]
    let cases: [(Lines, &str, Option<&str>); 3] = [
        (&[("content-type", "a/b"), ("content-length", "4")], "four", None),
        (&[("content-type", "a/b"), ("content-length", "3")], "fo",   Some("longer than its length of 3")),
        (&[("content-type", "a/b"), ("content-length", "9")], "four", Some("ended 5 bytes before its length of 9")),
    ];
    for (headers, sent, want) in cases {
        let app = Says {
            status: 200,
            headers,
            body,
        };
        let (text, error) = drain(serve(&app, Request::blank("/")).into_body());
        assert_eq!(
            (text.as_str(), error.is_some()),
            (sent, want.is_some()),
            "{headers:?}"
        );
        let said = lint(app, Request::blank("/"));
        assert_eq!(said.is_some(), want.is_some(), "{headers:?}");
        let said = said.unwrap_or_default();
        assert!(
            want.is_none_or(|want| said.contains("G24") && said.contains(want)),
            "{said}"
        );
    }
}

#[test]
fn g25_a_body_is_closed_exactly_once() {
    fn app(feed: &Feed) -> impl Application + use<> {
        let feed = feed.clone();
        Raw(move |_, start_response: StartResponse| {
            Ok(start_response
                .start(200, [("content-type", "a/b")])?
                .body(feed.body()))
        })
    }
    let ends = Feed::whole(&["one"]);
    let fails = Feed::default();
    fails.fail("broke");
    let left = Feed::whole(&["one", "two"]);
    let unread = Feed::whole(&["one"]);
    for (feed, chunks, why) in [
        (ends, 9, "at its end"),
        (fails, 9, "on error"),
        (left, 1, "when the client leaves (G26)"),
        (unread, 0, "unread"),
    ] {
        let mut body = serve(&Lint::new(app(&feed)), Request::blank("/")).into_body();
        for _ in 0..chunks {
            let Ok(Some(_)) = block_on(body.chunk()) else {
                break;
            };
        }
        assert_eq!(
            feed.dropped(),
            0,
            "{why}: not dropped before the server has finished"
        );
        drop(body);
        assert_eq!(feed.dropped(), 1, "{why}");
    }
    // Dropped while a chunk is pending, that is, in the middle of a read.
    let waits = Feed::default();
    let mut body = serve(&app(&waits), Request::blank("/")).into_body();
    assert!(Arc::<Flag>::default().poll(&mut body.chunk()).is_pending());
    drop(body);
    assert_eq!(waits.dropped(), 1);
}
