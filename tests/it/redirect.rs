//! Redirects: the allowed targets, and how they are written.

use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Response;

use crate::common::Log;
use crate::common::serve;

/// The location, or the status of the error.
fn led(response: &Response) -> Result<String, u16> {
    match response.headers().get("location") {
        Some(value) if response.error().is_none() => {
            assert_eq!(response.status(), 303);
            Ok(value.to_str().unwrap().to_owned())
        }
        _ => Err(response.status().as_u16()),
    }
}

#[test]
fn each_kind_of_redirect_goes_as_far_as_its_name_says() {
    const NO: Result<&str, u16> = Err(500);
    const CLIENT: Result<&str, u16> = Err(400);
    #[rustfmt::skip]
    let cases = [
        // location                redirect                       external                       local
        ("/notes/7",               Ok("/notes/7"),                Ok("/notes/7"),                Ok("/notes/7"),      "a path"),
        ("notes/7?a=b#c",          Ok("notes/7?a=b#c"),           Ok("notes/7?a=b#c"),           Ok("notes/7?a=b#c"), "relative, with query and fragment"),
        ("?page=2",                Ok("?page=2"),                 Ok("?page=2"),                 Ok("?page=2"),       "a query alone"),
        ("",                       Ok(""),                        Ok(""),                        Ok(""),              "itself"),
        ("/?next=//evil.org",      Ok("/?next=//evil.org"),       Ok("/?next=//evil.org"),       Ok("/?next=//evil.org"), "slashes inside of a query"),
        ("/a//b",                  Ok("/a//b"),                   Ok("/a//b"),                   Ok("/a//b"),         "slashes inside of a path"),
        ("/a b",                   Ok("/a%20b"),                  Ok("/a%20b"),                  Ok("/a%20b"),        "a space is encoded"),
        ("/grüße",                 Ok("/gr%C3%BC%C3%9Fe"),        Ok("/gr%C3%BC%C3%9Fe"),        Ok("/gr%C3%BC%C3%9Fe"), "letters beyond ASCII are encoded"),
        ("/100%25?a=%zz",          Ok("/100%25?a=%zz"),           Ok("/100%25?a=%zz"),           Ok("/100%25?a=%zz"), "escapes are kept"),
        ("/\"<>\\^`{|}",           Ok("/%22%3C%3E%5C%5E%60%7B%7C%7D"), Ok("/%22%3C%3E%5C%5E%60%7B%7C%7D"), Ok("/%22%3C%3E%5C%5E%60%7B%7C%7D"), "characters that are not allowed in a URL"),
        ("/a[1]?b[]=[c]#[d]",      Ok("/a%5B1%5D?b%5B%5D=%5Bc%5D#%5Bd%5D"), Ok("/a%5B1%5D?b%5B%5D=%5Bc%5D#%5Bd%5D"), Ok("/a%5B1%5D?b%5B%5D=%5Bc%5D#%5Bd%5D"), "brackets are allowed only around addresses"),
        ("http://[::1]:80/[a]",    Ok("http://[::1]:80/%5Ba%5D"), Ok("http://[::1]:80/%5Ba%5D"), CLIENT,              "brackets around an address"),
        ("https://a.org/?u=//[b]", Ok("https://a.org/?u=//%5Bb%5D"), Ok("https://a.org/?u=//%5Bb%5D"), CLIENT,        "no address"),
        ("https://a.org/ü",        Ok("https://a.org/%C3%BC"),    Ok("https://a.org/%C3%BC"),    CLIENT,              "another site, by an absolute URL"),
        ("http://a.org",           Ok("http://a.org"),            Ok("http://a.org"),            CLIENT,              "without a path"),
        ("//evil.org",             NO,                            Ok("//evil.org"),              CLIENT,              "row 79: another host that looks like a path"),
        ("///evil.org",            NO,                            Ok("///evil.org"),             CLIENT,              "three slashes"),
        ("/\\evil.org",            NO,                            Ok("/%5Cevil.org"),            CLIENT,              "browsers read a backslash as a slash"),
        ("\\\\evil.org",           NO,                            Ok("%5C%5Cevil.org"),          CLIENT,              "two backslashes"),
        ("\\/evil.org",            NO,                            Ok("%5C/evil.org"),            CLIENT,              "mixed"),
        ("/\t/evil.org",           NO,                            NO,                            CLIENT,              "row 80: browsers drop a TAB"),
        ("/\r\n/evil.org",         NO,                            NO,                            CLIENT,              "browsers drop CR and LF"),
        (" //evil.org",            NO,                            Ok("%20//evil.org"),           CLIENT,              "row 81: browsers drop a space in front"),
        ("\u{1}//evil.org",        NO,                            NO,                            CLIENT,              "browsers drop control characters in front"),
        ("/a\r\nset-cookie: b",    NO,                            NO,                            CLIENT,              "splitting"),
        ("/a\nb",                  NO,                            NO,                            CLIENT,              "a bare LF"),
        ("/a\0b",                  NO,                            NO,                            CLIENT,              "NUL"),
        ("/a\u{85}b",              NO,                            NO,                            CLIENT,              "a control beyond ASCII"),
        ("javascript:alert(1)",    NO,                            Ok("javascript:alert(1)"),     CLIENT,              "code; the caller asked for it"),
        ("JavaScript:alert(1)",    NO,                            Ok("JavaScript:alert(1)"),     CLIENT,              "in any case"),
        ("java\tscript:alert(1)",  NO,                            NO,                            CLIENT,              "with a TAB that browsers drop"),
        ("data:text/html,x",       NO,                            Ok("data:text/html,x"),        CLIENT,              "data"),
        ("mailto:a@b.org",         NO,                            Ok("mailto:a@b.org"),          CLIENT,              "another scheme"),
    ];
    let own = |want: Result<&str, u16>| want.map(str::to_owned);
    let request = Request::blank("/login");
    for (location, plain, external, local, why) in cases {
        assert_eq!(
            led(&Response::redirect(location)),
            own(plain),
            "redirect {location:?}: {why}"
        );
        assert_eq!(
            led(&Response::redirect_external(location)),
            own(external),
            "external {location:?}: {why}"
        );
        assert_eq!(
            led(&Response::redirect_local(&request, location)),
            own(local),
            "local {location:?}: {why}"
        );
    }
}

#[test]
fn a_local_redirect_knows_its_own_site() {
    let (plain, secure, port) = (
        "http://example.org/login",
        "https://example.org/login",
        "http://example.org:8000/login",
    );
    #[rustfmt::skip]
    let cases = [
        (plain,  "http://example.org/a?b#c",        true,  "the URL of the request"),
        (plain,  "http://example.org",              true,  "without a path"),
        (plain,  "http://example.org?a",            true,  "a query alone"),
        (plain,  "HTTP://EXAMPLE.org/",             true,  "case does not count"),
        (plain,  "http://example.org:80/",          true,  "the port of the scheme"),
        (plain,  "http://example.org:/",            true,  "an empty port is ignored"),
        (plain,  "http://example.org//evil.org/",   true,  "a path is a path, since the host stays there"),
        (plain,  "http://example.org/\\evil.org",   true,  "a backslash in the path"),
        (secure, "https://example.org/",            true,  "https"),
        (secure, "https://example.org:443/",        true,  "the port of https"),
        (port,   "http://example.org:8000/",        true,  "another port"),
        (plain,  "https://example.org/",            false, "another scheme"),
        (secure, "http://example.org/",             false, "downgraded"),
        (port,   "http://example.org/",             false, "the port is missing"),
        (plain,  "http://example.org:8000/",        false, "another port"),
        (plain,  "http://www.example.org/",         false, "a subdomain"),
        (plain,  "http://example.org.evil.org/",    false, "a host that begins like that of the request"),
        (plain,  "http://example.org@evil.org/",    false, "user info that looks like the host"),
        (plain,  "http://me@example.org/",          false, "user info"),
        (plain,  "http://evil.org\\@example.org/",  false, "browsers read a backslash as a slash"),
        (plain,  "http://example.org\\@evil.org/",  false, "refused, although browsers stay on the site"),
        (plain,  "http://evil.org#@example.org/",   false, "a fragment ends the host"),
        (plain,  "http:///example.org/",            false, "no host"),
        (plain,  "http:/example.org/",              false, "one slash, which browsers repair"),
        (plain,  "http:example.org",                false, "none"),
        (plain,  " http://example.org/",            false, "a space in front"),
        (plain,  "http://example.org/a\r\nb",       false, "splitting"),
        (plain,  "ht\ttp://example.org/",           false, "a TAB that browsers drop"),
        (plain,  "//example.org/",                  false, "without a scheme"),
    ];
    for (url, location, is_local, why) in cases {
        let response = Response::redirect_local(&Request::blank(url), location);
        let want = if is_local { 303 } else { 400 };
        assert_eq!(response.status(), want, "{location} at {url}: {why}");
        let told = Request::blank(url).is_local_url(location);
        assert_eq!(
            told, is_local,
            "{location} at {url}: `is_local_url` has the same rule"
        );
    }
    let here = Request::blank("/").with_header("host", "a.org:8000");
    let back = Response::redirect_local(&here, "http://a.org:8000/x");
    assert_eq!(led(&back), Ok("http://a.org:8000/x".to_owned()));
    // Text of any kind.
    let text = String::from("/x");
    for response in [
        Response::redirect("/x"),
        Response::redirect(String::from("/x")),
        Response::redirect(&text),
        Response::redirect(here.path().replace('/', "/x")),
        Response::redirect_external(std::borrow::Cow::from("/x")),
    ] {
        assert_eq!(led(&response), Ok("/x".to_owned()));
    }
}

#[test]
fn the_scheme_of_a_redirect_is_compared_without_case() {
    // RFC 3986 §3.1.
    let response = Response::redirect("HTTPS://a.org/");
    assert_eq!(led(&response), Ok("HTTPS://a.org/".to_owned()));
}

#[test]
fn a_refused_redirect_is_logged_on_one_line_and_not_shown() {
    let log = Log::default();
    let app = || Response::redirect("//evil.org/\r\nfake log line");
    let response = serve(
        &app.into_application(),
        Request::blank("/").with_server(log.server()),
    );
    let mut response = Response::from(response);
    assert_eq!(
        response.read_text().wait().unwrap(),
        "Internal Server Error\n"
    );
    assert!(!response.headers().contains_key("location"));
    assert_eq!(log.text().lines().count(), 1, "{}", log.text());
    assert!(
        log.text().contains(r"//evil.org/\r\nfake"),
        "{}",
        log.text()
    );
}

#[test]
fn other_kinds_of_redirect_are_a_status_away() {
    for status in [301, 302, 307, 308] {
        let response = Response::redirect("/x").with_status(status);
        assert_eq!(
            (response.status().as_u16(), &response.headers()["location"]),
            (status, &"/x".parse().unwrap())
        );
    }
}
