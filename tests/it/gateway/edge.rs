//! The edge: corrected framing, invalid hosts, statuses that cannot be sent.

use rustzeug::Request;
use rustzeug::gateway::Body;
use rustzeug::gateway::StartResponse;
use rustzeug::http::HeaderValue;
use rustzeug::http::header;

use super::Feed;
use super::Raw;
use super::Says;
use super::drain;
use super::lengths;
use crate::common::Log;
use crate::common::answer;
use crate::common::serve;

fn four() -> Body {
    Body::from("four")
}

/// The same four bytes, with an unknown length.
fn some() -> Body {
    Body::iterator(["fo", "ur"])
}

struct Case {
    method: &'static str,
    status: u16,
    declared: &'static [&'static str],
    body: fn() -> Body,
    /// The `Content-Length` lines that are sent, the bytes of the body, and whether the body ends without an error.
    want: (&'static [&'static str], &'static str, bool),
    why: &'static str,
}

fn check(cases: impl IntoIterator<Item = Case>) {
    for Case {
        method,
        status,
        declared,
        body,
        want: (lines, text, well),
        why,
    } in cases
    {
        let app = Raw(move |_, start_response: StartResponse| {
            let mut reply = start_response.start(status, ())?.body(body());
            for value in declared {
                let value = HeaderValue::from_static(value);
                reply.headers_mut().append(header::CONTENT_LENGTH, value);
            }
            Ok(reply)
        });
        let request = Request::blank("/").with_method(method);
        let response = serve(&app, request.with_server(Log::default().server()));
        let row = format!("{method} {status} {declared:?}: {why}");
        assert_eq!(response.status(), status, "{row}");
        assert_eq!(lengths(&response, method), lines, "{row}");
        let (body, error) = drain(response.into_body());
        assert_eq!(
            (body.as_str(), error.is_none()),
            (text, well),
            "{row} {error:?}"
        );
    }
}

#[test]
#[rustfmt::skip]
fn frames_by_the_body_where_its_length_is_known() {
    check([
        Case { method: "GET", status: 200, declared: &[],       body: four,        want: (&["4"], "four", true), why: "computed" },
        Case { method: "GET", status: 200, declared: &["4"],    body: four,        want: (&["4"], "four", true), why: "agrees" },
        Case { method: "GET", status: 200, declared: &["9"],    body: four,        want: (&["4"], "four", true), why: "too long: the client would wait" },
        Case { method: "GET", status: 200, declared: &["2"],    body: four,        want: (&["4"], "four", true), why: "too short: the rest would be the next response" },
        Case { method: "GET", status: 200, declared: &["four"], body: four,        want: (&["4"], "four", true), why: "no number" },
        Case { method: "GET", status: 200, declared: &["+4"],   body: four,        want: (&["4"], "four", true), why: "digits only" },
        Case { method: "GET", status: 200, declared: &["4, 4"], body: four,        want: (&["4"], "four", true), why: "a list is not a number" },
        Case { method: "GET", status: 200, declared: &[""],     body: four,        want: (&["4"], "four", true), why: "an empty value is not a number" },
        Case { method: "GET", status: 200, declared: &["9", "4"], body: four,      want: (&["4"], "four", true), why: "one line replaces two" },
        Case { method: "GET", status: 200, declared: &[],       body: Body::empty, want: (&["0"], "", true),     why: "an empty body has a length too" },
        Case { method: "POST", status: 404, declared: &["1"],   body: four,        want: (&["4"], "four", true), why: "any method, any status" },
    ]);
}

#[test]
#[rustfmt::skip]
fn holds_a_body_of_unknown_length_to_what_was_declared() {
    check([
        Case { method: "GET", status: 200, declared: &[],    body: some, want: (&[], "four", true),     why: "the server chunks it" },
        Case { method: "GET", status: 200, declared: &["4"], body: some, want: (&["4"], "four", true),  why: "true" },
        Case { method: "GET", status: 200, declared: &["9"], body: some, want: (&["9"], "four", false), why: "five missing: an error cuts" },
        Case { method: "GET", status: 200, declared: &["3"], body: some, want: (&["3"], "fo", false),   why: "never a byte more than declared" },
        Case { method: "GET", status: 200, declared: &["0"], body: some, want: (&["0"], "", false),     why: "no byte if the declared length is 0" },
    ]);
}

#[test]
#[rustfmt::skip]
fn sends_no_body_with_head_204_and_304() {
    check([
        Case { method: "GET",  status: 204, declared: &[],    body: four,        want: (&[], "", true),    why: "RFC 9110 §15.3.5: no content" },
        Case { method: "GET",  status: 204, declared: &["4"], body: four,        want: (&[], "", true),    why: "§8.6: no length with 204" },
        Case { method: "HEAD", status: 204, declared: &["0"], body: some,        want: (&[], "", true),    why: "§8.6: no length with 204, also for HEAD" },
        Case { method: "GET",  status: 304, declared: &[],    body: four,        want: (&["4"], "", true), why: "§8.6: the length of the 200" },
        Case { method: "GET",  status: 304, declared: &["9"], body: Body::empty, want: (&["9"], "", true), why: "only the application knows it" },
        Case { method: "GET",  status: 304, declared: &[],    body: Body::empty, want: (&[], "", true),    why: "not 0: the 200 may have a body" },
        Case { method: "GET",  status: 304, declared: &[],    body: some,        want: (&[], "", true),    why: "not known" },
        Case { method: "HEAD", status: 200, declared: &[],    body: four,        want: (&["4"], "", true), why: "the length of the response to GET" },
        Case { method: "HEAD", status: 404, declared: &[],    body: four,        want: (&["4"], "", true), why: "errors too" },
        Case { method: "HEAD", status: 200, declared: &["9"], body: Body::empty, want: (&["9"], "", true), why: "a handler that answers HEAD itself" },
        Case { method: "HEAD", status: 200, declared: &["9"], body: some,        want: (&["9"], "", true), why: "the declared length may be true" },
        Case { method: "HEAD", status: 200, declared: &[],    body: some,        want: (&[], "", true),    why: "not known" },
        Case { method: "head", status: 200, declared: &[],    body: four,        want: (&["4"], "four", true), why: "methods are case-sensitive" },
    ]);
}

#[test]
#[rustfmt::skip]
fn sends_one_content_length_however_many_there_were() {
    check([
        Case { method: "GET", status: 200, declared: &["4", "9"], body: four, want: (&["4"], "four", true), why: "RFC 9112 §6.3: two lengths are an attack" },
        Case { method: "GET", status: 200, declared: &["4", "4"], body: four, want: (&["4"], "four", true), why: "equal ones too" },
        Case { method: "GET", status: 200, declared: &["4", "9"], body: some, want: (&[], "four", true), why: "both lengths are dropped" },
        Case { method: "HEAD", status: 200, declared: &["4", "9"], body: Body::empty, want: (&[], "", true), why: "HEAD" },
    ]);
}

#[test]
#[rustfmt::skip]
fn drops_a_content_length_that_is_no_number() {
    check([
        Case { method: "GET",  status: 200, declared: &["four"], body: some,        want: (&[], "four", true), why: "length unknown" },
        Case { method: "GET",  status: 200, declared: &["-1"],   body: some,        want: (&[], "four", true), why: "no sign" },
        Case { method: "GET",  status: 304, declared: &["four"], body: Body::empty, want: (&[], "", true),     why: "304" },
        Case { method: "HEAD", status: 200, declared: &["four"], body: Body::empty, want: (&[], "", true),     why: "HEAD" },
        Case { method: "HEAD", status: 200, declared: &["four"], body: some,        want: (&[], "", true),     why: "HEAD, length unknown" },
    ]);
}

#[test]
#[rustfmt::skip]
fn says_to_head_what_get_says() {
    check([
        Case { method: "HEAD", status: 200, declared: &["9"], body: four, want: (&["4"], "", true), why: "RFC 9110 §8.6: MUST equal that of GET" },
        Case { method: "GET",  status: 304, declared: &["9"], body: four, want: (&["4"], "", true), why: "§8.6: that of the 200" },
    ]);
}

#[test]
#[rustfmt::skip]
fn sends_no_content_with_205() {
    check([
        Case { method: "GET", status: 205, declared: &[], body: four, want: (&["0"], "", true), why: "RFC 9110 §15.3.6: MUST NOT generate content" },
        Case { method: "GET", status: 205, declared: &["4"], body: some, want: (&["0"], "", true), why: "of whatever length" },
    ]);
}

#[test]
fn tells_the_operator_of_a_false_length() {
    let log = Log::default();
    let app = Says {
        status: 200,
        headers: &[("content-length", "9")],
        body: four,
    };
    serve(&app, Request::blank("/").with_server(log.server()));
    assert_eq!(
        log.text(),
        "the application declared Content-Length 9, its body has 4 bytes\n"
    );
}

#[test]
fn releases_a_body_that_is_not_sent() {
    for (method, status) in [("GET", 204), ("GET", 304), ("HEAD", 200)] {
        let feed = Feed::whole(&["x"]);
        let given = feed.clone();
        let app = Raw(move |_, start_response: StartResponse| {
            Ok(start_response.start(status, ())?.body(given.body()))
        });
        let response = serve(&app, Request::blank("/").with_method(method));
        assert_eq!(
            (feed.asked(), feed.dropped()),
            (0, 1),
            "{method} {status}: dropped unread"
        );
        drop(response);
    }
}

#[test]
fn drops_hop_by_hop_headers_put_there_by_middleware() {
    for headers in [
        &[("connection", "close")][..],
        &[("keep-alive", "timeout=5")],
        &[("proxy-connection", "keep-alive")],
        &[("te", "trailers")],
        &[("trailer", "x-sum")],
        &[("transfer-encoding", "chunked")],
        &[("upgrade", "h2c")],
        &[
            ("connection", "x"),
            ("connection", "y"),
            ("upgrade", "z"),
            ("transfer-encoding", "chunked"),
        ],
    ] {
        let app = Says {
            status: 200,
            headers,
            body: four,
        };
        let response = serve(&app, Request::blank("/"));
        let names: Vec<_> = response
            .headers()
            .keys()
            .map(header::HeaderName::as_str)
            .collect();
        assert!(names.is_empty(), "{headers:?}: {names:?}");
    }
}

#[test]
fn refuses_a_host_that_is_none() {
    #[rustfmt::skip]
    let cases: [(&[u8], u16, &str); 20] = [
        (b"example.org",         200, "a name"),
        (b"example.org:8000",    200, "with a port"),
        (b"my_host",             200, "underscore is unreserved"),
        (b"[::1]:80",            200, "IPv6"),
        (b"",                    200, "RFC 9112 §3.2: sent if the target has no authority"),
        (b"example.org/evil",    400, "CVE-2026-48710: the path of url() is not the routed one"),
        (b"example.org?x",       400, "query"),
        (b"example.org#x",       400, "fragment"),
        (b"example.org\\evil",   400, "browsers read a slash"),
        (b"user@example.org",    400, "user info"),
        (b"example.org evil",    400, "space"),
        (b"example.org:http",    400, "port"),
        (b"example.org:65536",   400, "port too large"),
        (b"example.org:80:80",   400, "two ports"),
        (b":80",                 400, "no name"),
        (b"::1",                 400, "IPv6 without brackets"),
        (b"[::1",                400, "one bracket"),
        (b"ex%zzample",          400, "bad escape"),
        (b"b\xc3\xbc.example",   400, "not ASCII"),
        (b"<script>",            400, "markup"),
    ];
    for (host, want, why) in cases {
        let app = Raw(|_, start_response: StartResponse| {
            Ok(start_response.start(200, ())?.body("called"))
        });
        let host = HeaderValue::from_bytes(host).unwrap();
        let request = Request::blank("/").with_header("host", &host);
        let (status, text) = answer(&app, request);
        assert_eq!(status, want, "{host:?}: {why}");
        assert_eq!(text == "called", want == 200, "{host:?}: {why}");
    }
}

#[test]
fn refuses_two_hosts() {
    for (first, second) in [("a.example", "b.example"), ("a", "a"), ("a", "b/c")] {
        let app = Raw(|_, start_response: StartResponse| {
            Ok(start_response.start(200, ())?.body("called"))
        });
        let request = Request::blank("/").with_header("host", first);
        let (status, _) = answer(&app, request.with_appended_header("host", second));
        assert_eq!(status, 400, "RFC 9112 §3.2: {first}, {second}");
    }
}
