//! The examples for conditional requests, ranges and caching, called in process.

use rustzeug::headers::ETag;
use rustzeug::testing::Client;

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/caching.rs"]
pub(crate) mod caching;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/conditional.rs"]
pub(crate) mod conditional;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/ranges.rs"]
pub(crate) mod ranges;

#[test]
fn of_two_editors_none_loses_an_update() {
    let client = Client::new(conditional::app());
    let seen = client.get("/").wait().unwrap().expect_text("draft\n");
    let seen = seen.expect_header("etag", "\"1\"").etag().unwrap();
    let known = client
        .get("/")
        .with(|request| request.with_if_none_match(&seen));
    known.wait().unwrap().expect_status(304).expect_empty();

    let put = |etag: &ETag, text: &'static str| {
        let call = client.put("/").with_body(text);
        call.with(|request| request.with_if_match(etag))
            .wait()
            .unwrap()
    };
    let saved = put(&seen, "by Ada").expect_status(204);
    let saved = saved.expect_header("etag", "\"2\"").etag().unwrap();
    put(&seen, "by Grace").expect_status(412);
    client.get("/").wait().unwrap().expect_text("by Ada");
    put(&saved, "by both").expect_status(204);
    put(&saved.into_weak(), "weakly").expect_status(412);
    let nobody = client.put("/").with_body("by Mallory").wait().unwrap();
    nobody.expect_status(428);
    let create = client
        .put("/")
        .with_header("if-none-match", "*")
        .with_body("new");
    create.wait().unwrap().expect_status(412);
    client.get("/").wait().unwrap().expect_text("by both");
}

#[test]
fn a_large_file_is_sent_in_parts() {
    let client = Client::new(ranges::app());
    client
        .get("/")
        .wait()
        .unwrap()
        .expect_text_contains("<audio controls");
    let part = |range: &str| {
        let call = client.get("/tone.wav").with_header("range", range);
        call.wait().unwrap()
    };
    let whole = client.get("/tone.wav").wait().unwrap();
    let whole = whole
        .expect_status(200)
        .expect_header("accept-ranges", "bytes");
    let size = whole.bytes().len();
    assert_eq!(size, 8000 * 600 + 44);
    part("bytes=0-3").expect_status(206).expect_bytes(b"RIFF");
    let rest = part(&format!("bytes={}-", size - 9)).expect_status(206);
    rest.expect_bytes(&whole.bytes()[size - 9..]);
    let all = part("bytes=0-").expect_status(206);
    all.expect_header("content-range", &format!("bytes 0-{}/{size}", size - 1));
    let two = part("bytes=0-3,8-11").expect_status(206);
    two.expect_content_type("multipart/byteranges")
        .expect_text_contains("WAVE");
    part("bytes=99999999999-").expect_status(416);
    client
        .head("/tone.wav")
        .with_header("range", "bytes=99999999999-")
        .wait()
        .unwrap()
        .expect_status(200);

    // A download that was broken off goes on, as long as it is the same file.
    let etag = whole.etag().unwrap();
    let go_on = |etag: &ETag| {
        let call = client.get("/tone.wav").with_header("range", "bytes=100-");
        let call = call.with(|request| request.with_if_range(etag.clone()));
        call.wait().unwrap().status()
    };
    assert_eq!(go_on(&etag), 206);
    assert_eq!(go_on(&ETag::from("another")), 200);
}

#[test]
fn each_response_says_what_caches_may_do() {
    let client = Client::new(caching::app());
    for (path, cache_control) in [
        ("/app.3f2a.css", "max-age=31536000, immutable"),
        ("/news", "stale-while-revalidate=600, max-age=60"),
        ("/account", "no-store"),
        ("/hello", "no-cache"),
    ] {
        let answer = client.get(path).wait().unwrap().expect_status(200);
        let answer = answer.expect_header("cache-control", cache_control);
        let etag = answer.etag().unwrap();
        let again = client
            .get(path)
            .with(|request| request.with_if_none_match(&etag));
        again
            .wait()
            .unwrap()
            .expect_status(304)
            .expect_header("cache-control", cache_control);
    }
    let german = client
        .get("/hello")
        .with_header("accept-language", "de-AT")
        .wait()
        .unwrap();
    let english = client.get("/hello").wait().unwrap().expect_text("Hello\n");
    let german = german
        .expect_text("Hallo\n")
        .expect_header("vary", "accept-language");
    assert_ne!(german.etag(), english.etag());
}
