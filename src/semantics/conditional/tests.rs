//! RFC 9110 §13.2.2 as tables.

use std::time::Duration;

use http::HeaderValue;

use super::Decision::IgnoreRange;
use super::Decision::NotModified;
use super::Decision::PreconditionFailed;
use super::Decision::Proceed;
use super::*;

const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const THEN: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

fn headers(lines: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.lines() {
        let (name, value) = line.split_once(':').expect("a colon");
        let value = HeaderValue::from_bytes(value.trim().as_bytes()).expect("a value");
        let name: HeaderName = name.parse().expect("a name");
        headers.append(name, value);
    }
    headers
}

fn then() -> HttpDate {
    THEN.parse().expect("a date")
}

/// What is decided for a resource with a strong tag that changed then.
fn decide(method: &Method, lines: &str) -> Decision {
    let etag = ETag::strong("v1");
    let current = Validators::from(&etag)
        .with_last_modified(then())
        .with_now(then() + Duration::from_secs(100));
    evaluate(method, &headers(lines), &current)
}

#[test]
fn the_order_is_that_of_the_rfc() {
    #[rustfmt::skip]
    let cases = [
        ("accept: */*",                                  Proceed, Proceed, "no condition"),
        // Steps 1 and 2: 412.
        ("if-match: \"v1\"",                             Proceed, Proceed, "still this state"),
        ("if-match: \"v0\", \"v1\"",                     Proceed, Proceed, "or one of these"),
        ("if-match: \"v0\"",                             PreconditionFailed, PreconditionFailed, "another state"),
        ("if-match: W/\"v1\"",                           PreconditionFailed, PreconditionFailed, "compared strongly"),
        ("if-match: *",                                  Proceed, Proceed, "any state"),
        ("if-match: v1",                                 PreconditionFailed, PreconditionFailed, "not a tag: matches nothing"),
        ("if-match:",                                    PreconditionFailed, PreconditionFailed, "an empty list matches nothing"),
        ("if-match: \"v0\"\nif-match: \"v1\"",           Proceed, Proceed, "two lines are one list"),
        ("if-match: , \"v1\" ,",                         Proceed, Proceed, "empty elements"),
        ("if-match: *, \"v0\"",                          PreconditionFailed, PreconditionFailed, "a star in a list is malformed"),
        ("if-unmodified-since: Sun, 06 Nov 1994 08:49:37 GMT", Proceed, Proceed, "not changed since"),
        ("if-unmodified-since: Sun, 06 Nov 1994 08:49:36 GMT", PreconditionFailed, PreconditionFailed, "changed since"),
        ("if-unmodified-since: yesterday",               Proceed, Proceed, "not a date: ignored"),
        ("if-match: \"v1\"\nif-unmodified-since: Sun, 06 Nov 1994 08:49:36 GMT", Proceed, Proceed, "If-Match comes first"),
        // Steps 3 and 4: 304 to who reads, 412 to who writes.
        ("if-none-match: \"v1\"",                        NotModified, PreconditionFailed, "the client has it"),
        ("if-none-match: W/\"v1\"",                      NotModified, PreconditionFailed, "compared weakly"),
        ("if-none-match: \"v0\", \"v1\"",                NotModified, PreconditionFailed, "one of these"),
        ("if-none-match: \"v0\"",                        Proceed, Proceed, "an old state"),
        ("if-none-match: *",                             NotModified, PreconditionFailed, "any state"),
        ("if-none-match: v1",                            Proceed, Proceed, "not a tag: matches nothing"),
        ("if-none-match:",                               Proceed, Proceed, "an empty list matches nothing"),
        ("if-none-match: \"a,v1\", \"v1\"",              NotModified, PreconditionFailed, "a comma in a tag"),
        ("if-none-match: \"x\nif-none-match: \"v1\"",    NotModified, PreconditionFailed, "an open quote ends with its line"),
        ("if-none-match:\nif-none-match: *",             NotModified, PreconditionFailed, "an empty line does not count"),
        ("if-none-match: *\nif-none-match:",             NotModified, PreconditionFailed, "nor behind it"),
        ("if-modified-since: Sun, 06 Nov 1994 08:49:37 GMT", NotModified, Proceed, "for GET and HEAD alone"),
        ("if-modified-since: Sun, 06 Nov 1994 08:49:38 GMT", NotModified, Proceed, "or later"),
        ("if-modified-since: Sun, 06 Nov 1994 08:49:36 GMT", Proceed, Proceed, "changed since"),
        ("if-modified-since: 0",                         Proceed, Proceed, "not a date: ignored"),
        ("if-modified-since:",                           Proceed, Proceed, "an empty value"),
        ("if-none-match: \"v0\"\nif-modified-since: Sun, 06 Nov 1994 08:49:38 GMT", Proceed, Proceed, "If-None-Match comes first"),
        ("if-match: \"v0\"\nif-none-match: \"v1\"",      PreconditionFailed, PreconditionFailed, "412 comes before 304"),
        ("if-match: \"v1\"\nif-none-match: \"v1\"",      NotModified, PreconditionFailed, "both count"),
        // Step 5 comes last.
        ("range: bytes=0-1\nif-none-match: \"v1\"",      NotModified, PreconditionFailed, "304 comes before a range"),
        ("range: bytes=0-1\nif-range: \"v0\"\nif-none-match: \"v1\"", NotModified, PreconditionFailed, "here as well"),
    ];
    for (lines, reading, writing, why) in cases {
        for method in [Method::GET, Method::HEAD] {
            assert_eq!(decide(&method, lines), reading, "{method} {lines:?}: {why}");
        }
        for method in [Method::PUT, Method::POST, Method::DELETE, Method::PATCH] {
            assert_eq!(decide(&method, lines), writing, "{method} {lines:?}: {why}");
        }
        for method in [Method::OPTIONS, Method::TRACE, Method::CONNECT] {
            assert_eq!(
                decide(&method, lines),
                Proceed,
                "§13.2.1: {method} has no conditions"
            );
        }
    }
}

#[test]
fn if_range_is_strong_and_exact() {
    #[rustfmt::skip]
    let cases = [
        ("\"v1\"",                        Proceed,     "still this state"),
        ("\"v0\"",                        IgnoreRange, "another one"),
        ("W/\"v1\"",                      IgnoreRange, "a weak tag never holds"),
        ("\"v1\", \"v0\"",                IgnoreRange, "it is not a list"),
        ("*",                             IgnoreRange, "and no star"),
        (THEN,                            Proceed,     "the very date"),
        (BEFORE,                          IgnoreRange, "an earlier one"),
        (AFTER,                           IgnoreRange, "a later one does not hold either"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", Proceed,    "the same in an old form"),
        ("x",                             IgnoreRange, "malformed"),
        ("",                              IgnoreRange, "an empty value"),
    ];
    for (value, want, why) in cases {
        let lines = format!("range: bytes=0-1\nif-range: {value}");
        assert_eq!(decide(&Method::GET, &lines), want, "{value:?}: {why}");
        assert_eq!(decide(&Method::HEAD, &lines), Proceed, "ranges are for GET");
        let alone = format!("if-range: {value}");
        assert_eq!(
            decide(&Method::GET, &alone),
            Proceed,
            "without a range it says nothing"
        );
    }
    let twice = "range: bytes=0-1\nif-range: \"v1\"\nif-range: \"v1\"";
    assert_eq!(decide(&Method::GET, twice), IgnoreRange, "two lines");
}

#[test]
fn a_date_is_strong_only_when_it_is_a_second_old() {
    let asked = headers(&format!("range: bytes=0-1\nif-range: {THEN}"));
    let current = Validators::from(then());
    let at = |now| evaluate(&Method::GET, &asked, &current.with_now(now));
    assert_eq!(
        at(then()),
        IgnoreRange,
        "it may change again in this second"
    );
    assert_eq!(at(then() + Duration::from_secs(1)), Proceed);
    assert_eq!(
        evaluate(&Method::GET, &asked, &current),
        IgnoreRange,
        "unknown"
    );
}

#[test]
fn what_is_not_known_matches_nothing() {
    #[rustfmt::skip]
    let cases = [
        ("if-match: *",             Proceed,            PreconditionFailed, "PUT over what is there"),
        ("if-none-match: *",        PreconditionFailed, Proceed,            "PUT that creates"),
        ("if-match: \"v1\"",        PreconditionFailed, PreconditionFailed, "no tag is known"),
        ("if-none-match: \"v1\"",   Proceed,            Proceed,            "so it is another state"),
        ("if-unmodified-since: Sun, 06 Nov 1994 08:49:37 GMT", Proceed, Proceed, "no time is known: ignored"),
    ];
    for (lines, existing, missing, why) in cases {
        let decide = |current| evaluate(&Method::PUT, &headers(lines), &current);
        assert_eq!(decide(Validators::existing()), existing, "{lines:?}: {why}");
        assert_eq!(decide(Validators::missing()), missing, "{lines:?}: {why}");
    }
    let asked = headers(&format!("if-modified-since: {AFTER}"));
    let current = Validators::existing();
    assert_eq!(evaluate(&Method::GET, &asked, &current), Proceed);
}

#[test]
fn validators_of_a_response_are_read_when_they_are_sound() {
    #[rustfmt::skip]
    let cases = [
        ("etag: \"v1\"",            "if-none-match: \"v1\"",   NotModified, "a tag"),
        ("etag: W/\"v1\"",          "if-none-match: \"v1\"",   NotModified, "compared weakly"),
        ("etag: W/\"v1\"",          "if-match: \"v1\"",        PreconditionFailed, "compared strongly"),
        ("etag: v1",                "if-none-match: v1",       Proceed,     "without quotes it is none"),
        ("last-modified: Sun, 06 Nov 1994 08:49:37 GMT", "if-modified-since: Sun, 06 Nov 1994 08:49:37 GMT", NotModified, "a date"),
        ("last-modified: today",    "if-modified-since: Sun, 06 Nov 1994 08:49:37 GMT", Proceed, "no date"),
    ];
    for (response, request, want, why) in cases {
        let (response, request) = (headers(response), headers(request));
        let current = Validators::of_headers(&response);
        assert_eq!(
            evaluate(&Method::GET, &request, &current),
            want,
            "{response:?}: {why}"
        );
    }
}

#[test]
fn a_condition_on_a_change_is_recognised() {
    for (lines, want) in [
        ("if-match: x", true),
        ("if-none-match: *", true),
        ("if-none-match: W/\"v1\"", true),
        ("if-none-match:", false),
        ("if-none-match: v1", false),
        ("if-unmodified-since: x", false),
        ("if-unmodified-since: Sun, 06 Nov 1994 08:49:37 GMT", false),
        ("if-modified-since: x", false),
        ("if-range: x", false),
    ] {
        assert_eq!(is_conditional(&headers(lines)), want, "{lines}");
    }
}

#[test]
fn a_304_leaves_out_what_is_about_its_content() {
    for (name, is_left_out) in [
        ("content-type", true),
        ("content-length", true),
        ("content-encoding", true),
        ("content-language", true),
        ("content-disposition", true),
        ("content-security-policy", true),
        ("content-location", false),
        ("etag", false),
        ("vary", false),
        ("cache-control", false),
        ("set-cookie", false),
    ] {
        let name: HeaderName = name.parse().expect("a name");
        assert_eq!(is_about_content(&name), is_left_out, "{name}");
    }
}
