//! Conversions of requests: bytes as on the wire, and `http` types.

use rustzeug::Request;
use rustzeug::gateway::Body;
use rustzeug::http;

#[test]
fn a_message_survives_the_way_through_bytes() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str, &str); 9] = [
        (b"GET / HTTP/1.1\r\nhost: a.org\r\n\r\n",                                "http://a.org/",      "the smallest request"),
        (b"GET /p?q HTTP/1.0\r\nhost: a.org:81\r\n\r\n",                          "http://a.org:81/p?q", "HTTP/1.0"),
        (b"GET /%ff%20//x?%zz HTTP/1.1\r\nhost: a.org\r\n\r\n",                   "http://a.org/%ff%20//x?%zz", "escapes stay"),
        (b"PUT / HTTP/1.1\r\nhost: a.org\r\ncontent-length: 3\r\n\r\n\0\r\n",     "http://a.org/",      "any bytes in the body"),
        (b"PUT / HTTP/1.1\r\nhost: a.org\r\ncontent-length: 0\r\n\r\n",           "http://a.org/",      "an empty body with a declared length"),
        (b"GET / HTTP/1.1\r\nhost: a.org\r\nx: 1\r\nx: 2\r\ny: \xe9\r\n\r\n",     "http://a.org/",      "repeated headers, latin-1"),
        (b"get / HTTP/1.1\r\nhost: a.org\r\n\r\n",                                "http://a.org/",      "a method in lower case"),
        (b"OPTIONS * HTTP/1.1\r\nhost: a.org\r\n\r\n",                            "",                   "an asterisk"),
        (b"GET / HTTP/1.1\r\nhost: [::1]:8000\r\n\r\n",                           "http://[::1]:8000/", "IPv6"),
    ];
    for (message, url, why) in cases {
        let request = Request::from_bytes(message).unwrap();
        if !url.is_empty() {
            assert_eq!(request.url(), url, "{why}");
        }
        assert_eq!(request.to_bytes().wait().unwrap(), message, "{why}");
    }
}

#[test]
fn a_message_goes_to_where_the_request_goes() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str); 2] = [
        (b"GET http://a.org/x HTTP/1.1\r\nhost: b.org\r\n\r\n",  "absolute form: its authority replaces `Host`"),
        (b"CONNECT a.org:443 HTTP/1.1\r\nhost: a.org:443\r\n\r\n", "authority form"),
    ];
    for (message, why) in cases {
        let request = Request::from_bytes(message).unwrap();
        let again = Request::from_bytes(&request.to_bytes().wait().unwrap()).unwrap();
        assert_eq!(again.host(), request.host(), "{why}");
        assert_eq!(again.raw_path(), request.raw_path(), "{why}");
    }
}

#[test]
fn a_message_always_names_its_host() {
    // RFC 9112 §3.2: "A client MUST send a Host header field".
    let message = Request::blank("/").to_bytes().wait().unwrap();
    assert_eq!(message, "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
}

#[test]
fn bytes_that_are_not_exactly_one_message_are_a_400_that_names_the_line() {
    let post = "POST / HTTP/1.1\r\nhost: a.org\r\n";
    #[rustfmt::skip]
    let cases = [
        ("",                                                             "line 1", "nothing"),
        ("GET / HTTP/1.1\r\nhost: a.org\r\n",                            "line 3", "no end of the head"),
        ("GET / HTTP/1.1\nhost: a.org\n\n",                              "line 1", "bare LF"),
        ("GET / HTTP/1.1\r\nx: a\rb\r\n\r\n",                            "line 2", "bare CR"),
        ("GET / HTTP/1.1\r\nx: a\0b\r\n\r\n",                            "line 2", "NUL"),
        ("GET / HTTP/1.1\r\nhost : a.org\r\n\r\n",                       "line 2", "space before the colon"),
        ("GET / HTTP/1.1\r\nx: a\r\n b\r\n\r\n",                         "line 3", "obs-fold"),
        ("GET / HTTP/1.1\r\n x: a\r\n\r\n",                              "line 2", "space before the first header"),
        ("GET / HTTP/1.1\r\n: a\r\n\r\n",                                "line 2", "no name"),
        ("GET / HTTP/1.1\r\nx\r\n\r\n",                                  "line 2", "no colon"),
        ("GET / HTTP/1.1\r\nx\u{85}: a\r\n\r\n",                         "line 2", "a name beyond ASCII"),
        ("GET /  HTTP/1.1\r\n\r\n",                                      "line 1", "two spaces"),
        ("GET / HTTP/1.1 \r\n\r\n",                                      "line 1", "a space at the end"),
        ("GET /a b HTTP/1.1\r\n\r\n",                                    "line 1", "a space in the target"),
        ("GET /#x HTTP/1.1\r\n\r\n",                                     "line 1", "a fragment"),
        ("GET / HTTP/1.10\r\n\r\n",                                      "line 1", "an invalid version"),
        ("GET / HTTP/2\r\n\r\n",                                         "line 1", "a version in another form"),
        ("GET /\r\n\r\n",                                                "line 1", "HTTP/0.9"),
        ("G{T / HTTP/1.1\r\n\r\n",                                       "line 1", "a method that is not a token"),
        ("{post}content-length: 3\r\ncontent-length: 4\r\n\r\nabcd",     "line 4", "two lengths"),
        ("{post}content-length: 3, 3\r\n\r\nabc",                        "line 3", "a list of lengths"),
        ("{post}content-length: +3\r\n\r\nabc",                          "line 3", "a sign"),
        ("{post}content-length: -1\r\n\r\n",                             "line 3", "a negative length"),
        ("{post}content-length: 0x3\r\n\r\nabc",                         "line 3", "hex"),
        ("{post}content-length: 03\r\n\r\nabc",                          "line 3", "a zero in front"),
        ("{post}content-length: \r\n\r\n",                               "line 3", "an empty length"),
        ("{post}content-length: 18446744073709551616\r\n\r\n",           "line 3", "2^64"),
        ("{post}transfer-encoding: chunked\r\n\r\n0\r\n\r\n",            "line 3", "chunked"),
        ("{post}transfer-encoding: identity\r\ncontent-length: 0\r\n\r\n", "line 3", "both framings"),
        ("{post}content-length: 3\r\n\r\nab",                            "line 5", "too short"),
        ("{post}content-length: 3\r\n\r\nabcGET",                        "line 5", "trailing bytes"),
        ("{post}\r\nabc",                                                "line 4", "trailing bytes without a length"),
    ];
    for (message, line, why) in cases {
        let message = message.replace("{post}", post);
        let Err(error) = Request::from_bytes(message.as_bytes()) else {
            panic!("{why}: taken");
        };
        assert_eq!(error.status(), 400, "{why}");
        assert!(
            error.message().starts_with(line),
            "{why}: {}",
            error.message()
        );
    }
}

#[test]
fn http_types_are_taken_and_given_whole() {
    #[derive(Clone, Debug, PartialEq)]
    struct Mark(u32);
    let request = http::Request::builder()
        .method("PROPFIND")
        .uri("http://a.org/x?y")
        .version(http::Version::HTTP_10)
        .header("x", "1")
        .header("x", "2")
        .extension(Mark(7))
        .body(Body::iterator(["a", "b"]))
        .unwrap();
    let request = Request::from(request);
    assert_eq!(
        (request.method().as_str(), request.url()),
        ("PROPFIND", "http://a.org/x?y".into())
    );
    assert_eq!(request.extensions().get(), Some(&Mark(7)));
    assert_eq!(request.bytes().wait().unwrap(), "ab");

    let mut back = http::Request::from(request);
    assert_eq!(back.uri(), "http://a.org/x?y");
    assert_eq!(back.version(), http::Version::HTTP_10);
    assert_eq!(back.headers().get_all("x").iter().count(), 2);
    assert_eq!(back.extensions().get(), Some(&Mark(7)));
    assert_eq!(
        back.body_mut().chunk().wait().unwrap().unwrap(),
        "ab",
        "the body can be read again"
    );

    let uri = http::Uri::from_static("http://a.org:81/x?y");
    assert_eq!(Request::from(uri).url(), "http://a.org:81/x?y");
}

#[test]
fn the_scheme_of_an_absolute_target_is_kept() {
    let request = http::Request::get("https://a.org/x")
        .body(Body::empty())
        .unwrap();
    assert_eq!(Request::from(request).url(), "https://a.org/x");
    let request = http::Request::from(Request::blank("https://a.org/x"));
    assert_eq!(Request::from(request).url(), "https://a.org/x");
}

#[test]
fn a_target_that_is_no_path_fits_its_method() {
    #[rustfmt::skip]
    let cases = [
        ("GET http://a?q HTTP/1.1\r\n\r\n",       Some("http://a/?q"),    "an empty path is a slash"),
        ("GET http://a/x?`y HTTP/1.1\r\n\r\n",    Some("http://a/x?%60y"), "a character that is not allowed is encoded"),
        ("GET https://a/x HTTP/1.1\r\n\r\n",      Some("https://a/x"),    "the scheme is kept"),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", Some("http://a"),       "the server as a whole"),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n",     None,                   "only for OPTIONS"),
        ("GET a HTTP/1.1\r\n\r\n",                None,                   "an authority is only for CONNECT"),
        ("CONNECT http://a/b HTTP/1.1\r\n\r\n",   None,                   "CONNECT requires an authority"),
    ];
    for (message, want, why) in cases {
        let request = Request::from_bytes(message.as_bytes());
        let url = request.as_ref().ok().map(Request::url);
        assert_eq!(url.as_deref(), want, "{message:?}: {why}");
        let Ok(request) = request else { continue };
        let again = request.to_bytes().wait().unwrap();
        let again = Request::from_bytes(&again).unwrap();
        assert_eq!(
            (again.path(), again.query_string()),
            (request.path(), request.query_string()),
            "{message:?}"
        );
    }
}
