//! Making requests: from scratch, and by copying.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::gateway::Body;
use rustzeug::gateway::ServerInfo;
use rustzeug::http;
use rustzeug::http::Uri;

#[test]
fn a_blank_request_is_a_get_of_any_target() {
    #[rustfmt::skip]
    let cases = [
        ("/",                      "http://localhost/",             "a path"),
        ("",                       "http://localhost/",             "nothing"),
        ("a/b",                    "http://localhost/a/b",          "a path without its slash"),
        ("?q",                     "http://localhost/?q",           "a query alone"),
        ("/a b?c d",               "http://localhost/a%20b?c%20d",  "spaces"),
        ("/ü?ü",                   "http://localhost/%C3%BC?%C3%BC", "letters beyond ASCII"),
        ("/a\r\nb",                "http://localhost/a%0D%0Ab",     "control characters"),
        ("/100%?%zz",              "http://localhost/100%?%zz",     "bad escapes stay"),
        ("//evil.org/x",           "http://localhost//evil.org/x",  "a path is a path"),
        ("/x?u=http://a.org/",     "http://localhost/x?u=http://a.org/", "a URL inside of a query"),
        ("http://a.org",           "http://a.org/",                 "a URL without a path"),
        ("http://a.org?q",         "http://a.org/?q",               "a URL with a query alone"),
        ("http://a.org:8000/x",    "http://a.org:8000/x",           "a port"),
        ("https://a.org/x",        "https://a.org/x",               "https"),
        ("https://[::1]:8443/x",   "https://[::1]:8443/x",          "IPv6"),
    ];
    for (target, want, why) in cases {
        let request = Request::blank(target);
        assert_eq!(
            (request.method().as_str(), request.url()),
            ("GET", want.into()),
            "{target:?}: {why}"
        );
        assert!(request.bytes().wait().unwrap().is_empty(), "{why}");
    }
}

#[test]
fn the_scheme_of_a_url_is_compared_without_case() {
    // RFC 9110 §4.2.3.
    assert_eq!(Request::blank("HTTPS://a.org/x").url(), "https://a.org/x");
}

#[test]
fn a_blank_url_makes_the_server_that_it_names() {
    let request = Request::blank("http://a.org:8000/");
    let var = |name| request.environ().var(name).unwrap().into_owned();
    assert_eq!(
        (var("SERVER_NAME"), var("SERVER_PORT")),
        ("a.org".into(), "8000".into())
    );
}

#[test]
fn the_first_fault_of_a_chain_is_kept_and_given_back_by_send() {
    let blank = || Request::blank("/");
    #[rustfmt::skip]
    let cases = [
        (blank().with_header("bad name", "x"),                     "name",     "a header name that is not a token"),
        (blank().with_header("x", "a\r\nb: c"),                    "value",    "a header value that would split"),
        (blank().with_method("BAD METHOD"),                        "method",   "a method that is not a token"),
        (blank().with_method(""),                                  "method",   "an empty method"),
        (Request::blank("/x#part"),                                "fragment", "a fragment"),
        (Request::blank("http://a.org#part"),                      "fragment", "a fragment of a URL"),
        (Request::blank("ftp://x/"),                               "`ftp` is neither", "another scheme"),
        (Request::blank("wss://a.org/"),                           "`wss` is neither", "the scheme of a request is that of its handshake"),
        (Request::blank("http://a b/"),                            "`a b` is not a host", "no host"),
        (Request::blank("http:///x"),                              "`` is not a host", "no host at all"),
        (Request::blank("https://user@a.org/"),                    "`user@a.org` is not", "user info"),
        (Request::from("ftp://x/".parse::<Uri>().unwrap()),        "`ftp` is neither", "the same from a URI"),
        (Request::from(from_http("ftp://x/")),                     "`ftp` is neither", "the same from a request of `http`"),
        (Request::from(from_http("http://user@a.org/")),           "`user@a.org` is not", "an invalid host in a request of `http`"),
        (blank().with_method("A B").with_header("bad name", "x"),  "method",   "the first error is kept"),
        (blank().with_method("A B").with_method("GET"),            "method",   "the first error is kept, also if it is corrected later"),
        (blank().with_method("A B").copy_get(),                    "method",   "a copy keeps the error"),
    ];
    let calls = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&calls);
    let app = (move || {
        seen.fetch_add(1, Ordering::Relaxed);
    })
    .into_application();
    for (request, want, why) in cases {
        let Err(error) = request.send(&app).wait() else {
            panic!("{why}: sent");
        };
        assert_eq!(error.status(), 500, "{why}");
        assert_eq!(
            error.message(),
            "Internal Server Error",
            "{why}: the text is for the log"
        );
        let log = format!("{error:?}");
        assert!(log.contains(want), "{why}: {log}");
    }
    assert_eq!(
        calls.load(Ordering::Relaxed),
        0,
        "the application is not called"
    );
}

#[test]
fn an_authority_that_is_no_host_is_a_fault_too() {
    let request = Request::blank("http://user@evil.org/");
    assert_eq!(request.host(), "localhost");
    assert!(
        request
            .send(&(|| "reached").into_application())
            .wait()
            .is_err()
    );
}

#[test]
fn with_header_replaces_and_with_appended_header_adds() {
    let all = |request: &Request, name| {
        let lines = request.headers().get_all(name).iter();
        lines
            .map(|line| line.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mut request = Request::blank("/")
        .with_header("x", "0")
        .with_header("X", "1")
        .with_appended_header("x", "2");
    assert_eq!(all(&request, "x"), ["1", "2"]);
    request.append_header("x", 3).unwrap();
    assert_eq!(all(&request, "x"), ["1", "2", "3"]);
    request.set_header("x", 4).unwrap();
    assert_eq!(all(&request, "x"), ["4"]);
    assert!(request.append_header("x", "\n").is_err());

    let request = Request::blank("http://a.example/").with_header("host", "b.example");
    assert_eq!(all(&request, "host"), ["b.example"], "one host");
    let request = Request::blank("/").with_appended_header("bad name", "x");
    let outcome = request.send(&(|| "reached").into_application()).wait();
    assert!(outcome.is_err(), "a fault of the chain is kept");
}

#[test]
fn a_new_body_takes_the_old_length_with_it() {
    let request = Request::blank("/")
        .with_header("content-length", "99")
        .with_body("four");
    assert!(!request.headers().contains_key("content-length"));
    assert_eq!(request.environ().body_length(), Some(4));
}

#[test]
fn the_length_of_a_body_is_a_variable() {
    let request = Request::blank("/").with_body("four");
    // RFC 3875 §4.1.2: "if and only if there is a body".
    assert_eq!(
        request.environ().var("CONTENT_LENGTH").as_deref(),
        Some("4")
    );
}

#[test]
fn a_copied_get_leaves_the_body_and_what_describes_it() {
    #[derive(Clone)]
    struct Mark;
    let mut post = Request::blank("https://a.org/m/p?q")
        .with_method("POST")
        .with_header("cookie", "a=b")
        .with_header("content-type", "text/plain")
        .with_header("content-encoding", "gzip")
        .with_header("content-length", "4")
        .with_header("expect", "100-continue")
        .with_header("trailer", "x")
        .with_extension(Mark);
    post.environ_mut().set_raw_script_name("/m").unwrap();
    let post = post.with_body("four");
    let get = post.copy_get();
    let names: Vec<_> = get.headers().keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["host", "cookie"]);
    assert_eq!(
        (get.method().as_str(), get.url()),
        ("GET", "https://a.org/m/p?q".into())
    );
    assert_eq!((&*get.script_name(), get.path()), ("/m", "/p"));
    assert!(get.extensions().get::<Mark>().is_some());
    assert_eq!(get.bytes().wait().unwrap(), "");
    assert_eq!(
        post.bytes().wait().unwrap(),
        "four",
        "the original keeps its host"
    );
}

#[test]
fn values_by_type_are_seen_by_everyone_who_has_the_request() {
    let mut request = Request::blank("/")
        .with_extension(7_u32)
        .with_server(ServerInfo::default());
    *request.extensions_mut().get_mut::<u32>().unwrap() += 1;
    let again = Request::new(request.into_environ());
    assert_eq!(again.extensions().get(), Some(&8_u32));
    assert_eq!(again.environ().extensions().get(), Some(&8_u32));
}

fn from_http(url: &str) -> http::Request<Body> {
    http::Request::get(url).body(Body::empty()).unwrap()
}

#[test]
fn a_message_for_a_server_that_cannot_be_is_refused() {
    for (target, why) in [
        ("ftp://x/", "another scheme"),
        ("http://user@a.org/", "RFC 9110 §4.2.4: user info"),
    ] {
        let message = format!("GET {target} HTTP/1.1\r\nhost: a.org\r\n\r\n");
        let error = Request::from_bytes(message.as_bytes()).unwrap_err();
        assert_eq!(error.status(), 400, "{target}: {why}");
    }
}
