//! Request bodies: limits, repeated reads, failures, concurrent readers.

use std::sync::Arc;
use std::task::Poll;

use rustzeug::Error;
use rustzeug::Request;
use rustzeug::gateway::Body;
use rustzeug::gateway::Limits;
use rustzeug::gateway::ServerInfo;

use super::Feed;
use super::Flag;
use super::drain;

fn four_at_most(body: impl Into<Body>) -> Request {
    let server_info = ServerInfo::default().with_limits(Limits::default().with_body_bytes(4));
    Request::blank("/").with_server(server_info).with_body(body)
}

#[test]
fn a_body_read_whole_is_limited_to_the_byte() {
    #[rustfmt::skip]
    let cases = [
        (Feed::whole(&["four"]).claiming(4),      true,  1, "known: at the limit"),
        (Feed::whole(&["fives"]).claiming(5),     false, 0, "known: refused before it is read"),
        (Feed::whole(&["fo", "ur"]),              true,  3, "unknown: at the limit"),
        (Feed::whole(&["fo", "urs", "and more"]), false, 2, "unknown: as soon as the count is passed"),
    ];
    for (feed, fits, asked, why) in cases {
        let request = four_at_most(feed.body());
        let outcome = request.bytes().wait();
        assert_eq!(outcome.is_ok(), fits, "{why}");
        assert!(
            feed.asked() >= asked && (fits || feed.asked() == asked),
            "{why}: {}",
            feed.asked()
        );
        if let Err(error) = outcome {
            assert_eq!(error.status(), 413, "{why}");
            let told = error.message();
            assert!(
                told.contains("4 bytes") && told.contains("`body_bytes`"),
                "{told}"
            );
        }
    }
    assert!(
        four_at_most("four").bytes().wait().is_ok(),
        "in memory: at the limit"
    );
    assert_eq!(
        four_at_most("fives").bytes().wait().unwrap_err().status(),
        413,
        "in memory: one past it"
    );
    assert_eq!(
        four_at_most("fives").text().wait().unwrap_err().status(),
        413,
        "text too"
    );
}

#[test]
fn the_limits_of_a_request_and_of_a_read_win() {
    let mut request = four_at_most("fives");
    assert!(
        request.bytes().limit(5).wait().is_ok(),
        "wider for one read"
    );
    assert!(
        request.bytes().wait().is_err(),
        "the limit of one read applies only to that read"
    );
    request
        .environ_mut()
        .set_limits(Limits::default().with_body_bytes(5));
    assert!(request.bytes().wait().is_ok(), "wider for the request");
    assert!(
        request.bytes().limit(4).wait().is_err(),
        "narrower for one read"
    );
}

#[test]
fn nothing_is_allocated_by_what_is_claimed() {
    let feed = Feed::default().claiming(1 << 27);
    feed.push("abc");
    feed.fail(Error::bad_request().into_boxed());
    let request = Request::blank("/").with_body(feed.body());
    assert_eq!(
        request.bytes().wait().unwrap_err().status(),
        413,
        "128 MiB are too much"
    );
    let error = request.bytes().limit(u64::MAX).wait().unwrap_err();
    assert_eq!(
        error.status(),
        400,
        "no memory is reserved for bytes that do not come"
    );
}

#[test]
fn a_limit_that_was_hit_loses_nothing() {
    let feed = Feed::whole(&["one ", "two ", "three"]);
    let request = Request::blank("/").with_body(feed.body());
    for limit in [0, 3, 4, 7, 8, 12] {
        assert_eq!(
            request.bytes().limit(limit).wait().unwrap_err().status(),
            413,
            "{limit}"
        );
    }
    assert_eq!(request.bytes().limit(13).wait().unwrap(), "one two three");
}

#[test]
fn a_body_is_read_again_and_again() {
    let request = Request::blank("/").with_body(Feed::whole(&["one ", "two"]).body());
    for _ in 0..3 {
        assert_eq!(request.bytes().wait().unwrap(), "one two");
        assert_eq!(request.text().wait().unwrap(), "one two");
        assert_eq!(
            drain(request.take_body()),
            ("one two".into(), None),
            "a replay"
        );
    }
    assert_eq!(request.environ().body_length(), Some(7));
}

#[test]
fn taking_a_body_replays_what_has_arrived_and_goes_on() {
    let feed = Feed::default();
    feed.push("one ");
    let request = Request::blank("/").with_body(feed.body());
    assert!(
        Arc::<Flag>::default()
            .poll(&mut request.bytes())
            .is_pending()
    );
    let body = request.take_body();
    feed.push("two");
    feed.end();
    assert_eq!(drain(body), ("one two".into(), None));
}

#[test]
fn reading_a_body_that_was_taken_is_a_500_that_says_why() {
    let request = Request::blank("/").with_body(Feed::whole(&["one"]).body());
    drop(request.take_body());
    for _ in 0..2 {
        let error = request.bytes().wait().unwrap_err();
        assert_eq!(error.status(), 500);
        assert!(
            format!("{error:?}").contains("taken as a stream before"),
            "{error:?}"
        );
        let (text, again) = drain(request.take_body());
        assert!(
            text.is_empty() && again.unwrap().contains("taken"),
            "never an empty body"
        );
    }
}

#[test]
fn a_body_that_failed_fails_every_time() {
    let feed = Feed::default();
    feed.push("one ");
    feed.fail(
        Error::service_unavailable(7)
            .with_message("broke off")
            .with_source("reset")
            .into_boxed(),
    );
    feed.end();
    let request = Request::blank("/").with_body(feed.body());
    for _ in 0..2 {
        for error in [
            request.bytes().wait().unwrap_err(),
            request.text().wait().map(drop).unwrap_err(),
            request.bytes().limit(u64::MAX).wait().unwrap_err(),
        ] {
            assert_eq!(
                (error.status().as_u16(), error.message()),
                (503, "broke off")
            );
            assert_eq!(error.headers()["retry-after"], "7");
            assert!(format!("{error:?}").ends_with("reset"), "{error:?}");
        }
        let (text, error) = drain(request.take_body());
        assert!(
            text == "one " && error.unwrap().contains("broke off"),
            "never a shorter body"
        );
    }
}

#[test]
fn a_read_dropped_half_way_loses_nothing() {
    let feed = Feed::default();
    let request = Request::blank("/").with_body(feed.body());
    let flag = Arc::<Flag>::default();
    for chunk in ["one ", "two ", "three "] {
        feed.push(chunk);
        assert!(
            flag.poll(&mut request.bytes()).is_pending(),
            "and dropped at once"
        );
    }
    feed.end();
    assert_eq!(request.bytes().wait().unwrap(), "one two three ");
}

#[test]
fn two_readers_at_once_both_finish() {
    let feed = Feed::default();
    let request = Request::blank("/").with_body(feed.body());
    let (mut first, mut second) = (request.bytes(), request.text());
    let flags = [Arc::<Flag>::default(), Arc::default()];
    assert!(flags[0].poll(&mut first).is_pending() && flags[1].poll(&mut second).is_pending());
    feed.push("one");
    assert!(flags[1].woken(), "the last task that polled is woken");
    assert!(flags[1].poll(&mut second).is_pending());
    assert!(flags[0].woken(), "the other task is woken too");
    assert!(flags[0].poll(&mut first).is_pending());
    feed.end();
    assert!(flags[0].woken());
    assert!(matches!(flags[0].poll(&mut first), Poll::Ready(Ok(bytes)) if bytes == "one"));
    assert!(flags[1].woken());
    assert!(matches!(flags[1].poll(&mut second), Poll::Ready(Ok(text)) if text == "one"));
}

#[test]
fn a_reader_that_gives_up_leaves_its_place_to_the_others() {
    let feed = Feed::default();
    let request = Request::blank("/").with_body(feed.body());
    let (mut first, mut second) = (request.bytes(), request.bytes());
    let flags = [Arc::<Flag>::default(), Arc::default()];
    assert!(flags[0].poll(&mut first).is_pending() && flags[1].poll(&mut second).is_pending());
    drop(second);
    assert!(flags[0].woken(), "otherwise it would not be woken");
    assert!(flags[0].poll(&mut first).is_pending());
    feed.end();
    assert!(flags[0].woken());
}

#[test]
fn a_reader_whose_body_is_taken_hears_of_it() {
    let feed = Feed::default();
    let request = Request::blank("/").with_body(feed.body());
    let (flag, mut reader) = (Arc::<Flag>::default(), request.bytes());
    assert!(flag.poll(&mut reader).is_pending());
    let _body = request.take_body();
    assert!(flag.woken());
    assert!(matches!(flag.poll(&mut reader), Poll::Ready(Err(error)) if error.status() == 500));
}
