//! HTTP/2 messages: requests of a client, and the responses.

use std::sync::Arc;
use std::sync::Barrier;

use rustzeug::gateway::{Body, Limits};
use rustzeug::{IntoApplication, Request, Response, Result};

use super::Served;
use super::bodies::length_async;
use super::fields::{CONTENT_LENGTH, Fields, block, fields};
use super::frames::{ALL, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, Peer, frame};

const PROTOCOL_ERROR: u32 = 1;
const INTERNAL_ERROR: u32 = 2;

/// What a handler sees of a request.
fn seen(request: &Request) -> String {
    let environ = request.environ();
    let var = |name| environ.var(name).unwrap_or_default().into_owned();
    [
        var("REQUEST_METHOD"),
        request.url(),
        var("SERVER_PROTOCOL"),
        var("HTTP_HOST"),
        var("HTTP_COOKIE"),
    ]
    .join(" ")
}

fn length(request: &Request) -> Result<String> {
    Ok(format!("{} bytes", request.bytes().wait()?.len()))
}

#[test]
fn a_request_is_the_same_to_a_handler_as_in_http_1() {
    let served = Served::new(seen.into_application());
    let with = |more: Fields<'static>| [&fields("GET", "/x?y"), more].concat();
    let at = |authority, more: Fields<'static>| {
        let named = [
            (":method", "GET"),
            (":scheme", "http"),
            (":authority", authority),
            (":path", "/"),
        ];
        [&named, more].concat()
    };
    #[rustfmt::skip]
    let cases = [
        (with(&[]),
            "GET http://a/x?y HTTP/2.0 a ", ":authority is the Host"),
        (with(&[("host", "a")]),
            "GET http://a/x?y HTTP/2.0 a ", "both say the same"),
        (with(&[("host", "A")]),
            "GET http://a/x?y HTTP/2.0 a ", "in any case"),
        (at("a:80", &[("host", "a")]),
            "GET http://a/ HTTP/2.0 a:80 ", "the port is that of the scheme"),
        (at("a", &[("host", "a:80")]),
            "GET http://a/ HTTP/2.0 a ", "the port is that of the scheme"),
        (at("[::1]:81", &[("host", "[::1]:81")]),
            "GET http://[::1]:81/ HTTP/2.0 [::1]:81 ", "an address"),
        (vec![(":method", "GET"), (":scheme", "http"), (":path", "/"), ("host", "b:81")],
            "GET http://b:81/ HTTP/2.0 b:81 ", "a `Host` without `:authority` is enough"),
        (vec![(":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/")],
            "GET http://a/ HTTP/2.0 a ", "the scheme that a proxy claims is not trusted"),
        (with(&[("te", "trailers")]),
            "GET http://a/x?y HTTP/2.0 a ", "the only field about the connection that is allowed"),
    ];
    let mut peer = Peer::new(served.address);
    for (number, (sent, want, why)) in (0..).zip(cases) {
        let stream = 2 * number + 1;
        peer.ask(stream, &sent);
        let answer = peer.answer(stream);
        assert_eq!(
            (answer.status, &*answer.text),
            (200, want),
            "{why}: {sent:?}"
        );
    }
}

#[test]
fn a_cookie_in_crumbs_is_one_field() {
    let lines = |request: &Request| {
        let lines = request.headers().get_all("cookie").iter();
        let lines: Vec<_> = lines.map(|line| line.to_str().unwrap()).collect();
        lines.join(" | ")
    };
    let served = Served::with_limits(
        lines.into_application(),
        Limits::default().with_header_fields(10),
    );
    let crumbs: Vec<_> = (0..20).map(|number| format!("c{number}=")).collect();
    let many: Vec<_> = crumbs.iter().map(|crumb| ("cookie", &**crumb)).collect();
    let all = crumbs.join("; ");
    #[rustfmt::skip]
    let cases = [
        (&[][..],                                         "",               "none"),
        (&[("cookie", "a=1")],                            "a=1",            "one"),
        (&[("cookie", "a=1"), ("cookie", "b=2")],         "a=1; b=2",       "RFC 9113 §8.2.3: joined by `; `"),
        (&[("cookie", "a=1; b=2"), ("x", "y"), ("cookie", "c=3")], "a=1; b=2; c=3", "in their order"),
        (&[("x", "y"), ("x", "z"), ("cookie", "a=1")],    "a=1",            "other fields are kept separate"),
        (&many,                                           &all,             "joined cookies count as one field"),
    ];
    let mut peer = Peer::new(served.address);
    for (number, (sent, want, why)) in (0..).zip(cases) {
        let stream = 2 * number + 1;
        peer.ask(stream, &[&fields("GET", "/")[..], sent].concat());
        assert_eq!(peer.answer(stream).text, want, "{why}");
    }
}

#[test]
fn a_malformed_request_is_refused() {
    let served = Served::new(seen.into_application());
    let with = |more: Fields<'static>| [&fields("GET", "/x?y"), more].concat();
    #[rustfmt::skip]
    let cases = [
        (with(&[("host", "b")]),          400, "RFC 9113 §8.3.1: a Host that differs from :authority"),
        (with(&[("host", "a:81")]),       400, "a `Host` with another port"),
        (with(&[("host", "")]),           400, "an empty `Host`"),
        (with(&[("host", "a"), ("host", "a")]), 400, "two of them"),
        (with(&[("host", "a b")]),        400, "an invalid value"),
        (with(&[("x", " y")]),            400, "§8.2.1: a blank before a value"),
        (with(&[("x", "y\t")]),           400, "a tab after one"),
        (with(&[("x", " ")]),             400, "a value of one space"),
        (with(&[("upgrade", "")]),           0, "§8.2.2: a field about the connection"),
        (with(&[("connection", "close")]),   0, "another field about the connection"),
        (with(&[("keep-alive", "a")]),       0, "another field about the connection"),
        (with(&[("proxy-connection", "a")]), 0, "another field about the connection"),
        (with(&[("transfer-encoding", "chunked")]), 0, "another field about the connection"),
        (with(&[("te", "gzip")]),            0, "`te` with another value than `trailers`"),
        (with(&[("te", "trailers, gzip")]),  0, "`te` with another value next to `trailers`"),
        (with(&[(":path", "/again")]),       0, "a second path"),
        (with(&[(":method", "GET")]),        0, "a pseudo field behind others"),
        (with(&[(":status", "200")]),        0, "a pseudo field of responses"),
        (vec![(":method", "GET"), (":scheme", "http"), (":authority", "a")], 0, "no path"),
        (vec![(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "")], 0, "an empty path"),
        (vec![(":method", "GET"), (":authority", "a"), (":path", "/")], 0, "no scheme"),
        (vec![(":scheme", "http"), (":authority", "a"), (":path", "/")], 0, "no method"),
    ];
    let mut peer = Peer::new(served.address);
    for (number, (sent, want, why)) in (0..).zip(cases) {
        let stream = 2 * number + 1;
        peer.ask(stream, &sent);
        let answer = peer.answer(stream);
        if want == 0 {
            assert_eq!(answer.reset, Some(PROTOCOL_ERROR), "{why}: {sent:?}");
        } else {
            assert_eq!(answer.status, want, "{why}: {sent:?} {}", answer.text);
        }
    }
    peer.ask(99, &fields("GET", "/"));
    assert_eq!(peer.answer(99).status, 200, "the connection goes on");
    // HPACK does not allow these names, and a malformed field block ends the connection.
    for (name, why) in [
        ("X", "§8.2.1: a capital"),
        (":x", "no such pseudo field"),
        ("", "none"),
    ] {
        let mut peer = Peer::new(served.address);
        peer.ask(1, &[&fields("GET", "/")[..], &[(name, "y")]].concat());
        assert_eq!(peer.farewell(), Some(PROTOCOL_ERROR), "{why}");
    }
}

#[test]
fn what_has_no_body_ends_with_its_head() {
    let texts = |request: &Request| match request.path() {
        "/204" => Response::text("text").with_status(204),
        "/304" => Response::text("text").with_status(304),
        _ => Response::text("text"),
    };
    let served = Served::unchecked(texts.into_application(), Limits::default());
    let mut peer = Peer::new(served.address);
    #[rustfmt::skip]
    let cases = [
        ("GET",     "/",    200, 1, Some(4), "for comparison"),
        ("HEAD",    "/",    200, 0, Some(4), "the length that there would be"),
        ("GET",     "/204", 204, 0, None,    "nothing"),
        ("GET",     "/304", 304, 0, Some(4), "the length that there would be"),
        ("OPTIONS", "*",    204, 0, None,    "the server answers"),
    ];
    for (number, (method, path, status, pieces, length, why)) in (0..).zip(cases) {
        let stream = 2 * number + 1;
        peer.ask(stream, &fields(method, path));
        let answer = peer.answer(stream);
        assert_eq!(answer.status, status, "{method} {path}: {why}");
        assert_eq!(answer.pieces, pieces, "{method} {path}: {why}");
        let told = answer
            .fields
            .iter()
            .find(|(name, _)| *name == CONTENT_LENGTH);
        assert_eq!(
            told.and_then(|(_, length)| *length),
            length,
            "{method} {path}: {why}"
        );
    }
}

#[test]
fn a_body_arrives_whole_in_both_kinds_of_handler() {
    for (kind, served) in [
        ("fn", Served::new(length.into_application())),
        ("async fn", Served::new(length_async.into_application())),
    ] {
        // The last body is larger than the window, so the server must enlarge the window again.
        let mut peer = Peer::new(served.address);
        for (number, size) in (0..).zip([0, 1, 20_000, 1_500_000]) {
            let stream = 2 * number + 1;
            peer.begin(stream, &fields("POST", "/"));
            peer.send_body(stream, size);
            assert_eq!(peer.answer(stream).text, format!("{size} bytes"), "{kind}");
        }
    }
}

#[test]
fn who_waits_to_be_asked_for_a_body_is_asked_when_it_is_read() {
    let deaf = Served::new((async || "deaf").into_application());
    #[rustfmt::skip]
    let cases = [
        (Served::new(length.into_application()),       true,  "4 bytes", "a `fn`, whose body is received first"),
        (Served::new(length_async.into_application()), true,  "4 bytes", "an `async fn` that reads"),
        (deaf,                                         false, "deaf",    "an `async fn` that does not read"),
    ];
    for (served, asks, text, why) in cases {
        let mut peer = Peer::new(served.address);
        let head = [&fields("POST", "/")[..], &[("expect", "100-continue")]].concat();
        peer.begin(1, &head);
        if asks {
            // RFC 9110 §10.1.1.
            let asked = peer.next(HEADERS);
            assert_eq!(asked.flags & END_STREAM, 0, "{why}");
            assert_eq!(super::fields::head(&asked.payload).0, 100, "{why}");
            peer.send(&frame(DATA, END_STREAM, 1, b"four"));
        }
        let answer = peer.answer(1);
        assert_eq!((answer.status, &*answer.text), (200, text), "{why}");
    }
}

#[test]
fn a_body_is_as_long_as_was_declared() {
    let served = Served::new(length.into_application());
    let mut peer = Peer::new(served.address);
    #[rustfmt::skip]
    let cases = [
        ("4", "four", None,                 "as declared"),
        ("3", "four", Some(PROTOCOL_ERROR), "more than declared"),
        ("5", "four", Some(PROTOCOL_ERROR), "less than declared"),
    ];
    for (number, (declared, body, reset, why)) in (0..).zip(cases) {
        let stream = 2 * number + 1;
        let head = [&fields("POST", "/")[..], &[("content-length", declared)]].concat();
        peer.begin(stream, &head);
        peer.send(&frame(DATA, END_STREAM, stream, body.as_bytes()));
        assert_eq!(peer.answer(stream).reset, reset, "{why}");
    }
}

#[test]
fn trailers_are_no_headers() {
    let host = |request: &Request| {
        request.bytes().wait()?;
        Ok::<_, rustzeug::Error>(seen(request))
    };
    let served = Served::new(host.into_application());
    let mut peer = Peer::new(served.address);
    peer.begin(1, &fields("POST", "/"));
    peer.send(&frame(DATA, 0, 1, b"four"));
    let trailers = block(&[("host", "evil"), ("cookie", "a=b")]);
    peer.send(&frame(HEADERS, ALL, 1, &trailers));
    assert_eq!(peer.answer(1).text, "POST http://a/ HTTP/2.0 a ");
}

#[test]
fn streams_are_answered_at_the_same_time() {
    let together = Arc::new(Barrier::new(20));
    let handler = move |request: &Request| {
        together.wait();
        length(request)
    };
    let served = Served::new(handler.into_application());
    let mut peer = Peer::new(served.address);
    for number in 0..20 {
        peer.begin(2 * number + 1, &fields("POST", "/"));
    }
    // One piece of each body in turn; each body has as many pieces as its number.
    for piece in 0..20 {
        for number in piece..20 {
            peer.send(&frame(DATA, 0, 2 * number + 1, b"four"));
        }
    }
    for number in 0..20 {
        peer.send(&frame(DATA, END_STREAM, 2 * number + 1, &[]));
    }
    let mut answers: Vec<_> = (0..20)
        .map(|_| {
            let answered = peer.next(DATA);
            (answered.stream, answered.payload)
        })
        .collect();
    answers.sort_unstable();
    for (number, (stream, text)) in (0..).zip(answers) {
        assert_eq!(stream, 2 * number + 1);
        assert_eq!(text, format!("{} bytes", 4 * (number + 1)).as_bytes());
    }
}

#[test]
fn there_are_no_tunnels() {
    let target = [(":method", "CONNECT"), (":authority", "a:443")];
    let served = Served::new(seen.into_application());
    let mut peer = Peer::new(served.address);
    peer.ask(1, &target);
    assert_eq!(peer.answer(1).status, 501);
    peer.ask(3, &fields("GET", "/"));
    assert_eq!(peer.answer(3).status, 200, "the connection goes on");
}

#[test]
fn a_body_that_fails_is_broken_off() {
    let late = |request: &Request| match request.path() {
        "/panic" => Response::iterator(
            (0..3).map(|number| if number == 2 { panic!("late") } else { "chunk" }),
        ),
        _ => Response::bytes("").with_body(Body::try_iterator([Ok("chunk"), Err("late")])),
    };
    let mut served = Served::new(late.into_application());
    let mut peer = Peer::new(served.address);
    for (stream, path) in [(1, "/panic"), (3, "/error")] {
        peer.ask(stream, &fields("GET", path));
        let answer = peer.answer(stream);
        assert_eq!(answer.reset, Some(INTERNAL_ERROR), "{path}: {answer:?}");
    }
    drop(peer);
    assert_eq!(served.end().matches("the response was cut off").count(), 2);
}

#[test]
fn an_unread_body_holds_up_neither_its_answer_nor_the_others() {
    let served = Served::new((async || "deaf").into_application());
    let mut peer = Peer::new(served.address);
    // Together larger than the window of the connection.
    for number in 0..8 {
        let stream = 2 * number + 1;
        peer.begin(stream, &fields("POST", "/"));
        peer.send_body(stream, 500_000);
        assert_eq!(peer.answer(stream).text, "deaf");
    }
}

#[test]
fn a_head_may_come_in_pieces() {
    let served = Served::new(seen.into_application());
    let mut peer = Peer::new(served.address);
    let block = block(&fields("GET", "/"));
    let (first, rest) = block.split_at(3);
    let (second, third) = rest.split_at(10);
    peer.send(&frame(HEADERS, END_STREAM, 1, first));
    peer.send(&frame(CONTINUATION, 0, 1, second));
    peer.send(&frame(CONTINUATION, END_HEADERS, 1, third));
    assert_eq!(peer.answer(1).text, "GET http://a/ HTTP/2.0 a ");
}
