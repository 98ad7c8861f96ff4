//! Stopping with a notice: the lame-duck time, the notice for open connections, the grace period.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use rustzeug::IntoApplication;
use rustzeug::server::ServerLimits;

use super::{End, Served, says_close, status, wait_until_refused};
use crate::waiting::PATIENCE;
use crate::waiting::wait_for;

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const NOTICE: Duration = Duration::from_secs(3);

fn served(limits: ServerLimits) -> Served {
    Served::with_limits((|| "fine").into_application(), limits)
}

#[test]
fn open_connections_are_answered_once_more_after_the_listener_is_closed() {
    let served = served(ServerLimits::default().with_closing_notice(NOTICE));
    let mut used = served.connect();
    used.send(GET);
    assert!(!says_close(&used.until("fine")), "nothing to announce yet");
    let mut fresh = served.connect();
    let mut begun = served.connect();
    begun.send(&GET[..10]);
    // One request before and one after them, so that all of them were accepted.
    assert_eq!(status(&served.get("/")), 200);
    served.stopper.stop();
    wait_until_refused(served.address);
    for (client, text, why) in [
        (&mut used, GET, "idle between two requests"),
        (&mut fresh, GET, "never used"),
        (&mut begun, &GET[10..], "in the middle of a head"),
    ] {
        client.send(text);
        let (answer, end) = client.ending();
        assert_eq!(status(&answer), 200, "{why}");
        assert!(answer.ends_with("fine"), "{why}: {answer}");
        assert!(says_close(&answer), "{why}: {answer}");
        assert_eq!(end, End::Closed, "{why}");
    }
}

#[test]
fn idle_connections_are_closed_when_the_notice_is_over() {
    let notice = Duration::from_millis(400);
    let limits = ServerLimits::default().with_closing_notice(notice);
    let mut served = served(limits.with_grace_period(Duration::from_hours(1)));
    let mut used = served.connect();
    used.send(GET);
    assert_eq!(status(&used.until("fine")), 200);
    let mut begun = served.connect();
    begun.send(&GET[..10]);
    assert_eq!(status(&served.get("/")), 200);
    let start = Instant::now();
    served.stopper.stop();
    assert_eq!(used.ending(), (String::new(), End::Closed));
    assert!(start.elapsed() >= notice * 3 / 4, "not before");
    begun.rest();
    served.end();
    assert!(
        start.elapsed() < PATIENCE,
        "a head that does not arrive is not a request in flight"
    );
}

#[test]
fn nobody_is_waited_for_when_nobody_is_there() {
    let hour = Duration::from_hours(1);
    let limits = ServerLimits::default()
        .with_closing_notice(hour)
        .with_grace_period(hour);
    let mut served = served(limits);
    assert_eq!(status(&served.get("/")), 200);
    served.end();
}

#[test]
fn a_request_in_flight_outlives_the_notice() {
    let entered = Arc::new(AtomicBool::new(false));
    let release = Arc::new(AtomicBool::new(false));
    let (arrived, go_on) = (Arc::clone(&entered), Arc::clone(&release));
    let handler = move || {
        arrived.store(true, Ordering::SeqCst);
        wait_for(&go_on);
        "finished"
    };
    let limits = ServerLimits::default().with_closing_notice(Duration::from_millis(100));
    let mut served = Served::with_limits(handler.into_application(), limits);
    let mut idle = served.connect();
    let mut client = served.connect();
    client.send(GET);
    wait_for(&entered);
    served.stopper.stop();
    assert_eq!(idle.ending(), (String::new(), End::Closed), "it is over");
    release.store(true, Ordering::SeqCst);
    let (answer, end) = client.ending();
    assert!(answer.ends_with("finished"), "{answer}");
    assert!(says_close(&answer), "{answer}");
    assert_eq!(end, End::Closed);
    served.end();
}

#[test]
fn a_lame_duck_serves_as_before_and_then_ends() {
    let lame = Duration::from_millis(1500);
    let mut served = served(ServerLimits::default().with_lame_duck(lame));
    let mut used = served.connect();
    used.send(GET);
    assert_eq!(status(&used.until("fine")), 200);
    let start = Instant::now();
    served.stopper.stop();
    used.send(GET);
    assert!(!says_close(&used.until("fine")), "as before");
    assert_eq!(status(&served.get("/")), 200, "new clients as well");
    wait_until_refused(served.address);
    assert!(start.elapsed() >= lame * 3 / 4, "not before");
    served.end();
}
