//! Copies of requests and responses, and texts read from their heads.
#![allow(clippy::type_complexity, reason = "tables say what is in them")]

use rustzeug::Error;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::gateway::Body;
use rustzeug::gateway::Limits;
use rustzeug::http::HeaderValue;
use rustzeug::http::header::REFERER;

#[derive(Clone, Debug, PartialEq)]
struct User(&'static str);

#[test]
fn a_request_is_copied_whole_once_its_body_is_here() {
    let read = |request: Request| {
        request.bytes().wait().unwrap();
        request
    };
    let large = vec![b'x'; 1 << 20];
    let spooling = || {
        Request::blank("/")
            .with_server(
                rustzeug::gateway::ServerInfo::default()
                    .with_limits(Limits::default().with_memory_bytes(1024)),
            )
            .with_body(Body::reader(std::io::Cursor::new(vec![b'x'; 1 << 20])))
    };
    let cases = [
        (Request::blank("/"), Vec::new(), "without a body"),
        (Request::blank("/").with_body("ab"), b"ab".to_vec(), "text"),
        (
            read(Request::blank("/").with_body(Body::iterator(["a", "b"]))),
            b"ab".to_vec(),
            "a stream that was read",
        ),
        (read(spooling()), large, "a long one"),
    ];
    for (request, want, why) in cases {
        let request = request
            .with_method("PUT")
            .with_header("x-a", "1")
            .with_extension(User("ada"));
        let mut copy = request.copy().unwrap();
        assert_eq!(
            (copy.method(), copy.headers()["x-a"].as_bytes()),
            (request.method(), &b"1"[..])
        );
        assert_eq!(copy.extensions().get(), Some(&User("ada")), "{why}");
        assert_eq!(copy.bytes().wait().unwrap(), want, "{why}: the copy");
        let _ = copy.take_body();
        copy.set_body("other").headers_mut().clear();
        assert_eq!(request.bytes().wait().unwrap(), want, "{why}: the original");
        assert_eq!(request.headers()["x-a"], "1", "{why}: the original");
    }
}

#[test]
fn a_request_whose_body_is_not_here_says_why_it_is_not_copied() {
    let coming = Request::blank("/").with_body(Body::iterator(["a"]));
    let taken = Request::blank("/").with_body(Body::iterator(["a"]));
    drop(taken.take_body());
    let failed = Request::blank("/").with_body(Body::exact(9, Body::iterator(["a"])));
    failed.bytes().wait().unwrap_err();
    let cases = [
        (coming, "arrived", "it is still to come"),
        (taken, "taken", "it was taken as a stream"),
        (failed, "", "it has failed"),
    ];
    for (request, want, why) in cases {
        let error = request.copy().unwrap_err();
        assert!(format!("{error:?}").contains(want), "{why}: {error:?}");
        assert_eq!(request.copy_get().bytes().wait().unwrap(), "", "{why}");
    }
}

#[test]
fn a_fault_of_the_chain_is_a_fault_of_the_copy() {
    let request = Request::blank("/").with_method("A B");
    let app = rustzeug::IntoApplication::into_application(|| "x");
    assert!(request.copy().unwrap().send(&app).wait().is_err());
}

#[test]
fn a_response_is_copied_where_its_body_is_in_memory() {
    let cases = [
        (Response::empty(204), Some(""), "without a body"),
        (Response::text("x").with_status(201), Some("x"), "text"),
        (Response::from(Error::gone()), Some(""), "an error"),
        (Response::iterator(["x"]), None, "an iterator"),
        (Response::reader(&b"x"[..]), None, "a reader"),
        (Response::writer(|_| Ok(())), None, "a writer"),
    ];
    for (mut response, want, why) in cases {
        response.extensions_mut().insert(User("ada"));
        match (response.copy(), want) {
            (Ok(mut copy), Some(want)) => {
                assert_eq!(copy.status(), response.status(), "{why}");
                assert_eq!(copy.headers(), response.headers(), "{why}");
                assert_eq!(copy.extensions().get(), Some(&User("ada")), "{why}");
                let (copied, error) = (copy.error().map(Error::status), response.error());
                assert_eq!(copied, error.map(Error::status), "{why}");
                assert_eq!(copy.read_text().wait().unwrap(), want, "{why}");
            }
            (Err(error), None) => {
                assert!(format!("{error:?}").contains("`read_bytes`"), "{why}");
            }
            (copy, want) => panic!("{why}: {copy:?}, not {want:?}"),
        }
    }
}

#[test]
fn the_text_of_a_header_is_that_of_its_first_line() {
    #[rustfmt::skip]
    let cases: [(&[&[u8]], Option<&str>, &str); 7] = [
        (&[],                   None,         "absent"),
        (&[b""],                Some(""),     "empty is not absent"),
        (&[b"a b"],             Some("a b"),  "text"),
        (&[b"a", b"b"],         Some("a"),    "the first line of two"),
        (&["ü".as_bytes()],     Some("ü"),    "UTF-8, which many clients send"),
        (&[b"\xfc"],            None,         "Latin-1 is not guessed"),
        (&[b"\xfc", b"b"],      None,         "the second line does not replace the first"),
    ];
    for (lines, want, why) in cases {
        let (mut request, mut response) = (Request::blank("/"), Response::empty(200));
        for line in lines {
            let line = HeaderValue::from_bytes(line).unwrap();
            request.headers_mut().append(REFERER, line.clone());
            response.headers_mut().append(REFERER, line);
        }
        for name in ["referer", "Referer"] {
            assert_eq!(request.header_text(name), want, "{why}");
            assert_eq!(response.header_text(name), want, "{why}");
        }
        assert_eq!(request.header_text(REFERER), want, "{why}: a typed name");
        assert_eq!(request.header_text(&REFERER), want, "{why}: borrowed");
    }
    assert_eq!(Request::blank("/").header_text("no name"), None);
}

#[test]
fn path_and_query_are_as_they_were_sent() {
    #[rustfmt::skip]
    let cases = [
        ("/",                       "/",            false, "a path"),
        ("/a%2Fb?c=%20&d",          "/a%2Fb?c=%20&d", false, "escapes stay"),
        ("/a?",                     "/a?",          false, "an empty query"),
        ("?q",                      "/?q",          false, "a query alone"),
        ("//evil.org/x",            "//evil.org/x", false, "a path that looks like a host"),
        ("https://a.org",           "/",            true,  "a URL"),
        ("https://a.org:80/x?y",    "/x?y",         true,  "https on the port of http"),
        ("http://a.org:443/x",      "/x",           false, "http on the port of https"),
    ];
    for (target, want, secure, why) in cases {
        let request = Request::blank(target);
        assert_eq!(request.path_and_query(), want, "{why}");
        assert_eq!(request.is_secure(), secure, "{why}");
    }
    let mut mounted = Request::blank("/wiki/x?y");
    mounted.environ_mut().set_raw_script_name("/wiki").unwrap();
    assert_eq!(mounted.path_and_query(), "/wiki/x?y", "mount included");
    let options = Request::from_bytes(b"OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    assert_eq!(options.path_and_query(), "*", "no path at all");
}
