//! Editing the cookies of a request, as tests and proxies do.

use std::borrow::Cow;

use rustzeug::cookies::{CookieError, CookieFault};
use rustzeug::http::HeaderValue;
use rustzeug::{IntoApplication, Request, Response};

use super::sent;

fn line(request: &Request) -> Option<&[u8]> {
    let mut lines = request.headers().get_all("cookie").iter();
    let line = lines.next();
    assert!(lines.next().is_none(), "several lines become one");
    line.map(HeaderValue::as_bytes)
}

/// A `Cookie` line, a value for `b` or none, the resulting line, and the reason.
type Case = (
    &'static [u8],
    Option<&'static str>,
    &'static [u8],
    &'static str,
);

#[test]
fn the_others_stay_as_and_where_they_are() {
    #[rustfmt::skip]
    let cases: [Case; 13] = [
        (b"a=1; b=2; c=3",         Some("9"), b"a=1; b=9; c=3",     "a cookie is replaced in its place"),
        (b"b=1; c=3; b=2",         Some("9"), b"b=9; c=3",          "the first is replaced, the others are removed"),
        (b"a=1",                   Some("9"), b"a=1; b=9",          "a new cookie is added at the end"),
        (b"a=1;",                  Some("9"), b"a=1; b=9",          "without a second semicolon"),
        (b"",                      Some("9"), b"b=9",               "the first cookie"),
        (b"junk;a=\"1\" ;b=2; =x", Some("9"), b"junk;a=\"1\" ;b=9; =x", "pieces that are not cookies are kept"),
        (b"a=\xff;b=1",            Some("9"), b"a=\xff;b=9",        "bytes are kept"),
        (b"a=1; b=2; c=3",         None,      b"a=1; c=3",          "removed from the middle"),
        (b"b=2; c=3",              None,      b"c=3",               "removed from the front"),
        (b"a=1; b=2",              None,      b"a=1",               "removed from the end"),
        (b"b=1; a=1;b=2;\tb=3",    None,      b"a=1",               "all cookies of the name are removed"),
        (b"bb=1; B=2",             None,      b"bb=1; B=2",         "names are compared exactly"),
        (b"a=1; b",                None,      b"a=1; b",            "a bare word is not a cookie"),
    ];
    for (before, value, want, why) in cases {
        let mut request = sent(before);
        match value {
            Some(value) => request.set_cookie("b", value).unwrap(),
            None => request.remove_cookie("b"),
        };
        assert_eq!(
            line(&request),
            Some(want),
            "{}: {why}",
            before.escape_ascii()
        );
    }
}

#[test]
fn nothing_is_left_of_the_last() {
    for before in [&b"b=1"[..], b"b=1;b=2", b"b=1;", b" b=1 "] {
        assert_eq!(line(sent(before).remove_cookie("b")), None, "{before:?}");
    }
    assert_eq!(line(Request::blank("/").remove_cookie("b")), None);
}

#[test]
fn several_lines_become_one() {
    let lines = || sent(b"a=1; b=2").with_appended_header("cookie", "b=3; c=4");
    assert_eq!(
        line(lines().set_cookie("b", "9").unwrap()),
        Some(&b"a=1; b=9; c=4"[..])
    );
    assert_eq!(
        line(lines().set_cookie("d", "9").unwrap()),
        Some(&b"a=1; b=2; b=3; c=4; d=9"[..])
    );
    assert_eq!(line(lines().remove_cookie("b")), Some(&b"a=1; c=4"[..]));
}

#[test]
fn what_would_be_read_as_something_else_is_refused() {
    use CookieFault::{Name, Value};
    #[rustfmt::skip]
    let cases = [
        ("a", "",            None,             "empty"),
        ("a", "x y, \"z\"é", None,             "a client may send what a server may not set"),
        ("a", "x\ty",        None,             "a tab is a blank"),
        ("a", "\"",          None,             "one quote"),
        ("a", "x;y",         Some(Value(';')), "another cookie"),
        ("a", "x\r\ny",      Some(Value('\r')), "another header"),
        ("a", "x\0",         Some(Value('\0')), "a control character"),
        ("a", "x\x7f",       Some(Value('\x7f')), "another"),
        ("a", " x",          Some(Value(' ')), "would be trimmed"),
        ("a", "x ",          Some(Value(' ')), "a blank at the end would be trimmed"),
        ("a", "\t",          Some(Value('\t')), "a blank alone would be trimmed"),
        ("a", "\"x\"",       Some(Value('"')), "the quotes would be removed"),
        ("",  "x",           Some(Name),       "no name"),
        ("a b", "x",         Some(Name),       "no token"),
        ("a;", "x",          Some(Name),       "another cookie"),
        ("a=", "x",          Some(Name),       "another name"),
        ("é", "x",           Some(Name),       "no ASCII"),
    ];
    for (name, value, fault, why) in cases {
        let mut request = sent(b"z=1");
        let outcome = request.set_cookie(name, value).map(drop);
        let found = outcome.map_err(|error| error.downcast_ref::<CookieError>().unwrap().fault());
        assert_eq!(found.err(), fault, "{name:?} {value:?}: {why}");
        let read = request.cookies().get(name).map(Cow::into_owned);
        assert_eq!(read.as_deref(), fault.is_none().then_some(value), "{why}");
        assert_eq!(request.cookies().get("z").as_deref(), Some("1"), "{why}");
    }
}

#[test]
fn a_bad_cookie_is_the_fault_of_the_chain() {
    let request = Request::blank("/")
        .with_cookie("a", "1;")
        .with_cookie("b", "2");
    assert_eq!(request.headers()["cookie"], "b=2");
    let error = request
        .send(&Response::text("x").into_application())
        .wait()
        .unwrap_err();
    assert!(
        format!("{error:?}").contains("the cookie \"a\""),
        "{error:?}"
    );
}
