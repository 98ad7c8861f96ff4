//! Reading the body of a response: the state after a failed or dropped read.

use std::sync::Arc;

use rustzeug::Error;
use rustzeug::Response;
use rustzeug::gateway::Body;

use super::Feed;
use super::Flag;
use super::drain;

#[test]
fn reading_a_response_given_up_half_way_loses_nothing() {
    let feed = Feed::default();
    feed.push("one ");
    let mut response = Response::empty(200).with_body(feed.body());
    assert!(
        Arc::<Flag>::default()
            .poll(&mut response.read_bytes())
            .is_pending()
    );
    feed.push("two");
    feed.end();
    assert_eq!(drain(response.into_body()), ("one two".into(), None));
}

#[test]
fn a_response_that_failed_to_be_read_is_never_a_shorter_one() {
    let items = [Ok::<_, Error>("one"), Err(Error::gone()), Ok("two")];
    let mut response = Response::empty(200).with_body(Body::try_iterator(items));
    assert!(response.read_bytes().wait().is_err());
    let (text, error) = drain(response.into_body());
    assert!(error.is_some(), "ended well after `{text}`");
}
