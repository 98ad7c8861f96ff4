//! `Set-Cookie`: which cookies are written, refused or replaced.

use rustzeug::cookie::time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset};
use rustzeug::cookie::{Cookie, SameSite};
use rustzeug::cookies::{CookieFault, encode, write};
use rustzeug::gateway::{Lint, StartResponse};
use rustzeug::{Error, IntoApplication, Request, Response};

use super::lines;
use crate::common::{Log, answer};

/// A cookie `a=1` with a change.
fn cookie(change: impl FnOnce(&mut Cookie<'static>)) -> Cookie<'static> {
    named("a", change)
}

fn named(name: &'static str, change: impl FnOnce(&mut Cookie<'static>)) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, "1");
    change(&mut cookie);
    cookie
}

#[test]
fn what_is_said_is_written_and_the_rest_is_safe() {
    #[rustfmt::skip]
    let cases = [
        (cookie(|_| {}),                                        "a=1; Path=/; HttpOnly; SameSite=Lax", "the defaults"),
        (cookie(|c| c.set_http_only(true)),                     "a=1; Path=/; HttpOnly; SameSite=Lax", "the defaults, set explicitly"),
        (cookie(|c| c.set_http_only(false)),                    "a=1; Path=/; SameSite=Lax",           "`HttpOnly` switched off explicitly"),
        (cookie(|c| c.set_same_site(SameSite::Strict)),         "a=1; Path=/; HttpOnly; SameSite=Strict", "stricter"),
        (cookie(|c| { c.set_same_site(SameSite::None); c.set_secure(true); }), "a=1; Path=/; Secure; HttpOnly; SameSite=None", "`SameSite=None`, explicitly"),
        (cookie(|c| c.set_path("/x y")),                        "a=1; Path=/x y; HttpOnly; SameSite=Lax", "a blank is fine in a path"),
        (cookie(|c| c.set_path("")),                            "a=1; HttpOnly; SameSite=Lax",         "`Path` left out explicitly"),
        (cookie(|c| c.set_secure(true)),                        "a=1; Path=/; Secure; HttpOnly; SameSite=Lax", ""),
        (cookie(|c| c.set_secure(false)),                       "a=1; Path=/; HttpOnly; SameSite=Lax", ""),
        (cookie(|c| c.set_domain(".Example.org")),              "a=1; Path=/; Domain=Example.org; HttpOnly; SameSite=Lax", "RFC 6265 §4.1.2.3: a leading dot is ignored"),
        (cookie(|c| c.set_domain("[::1]")),                     "a=1; Path=/; Domain=[::1]; HttpOnly; SameSite=Lax", "an address is a host"),
        (cookie(|c| c.set_domain("127.0.0.1")),                 "a=1; Path=/; Domain=127.0.0.1; HttpOnly; SameSite=Lax", "an IPv4 address is a host"),
        (cookie(|c| c.set_max_age(Duration::hours(1))),         "a=1; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax", "no Expires is made up"),
        (cookie(|c| c.set_max_age(Duration::milliseconds(1999))), "a=1; Path=/; Max-Age=1; HttpOnly; SameSite=Lax", "whole seconds"),
        (cookie(|c| c.set_max_age(Duration::MAX)),              "a=1; Path=/; Max-Age=2147483647; HttpOnly; SameSite=Lax", "RUSTSEC-2017-0005: saturates"),
        (cookie(|c| c.set_max_age(Duration::MIN)),              "a=1; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", "negative values become 0"),
        (cookie(|c| { c.set_partitioned(true); c.set_secure(true); }), "a=1; Path=/; Secure; HttpOnly; SameSite=Lax; Partitioned", ""),
        (cookie(|c| c.set_expires(None)),                       "a=1; Path=/; HttpOnly; SameSite=Lax", "a session cookie"),
        (named("__Host-a", |c| c.set_secure(true)),             "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax", "the default path is the right one"),
        (named("__Host-a", |c| { c.set_secure(true); c.set_path("/"); }), "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax", "the prefix, with its path set explicitly"),
        (named("__Secure-a", |c| { c.set_secure(true); c.set_domain("example.org"); }), "__Secure-a=1; Path=/; Domain=example.org; Secure; HttpOnly; SameSite=Lax", "domains are fine with this prefix"),
        (named("!#$%&'*+-.^_`|~", |_| {}),                      "!#$%&'*+-.^_`|~=1; Path=/; HttpOnly; SameSite=Lax", "a token"),
        (Cookie::new("a", "!#$%&'()*+-./:<=>?@[]^_`{|}~"),      "a=!#$%&'()*+-./:<=>?@[]^_`{|}~; Path=/; HttpOnly; SameSite=Lax", "all characters that a value can have, unchanged"),
        (Cookie::from("a"),                                     "a=; Path=/; HttpOnly; SameSite=Lax", "an empty value"),
    ];
    for (cookie, want, why) in cases {
        assert_eq!(write(&cookie).unwrap(), want, "{why}");
    }
}

#[test]
fn dates_are_written_in_one_form_and_never_panic() {
    let at = |year, offset| {
        let date = Date::from_calendar_date(year, Month::January, 1).unwrap();
        let offset = UtcOffset::from_hms(offset, 0, 0).unwrap();
        OffsetDateTime::new_in_offset(date, Time::MIDNIGHT, offset)
    };
    #[rustfmt::skip]
    let cases = [
        (at(2030, 0),   "Tue, 01 Jan 2030 00:00:00 GMT", "a date in GMT"),
        (at(2030, 2),   "Mon, 31 Dec 2029 22:00:00 GMT", "a date is converted to GMT"),
        (at(1970, 0),   "Thu, 01 Jan 1970 00:00:00 GMT", "the beginning"),
        (at(1969, 0),   "Thu, 01 Jan 1970 00:00:00 GMT", "before it"),
        (at(-9999, 23), "Thu, 01 Jan 1970 00:00:00 GMT", "before any calendar: the crate's own writing panics"),
        (Date::MAX.with_time(Time::MIDNIGHT).assume_offset(UtcOffset::from_hms(-23, 0, 0).unwrap()),
                        "Fri, 31 Dec 9999 23:00:00 GMT", "the last day"),
    ];
    for (date, want, why) in cases {
        let line = write(&cookie(|c| c.set_expires(date))).unwrap();
        let line = line.to_str().unwrap();
        let date = line.split("Expires=").nth(1).unwrap().split(';').next();
        assert_eq!(date.map(|date| &date[..16]), Some(&want[..16]), "{why}");
        assert!(why == "the last day" || date == Some(want), "{why}: {line}");
    }
}

#[test]
fn what_a_browser_would_drop_or_misread_is_refused() {
    use CookieFault::{Attribute, Domain, Name, Path, Value};
    let value = |value: &'static str| Cookie::new("a", value);
    let name = |name: &'static str| Cookie::new(name, "1");
    let domain = |domain: &'static str| cookie(|c| c.set_domain(domain));
    let path = |path: &'static str| cookie(|c| c.set_path(path));
    #[rustfmt::skip]
    let cases = [
        (name(""),                Name,        "no name"),
        (name("a;b"),             Name,        "an attribute"),
        (name("a=b"),             Name,        "another name"),
        (name("a b"),             Name,        "a blank"),
        (name("a\r\nb"),          Name,        "another header"),
        (name("é"),               Name,        "no ASCII"),
        (name("a\0"),             Name,        "a control character"),
        (name("\u{2000}__Host-a"), Name,       "a name that only looks like a prefix"),
        (value("b; Domain=evil"), Value(';'),  "an attribute"),
        (value("a b"),            Value(' '),  "RFC 6265 §4.1.1 allows no blank"),
        (value("a,b"),            Value(','),  "no comma"),
        (value("\"a\""),          Value('"'),  "quotes would not be read back"),
        (value("a\\b"),           Value('\\'), "Python reads it as an escape"),
        (value("a\r\nSet-Cookie: b"), Value('\r'), "another header"),
        (value("a\0b"),           Value('\0'), "a control character"),
        (value("a\tb"),           Value('\t'), "another"),
        (value("a\x7f"),          Value('\x7f'), "another"),
        (value("é"),              Value('é'),  "no ASCII"),
        (domain("x; secure"),     Domain,      "an attribute"),
        (domain(""),              Domain,      "no domain"),
        (domain("."),             Domain,      "a dot is not a domain"),
        (domain("..example.org"), Domain,      "two leading dots"),
        (domain("ex ample.org"),  Domain,      "a blank"),
        (domain("a.org,b.org"),   Domain,      "two domains"),
        (domain("münchen.de"),    Domain,      "in ASCII it is xn--mnchen-3ya.de"),
        (domain("a\r\nb"),        Domain,      "another header"),
        (domain("localhost:8000"), Domain,     "a port, with which browsers ignore the domain"),
        (domain("[::1]:8000"),    Domain,      "a port after an IPv6 address"),
        (domain("::1"),           Domain,      "an address without its brackets"),
        (domain("[1"),            Domain,      "an open bracket"),
        (domain("example.org."),  Domain,      "a dot at the end, with which browsers ignore the domain"),
        (domain("a..b"),          Domain,      "an empty label"),
        (path("/;x"),             Path,        "an attribute"),
        (path("/\n"),             Path,        "another header"),
        (path("/\0"),             Path,        "a control character"),
        (path("shop"),            Path,        "browsers would use another path"),
        (path("/é"),              Path,        "no ASCII"),
        (path("/a "),             Path,        "browsers would use `/a`"),
        (cookie(|c| c.set_path(format!("/{}", "a".repeat(1024)))), Attribute, "RFC 6265bis §5.6: ignored"),
        (cookie(|c| c.set_domain("a".repeat(1025))), Attribute, "ignored"),
    ];
    cases.into_iter().for_each(refused);
    assert!(write(&cookie(|c| c.set_path(format!("/{}", "a".repeat(1023))))).is_ok());
}

fn refused((cookie, fault, why): (Cookie<'_>, CookieFault, &str)) {
    let error = write(&cookie).unwrap_err();
    assert_eq!(error.fault(), fault, "{cookie:?}: {why}");
    let text = error.to_string();
    assert!(text.contains(&format!("{:?}", error.name())), "{text}");
    assert!(!text.contains(['\r', '\n', '\0']), "{text:?}");
}

#[test]
fn what_demands_secure_or_more_is_refused_without() {
    use CookieFault::{NotHost, NotHttpOnly, NotSecure};
    let name = |name: &'static str| Cookie::new(name, "1");
    #[rustfmt::skip]
    let cases = [
        (cookie(|c| c.set_same_site(SameSite::None)), NotSecure("SameSite=None"), "ignored"),
        (cookie(|c| c.set_partitioned(true)),         NotSecure("Partitioned"), "ignored"),
        (cookie(|c| { c.set_partitioned(true); c.set_secure(false); }), NotSecure("Partitioned"), "ignored"),
        (name("__Host-a"),        NotSecure("__Host-"), "ignored"),
        (name("__hOST-a"),        NotSecure("__Host-"), "prefixes are case-insensitive"),
        (name("__Secure-a"),      NotSecure("__Secure-"), "ignored"),
        (name("__SECURE-"),       NotSecure("__Secure-"), "a prefix alone"),
        (name("__Http-a"),        NotSecure("__Http-"), "ignored"),
        (named("__Host-a", |c| { c.set_secure(true); c.set_domain("example.org"); }), NotHost, "`__Host-` with a domain"),
        (named("__host-a", |c| { c.set_secure(true); c.set_path("/a"); }), NotHost, "`__Host-` with another path"),
        (named("__Host-a", |c| { c.set_secure(true); c.set_path(""); }), NotHost, "`__Host-` without a path"),
        (named("__Http-a", |c| { c.set_secure(true); c.set_http_only(false); }), NotHttpOnly("__Http-"), "`__Http-` without `HttpOnly`"),
        (named("__Host-Http-a", |c| { c.set_secure(true); c.set_http_only(false); }), NotHttpOnly("__Host-Http-"), "both"),
    ];
    cases.into_iter().for_each(refused);
}

#[test]
fn the_whole_has_4096_bytes_at_most() {
    let rest = "a=; Path=/; HttpOnly; SameSite=Lax".len();
    let cookie = |length| Cookie::new("a", "x".repeat(length - rest));
    assert_eq!(write(&cookie(4096)).unwrap().len(), 4096);
    let error = write(&cookie(4097)).unwrap_err();
    assert_eq!(error.fault(), CookieFault::TooLong(4097));
    assert!(error.to_string().contains("4096"), "{error}");
}

#[test]
fn what_the_same_browser_cookie_is_replaces_it() {
    let in_path = |value: &'static str, path: &'static str| {
        let mut cookie = Cookie::new("a", value);
        cookie.set_path(path);
        cookie
    };
    let at = |value: &'static str, domain: &'static str| {
        let mut cookie = Cookie::new("a", value);
        cookie.set_domain(domain);
        cookie
    };
    let part = |value: &'static str| {
        let mut cookie = Cookie::new("a", value);
        cookie.set_secure(true);
        cookie.set_partitioned(true);
        cookie
    };
    #[rustfmt::skip]
    let cases = [
        (vec![Cookie::new("a", "1"), Cookie::new("a", "2")],               vec!["a=2"],        "the later cookie replaces the earlier one"),
        (vec![Cookie::new("a", "1"), Cookie::new("b", "2"), Cookie::new("a", "3")], vec!["b=2", "a=3"], "other cookies are kept"),
        (vec![Cookie::new("a", "1"), Cookie::new("A", "2")],               vec!["a=1", "A=2"], "names have a case"),
        (vec![Cookie::new("a", "1"), in_path("2", "/")],                   vec!["a=2"],        "the default path is `/`"),
        (vec![in_path("1", "/x"), in_path("2", "/X")],                     vec!["a=1", "a=2"], "paths have a case"),
        (vec![in_path("1", ""), Cookie::new("a", "2")],                    vec!["a=1", "a=2"], "a cookie without a path is another cookie"),
        (vec![at("1", "example.org"), at("2", ".EXAMPLE.org")],            vec!["a=2"],        "domains are case-insensitive"),
        (vec![at("1", "example.org"), Cookie::new("a", "2")],              vec!["a=1", "a=2"], "a host is not a domain"),
        (vec![Cookie::new("a", "1"), part("2")],                           vec!["a=1", "a=2"], "a partitioned cookie is another cookie"),
        (vec![part("1"), part("2")],                                       vec!["a=2"],        "the same partition"),
    ];
    for (cookies, want, why) in cases {
        let response = cookies
            .into_iter()
            .fold(Response::text("x"), Response::with_cookie);
        let found: Vec<_> = lines(&response)
            .into_iter()
            .map(|line| line.split(';').next().unwrap())
            .collect();
        assert_eq!(found, want, "{why}");
    }
}

#[test]
fn lines_of_others_are_understood() {
    let mut response = Response::text("x")
        .with_header("set-cookie", "a=1;path=/;  DOMAIN = .Example.org")
        .with_appended_header("set-cookie", "a=2; Path=/x; Path=/")
        .with_appended_header("set-cookie", "junk")
        .with_appended_header("set-cookie", "");
    response
        .set_cookie(cookie(|c| c.set_domain("example.org")))
        .unwrap();
    assert_eq!(lines(&response)[..3], ["a=2; Path=/x; Path=/", "junk", ""]);
    response.set_cookie(("a", "3")).unwrap();
    assert_eq!(lines(&response)[..2], ["junk", ""], "the last path counts");
    assert_eq!(lines(&response).len(), 4);
}

#[test]
fn deleting_says_it_twice_and_keeps_what_the_cookie_is_known_by() {
    const GONE: &str = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    #[rustfmt::skip]
    let cases = [
        (Cookie::from("a"), format!("a=; Path=/; {GONE}; HttpOnly; SameSite=Lax"), "a cookie deleted by its name"),
        (cookie(|c| { c.set_path("/x"); c.set_domain("example.org"); c.set_max_age(Duration::DAY); }),
                            format!("a=; Path=/x; Domain=example.org; {GONE}; HttpOnly; SameSite=Lax"), "with its path and domain"),
        (cookie(|c| c.set_partitioned(true)), format!("a=; Path=/; {GONE}; Secure; HttpOnly; SameSite=Lax; Partitioned"), "in its partition"),
        (cookie(|c| c.set_same_site(SameSite::None)), format!("a=; Path=/; {GONE}; Secure; HttpOnly; SameSite=None"), "a page inside of other sites"),
        (Cookie::from("__Secure-a"), format!("__Secure-a=; Path=/; {GONE}; Secure; HttpOnly; SameSite=Lax"), "`Secure` is added, since the prefix requires it"),
        (Cookie::new("a", "no; value"), format!("a=; Path=/; {GONE}; HttpOnly; SameSite=Lax"), "the value does not matter"),
    ];
    for (cookie, want, why) in cases {
        let response = Response::text("x")
            .with_cookie(("z", "1"))
            .with_deleted_cookie(cookie);
        assert_eq!(lines(&response)[1], want, "{why}");
    }
    let response = Response::text("x")
        .with_cookie(("a", "1"))
        .with_deleted_cookie("a");
    assert_eq!(lines(&response).len(), 1, "in place of the cookie itself");
    assert!(Response::text("x").delete_cookie("a b").is_err());
    assert_eq!(Response::text("x").with_deleted_cookie("a b").status(), 500);
}

#[test]
fn a_bad_cookie_is_a_500_that_is_logged_and_not_shown() {
    fn bad() -> Response {
        Response::text("x")
            .with_cookie(("a", "secret;"))
            .with_cookie(("b", "2"))
    }
    let log = Log::default();
    let request = Request::blank("/").with_server(log.server());
    let (status, text) = answer(&Lint::new(bad.into_application()), request);
    assert_eq!(status, 500);
    assert!(!text.contains("cookie"), "{text}");
    assert!(
        log.text()
            .contains("the cookie \"a\": a value cannot contain ';'"),
        "{}",
        log.text()
    );
    assert!(!log.text().contains("secret"), "{}", log.text());
}

#[test]
fn an_error_page_takes_cookies_too() {
    fn gone() -> Response {
        Response::from(Error::gone())
            .with_cookie(("a", "1"))
            .with_deleted_cookie("b")
    }
    let response = Request::blank("/")
        .send(&gone.into_application())
        .wait()
        .unwrap();
    assert_eq!(response.status(), 410);
    assert_eq!(lines(&response).len(), 2, "{response:?}");
}

#[test]
fn an_application_without_a_response_writes_one() {
    fn raw(
        _: rustzeug::gateway::Environ,
        start: StartResponse,
    ) -> rustzeug::Result<rustzeug::gateway::Reply> {
        let line = write(&Cookie::new("a", "1"))?;
        Ok(start.start(200, [("set-cookie", line)])?.body("x"))
    }
    let response = Request::blank("/")
        .send(&raw.into_application())
        .wait()
        .unwrap();
    assert_eq!(lines(&response), ["a=1; Path=/; HttpOnly; SameSite=Lax"]);
}

#[test]
fn any_text_can_be_encoded() {
    #[rustfmt::skip]
    let cases = [
        ("",          "",                  "nothing"),
        ("a-z_.!~*'()", "a-z_.!~*'()",     "characters that encodeURIComponent does not encode"),
        ("a b+c",     "a%20b%2Bc",         "no plus for a blank"),
        ("\";,\\%",   "%22%3B%2C%5C%25",   "characters that values cannot have"),
        ("é\0",       "%C3%A9%00",         "as the bytes of UTF-8"),
    ];
    for (text, want, why) in cases {
        assert_eq!(encode(text), want, "{why}");
        assert!(write(&Cookie::new("a", encode(text))).is_ok(), "{why}");
    }
}
