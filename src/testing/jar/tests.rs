//! Tables of the rules for storing cookies.

use std::time::Duration;

use super::*;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)
}

/// Splits `http://host/path`.
fn place(url: &str) -> Place<'_> {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    Place { scheme, host, path }
}

fn sent(jar: &Jar, url: &str, now: SystemTime) -> String {
    String::from_utf8(jar.line(&place(url), now, |_| false)).unwrap()
}

#[test]
fn a_cookie_goes_where_its_attributes_say() {
    #[rustfmt::skip]
    let cases = [
        ("http://a.org/", "n=v",                         "http://a.org/",       "n=v", "the same host"),
        ("http://a.org/", "n=v",                         "https://a.org/x/y",   "n=v", "any path, any scheme"),
        ("http://a.org/", "n=v",                         "http://b.a.org/",     "",    "not sent to subdomains"),
        ("http://a.org/", "n=v; Domain=a.org",           "http://b.a.org/",     "n=v", "`Domain` includes subdomains"),
        ("http://a.org/", "n=v; domain=.A.org",          "http://b.a.org/",     "n=v", "in any case, with or without the dot"),
        ("http://b.a.org/", "n=v; Domain=a.org",         "http://a.org/",       "n=v", "a host may set it for a parent domain"),
        ("http://b.a.org/", "n=v; Domain=a.org",         "http://xa.org/",      "",    "a host that only ends like the domain"),
        ("http://a.org/", "n=v; Domain=b.a.org",         "http://b.a.org/",     "",    "a host cannot set it for a subdomain"),
        ("http://a.org/", "n=v; Domain=b.org",           "http://b.org/",       "",    "a host cannot set it for another domain"),
        ("http://a.org/", "n=v; Domain=org",             "http://a.org/",       "",    "a host cannot set it for a top-level domain"),
        ("http://a.org/", "n=v; Domain=",                "http://a.org/",       "n=v", "an empty domain is ignored"),
        ("http://localhost/", "n=v; Domain=localhost",   "http://localhost/",   "n=v", "the host itself, although it has no dot"),
        ("http://127.0.0.1/", "n=v; Domain=0.0.1",       "http://127.0.0.1/",   "",    "addresses have no domains"),
        ("http://a.org/x/y", "n=v",                      "http://a.org/x/z",    "n=v", "the directory of the page"),
        ("http://a.org/x/y", "n=v",                      "http://a.org/",       "",    "not above the directory of the page"),
        ("http://a.org/x/y", "n=v; Path=/",              "http://a.org/",       "n=v", "`Path` replaces the directory"),
        ("http://a.org/", "n=v; Path=/x",                "http://a.org/x",      "n=v", "the path itself"),
        ("http://a.org/", "n=v; Path=/x",                "http://a.org/x/y",    "n=v", "paths below the path"),
        ("http://a.org/", "n=v; Path=/x",                "http://a.org/xy",     "",    "a path that only begins like the path"),
        ("http://a.org/x/y", "n=v; Path=z",              "http://a.org/x/",     "n=v", "a path without a slash is ignored"),
        ("https://a.org/", "n=v; Secure",                "https://a.org/",      "n=v", "secure over https"),
        ("https://a.org/", "n=v; Secure",                "http://a.org/",       "",    "a secure cookie is not sent over http"),
        ("http://a.org/", "n=v; Secure",                 "https://a.org/",      "",    "a secure cookie cannot be set over http"),
        ("http://localhost/", "n=v; Secure",             "http://localhost/",   "n=v", "browsers trust their own machine"),
        ("http://127.0.0.1/", "n=v; Secure",             "http://127.0.0.1/",   "n=v", "this machine by its address"),
        ("https://a.org/", "__Host-n=v; Secure; Path=/", "https://a.org/",      "__Host-n=v", "all that `__Host-` requires"),
        ("https://a.org/", "__Host-n=v; Path=/",         "https://a.org/",      "",    "`__Host-` without `Secure`"),
        ("https://a.org/", "__Host-n=v; Secure; Path=/; Domain=a.org", "https://a.org/", "", "`__Host-` with a domain"),
        ("https://a.org/", "__host-n=v; Secure",         "https://a.org/",      "",    "`__Host-` without a path, in any case"),
        ("https://a.org/", "__Secure-n=v",               "https://a.org/",      "",    "`__Secure-` without `Secure`"),
        ("https://a.org/", "__Http-n=v; Secure; HttpOnly", "https://a.org/",    "__Http-n=v", "all that `__Http-` requires"),
        ("https://a.org/", "__Http-n=v; Secure",         "https://a.org/",      "",    "`__Http-` without `HttpOnly`"),
        ("https://a.org/", "__Http-n=v; HttpOnly",       "https://a.org/",      "",    "`__Http-` without `Secure`"),
        ("https://a.org/", "__Host-Http-n=v; Secure; Path=/", "https://a.org/", "",    "`__Host-Http-` without `HttpOnly`"),
        ("http://a.org/", " n = v ; Path=/",             "http://a.org/",       "n=v", "white space around is dropped"),
        ("http://a.org/", "n=\"v w\"",                   "http://a.org/",       "n=\"v w\"", "quotes are part of the value"),
        ("http://a.org/", "n=a=b",                       "http://a.org/",       "n=a=b", "the first equals sign counts"),
        ("http://a.org/", "n=",                          "http://a.org/",       "n=",  "an empty value is a value"),
        ("http://a.org/", "n",                           "http://a.org/",       "",    "without a name"),
        ("http://a.org/", "=v",                          "http://a.org/",       "",    "with an empty name"),
    ];
    for (from, line, to, want, why) in cases {
        let mut jar = Jar::default();
        jar.receive(&place(from), line.as_bytes(), now());
        assert_eq!(
            sent(&jar, to, now()),
            want,
            "`{line}` of {from} to {to}: {why}"
        );
    }
}

#[test]
fn a_cookie_ends_when_it_says() {
    let later = |seconds| now() + Duration::from_secs(seconds);
    #[rustfmt::skip]
    let cases = [
        ("n=v",                                                     later(1_000_000_000), true,  "not before the end of the session"),
        ("n=v; Max-Age=10",                                         later(9),  true,  "a second before its end"),
        ("n=v; Max-Age=10",                                         later(10), false, "at its end"),
        ("n=v; Max-Age=0",                                          now(),     false, "at once"),
        ("n=v; Max-Age=-5",                                         now(),     false, "before"),
        ("n=v; Max-Age=99999999999999999999",                       later(1_000_000_000), true, "a number too large is a long time"),
        ("n=v; Max-Age=soon",                                       later(10), true,  "an invalid number is ignored"),
        ("n=v; Expires=Sun, 09 Sep 2001 01:46:50 GMT",              later(9),  true,  "a date"),
        ("n=v; Expires=Sun, 09 Sep 2001 01:46:50 GMT",              later(10), false, "at its date"),
        ("n=v; Expires=Thu, 01 Jan 1970 00:00:00 GMT",              now(),     false, "how servers delete"),
        ("n=v; Expires=never",                                      later(10), true,  "an invalid date is ignored"),
        ("n=v; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT",  later(9),  true,  "`Max-Age` has priority"),
    ];
    for (line, at, want, why) in cases {
        let mut jar = Jar::default();
        jar.receive(&place("http://a.org/"), line.as_bytes(), now());
        assert_eq!(
            !sent(&jar, "http://a.org/", at).is_empty(),
            want,
            "{line}: {why}"
        );
        assert_eq!(!jar.all(at).is_empty(), want, "{line}: {why}");
    }
}

#[test]
fn cookies_of_one_name_domain_and_path_replace_one_another() {
    let mut jar = Jar::default();
    let page = place("http://a.org/x/y");
    for line in [
        "a=1; Path=/",
        "b=2; Path=/",
        "a=3; Path=/x",
        "a=4; Path=/",
        "c=5; Path=/",
        "c=; Path=/; Max-Age=0",
    ] {
        jar.receive(&page, line.as_bytes(), now());
    }
    let sent = sent(&jar, "http://a.org/x/y", now());
    assert_eq!(
        sent, "a=3; a=4; b=2",
        "longer paths first, then older cookies; `c` is deleted"
    );
    let line = jar.line(&page, now(), |name| name == "a");
    assert_eq!(line, b"b=2", "names that are taken are left out");
}

#[test]
fn a_host_and_the_domain_of_its_name_are_two_places() {
    let mut jar = Jar::default();
    let page = place("http://a.org/");
    for line in ["n=1", "n=2; Domain=a.org", "n=3; Domain=a.org"] {
        jar.receive(&page, line.as_bytes(), now());
    }
    assert_eq!(
        sent(&jar, "http://a.org/", now()),
        "n=1; n=3",
        "RFC 6265bis §5.7 step 23: a host-only cookie is another cookie"
    );
    jar.receive(&page, b"n=; Max-Age=0", now());
    assert_eq!(
        sent(&jar, "http://a.org/", now()),
        "n=3",
        "a cookie is deleted with the attributes with which it was set"
    );
}

#[test]
fn what_browsers_ignore_is_not_kept() {
    let long = |bytes: usize| format!("n={}", "x".repeat(bytes - 1));
    let cases = [
        (long(4096), true, "the maximum length"),
        (long(4097), false, "a byte more"),
        ("n=a\u{1}b".to_owned(), false, "a control character"),
        ("n=a\tb".to_owned(), true, "a tab is allowed"),
    ];
    for (line, want, why) in cases {
        let mut jar = Jar::default();
        jar.receive(&place("http://a.org/"), line.as_bytes(), now());
        assert_eq!(!jar.all(now()).is_empty(), want, "{why}");
    }
}
