//! Requests from the variables of gateway protocols, as front servers send them.

use arbtest::arbitrary::Unstructured;
use rustzeug::Request;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Limits;
use rustzeug::gateway::ScriptNameFix;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::Variables;
use rustzeug::gateway::block_on;
use rustzeug::gateway::call;

use super::Raw;

type Pairs<'p> = &'p [(&'p str, &'p str)];

fn variables(pairs: Pairs<'_>) -> Variables {
    let method = [("REQUEST_METHOD", "GET")];
    let pairs = method.iter().chain(pairs);
    pairs
        .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
        .collect()
}

fn environ(pairs: Pairs<'_>) -> rustzeug::Result<Environ> {
    fixed(pairs, "")
}

fn fixed(pairs: Pairs<'_>, fix: &str) -> rustzeug::Result<Environ> {
    let fix: ScriptNameFix = fix.parse()?;
    let info = ServerInfo::new("own.example", 8080);
    Environ::from_variables(&variables(pairs), Body::empty(), info, &fix)
}

#[test]
fn the_path_is_the_one_of_the_client_unless_the_front_has_changed_it() {
    #[rustfmt::skip]
    let cases: &[(Pairs<'_>, &str, &str, &str, &str)] = &[
        (&[("SCRIPT_NAME", "/app"), ("PATH_INFO", "/a b")], "/app", "/a%20b", "", "only the decoded pair"),
        (&[("SCRIPT_NAME", "/app"), ("PATH_INFO", "/a/b"), ("REQUEST_URI", "/app/a%2Fb?q")], "/app", "/a%2Fb", "q", "%2F is kept"),
        (&[("SCRIPT_NAME", "/app"), ("PATH_INFO", "/a/b"), ("REQUEST_URI", "/app//a//b")], "/app", "//a//b", "", "merged by Apache and lighttpd"),
        (&[("SCRIPT_NAME", "/app"), ("PATH_INFO", "/a%2Fb"), ("REQUEST_URI", "/app/a%2Fb")], "/app", "/a%2Fb", "", "Apache with NoDecode"),
        (&[("SCRIPT_NAME", "/app"), ("PATH_INFO", "/new"), ("REQUEST_URI", "/old")], "/app", "/new", "", "rewritten"),
        (&[("SCRIPT_NAME", ""), ("PATH_INFO", "/b"), ("REQUEST_URI", "/a/../b")], "", "/b", "", "rules of the front were applied to /b"),
        (&[("SCRIPT_NAME", "/"), ("PATH_INFO", "/x")], "", "/x", "", "/ is the empty prefix"),
        (&[("SCRIPT_NAME", "/"), ("PATH_INFO", "x")], "", "/x", "", "lighttpd before fix-root-scriptname"),
        (&[("SCRIPT_NAME", "/app/"), ("PATH_INFO", "x")], "/app", "/x", "", "a slash at the end"),
        (&[("SCRIPT_NAME", "app")], "/app", "", "", "no slash at the beginning"),
        (&[("REQUEST_URI", "/caf\u{e9}?x=\u{e9} y"), ("PATH_INFO", "/caf\u{e9}")], "", "/caf%C3%A9", "x=%C3%A9%20y", "bytes that a URI may not contain"),
        (&[("REQUEST_URI", "http://a.example/x?y"), ("PATH_INFO", "/x")], "", "/x", "y", "absolute form"),
        (&[("REQUEST_URI", "/x?old"), ("PATH_INFO", "/x"), ("QUERY_STRING", "new")], "", "/x", "new", "the front has rewritten the query"),
        (&[("REQUEST_URI", "/x?old"), ("PATH_INFO", "/x"), ("QUERY_STRING", "")], "", "/x", "", "the front has removed the query"),
        (&[("REQUEST_URI", "x:y"), ("PATH_INFO", "/x")], "", "/x", "", "a form that is not understood"),
        (&[("REQUEST_URI", "/a%2Fb/../c?q")], "", "/a%2Fb/../c", "q", "the front says nothing about the path"),
        (&[("REQUEST_URI", ""), ("PATH_INFO", "/x")], "", "/x", "", "empty is absent"),
        (&[], "", "/", "", "nothing"),
        (&[("SCRIPT_NAME", "/a"), ("SCRIPT_NAME", "/app"), ("PATH_INFO", "/x")], "/app", "/x", "", "nginx sends an overridden parameter twice"),
    ];
    for (pairs, script_name, path_info, query, why) in cases {
        let environ = environ(pairs).unwrap();
        let found = (
            environ.raw_script_name(),
            environ.raw_path_info(),
            environ.query_string(),
        );
        assert_eq!(
            found,
            (*script_name, *path_info, *query),
            "{pairs:?}: {why}"
        );
    }
}

#[test]
fn mount_points_replace_the_split_of_the_front() {
    #[rustfmt::skip]
    let cases: &[(&str, Pairs<'_>, &str, &str, &str)] = &[
        ("/app,/", &[("REQUEST_URI", "/app/a%2Fb"), ("SCRIPT_NAME", "/app/a/b")], "/app", "/a%2Fb", "nginx's default"),
        ("/app,/", &[("REQUEST_URI", "/apple"), ("SCRIPT_NAME", "/apple")], "", "/apple", "the root"),
        ("/,/app", &[("REQUEST_URI", "/app")], "/app", "", "the longest first, in whatever order"),
        ("/app/", &[("REQUEST_URI", "/app/")], "/app", "/", "a slash at the end of a mount point"),
        ("/app", &[("REQUEST_URI", "/%61pp/x")], "/%61pp", "/x", "the decoded path decides"),
        ("/app", &[("REQUEST_URI", "/x"), ("SCRIPT_NAME", "/cgi-bin/x.cgi")], "/cgi-bin/x.cgi", "", "none fits"),
        ("/app", &[("SCRIPT_NAME", "/app/x")], "/app", "/x", "without REQUEST_URI"),
        ("/app", &[("REQUEST_URI", "/app/x")], "/app", "/x", "with nothing else"),
        ("/app", &[("REQUEST_URI", "/x")], "", "/x", "with nothing else, and none fits"),
        ("/", &[("REQUEST_URI", "http://a.example/x")], "", "/x", "absolute form"),
    ];
    for (fix, pairs, script_name, path_info, why) in cases {
        let environ = fixed(pairs, fix).unwrap();
        let found = (environ.raw_script_name(), environ.raw_path_info());
        assert_eq!(found, (*script_name, *path_info), "{fix} {pairs:?}: {why}");
    }
    assert!("app".parse::<ScriptNameFix>().is_err());
}

#[test]
fn headers_are_what_the_client_sent() {
    let environ = environ(&[
        ("HTTP_ACCEPT", "text/html"),
        ("HTTP_ACCEPT", "text/plain"),
        ("HTTP_COOKIE", "a=1"),
        ("HTTP_COOKIE", "b=2"),
        ("HTTP_PROXY", "http://evil.example"),
        ("HTTP_CONTENT_LENGTH", "9"),
        ("HTTP_CONTENT_TYPE", "text/x"),
        ("HTTP_X_EMPTY", ""),
        ("HTTP_x_lower", "1"),
        ("HTTP_X.DOT", "1"),
        ("CONTENT_TYPE", ""),
        ("REMOTE_USER", "ada"),
        ("REMOTE_USER", "grace"),
        ("SERVER_SOFTWARE", "Apache"),
    ])
    .unwrap();
    let accepted: Vec<_> = environ.headers().get_all("accept").iter().collect();
    assert_eq!(
        accepted,
        ["text/html", "text/plain"],
        "lines are kept apart"
    );
    #[rustfmt::skip]
    let cases = [
        ("HTTP_ACCEPT", Some("text/html, text/plain"), "repeated parameters are joined"),
        ("HTTP_COOKIE", Some("a=1; b=2"),              "cookies by a semicolon"),
        ("HTTP_PROXY",  None,                          "CVE-2016-5385"),
        ("HTTP_CONTENT_LENGTH", None,                  "it has its own name"),
        ("HTTP_CONTENT_TYPE", None,                    "it has its own name"),
        ("CONTENT_TYPE", None,                         "empty is absent"),
        ("HTTP_X_EMPTY", Some(""),                     "a header may be empty"),
        ("HTTP_x_lower", None,                         "no header has this name"),
        ("HTTP_X.DOT",  None,                          "no header has this name"),
        ("REMOTE_USER", Some("grace"),                 "a variable of the front, the last one"),
        ("SERVER_SOFTWARE", Some("Apache"),            "the front knows it"),
    ];
    for (name, want, why) in cases {
        assert_eq!(environ.var(name).as_deref(), want, "{name}: {why}");
    }
    assert_eq!(environ.headers()["cookie"], "a=1; b=2");
    let names: Vec<_> = environ.vars().map(|(name, _)| name).collect();
    assert!(names.contains(&"REMOTE_USER".into()) && !names.contains(&"HTTP_PROXY".into()));
}

#[test]
fn what_a_client_sends_does_not_replace_what_the_front_says() {
    let environ = environ(&[
        ("HTTP_SCRIPT_NAME", "/evil"),
        ("HTTP_PATH_INFO", "/evil"),
        ("HTTP_REQUEST_URI", "/evil"),
        ("HTTP_REMOTE_ADDR", "6.6.6.6"),
        ("HTTP_REMOTE_USER", "root"),
        ("HTTP_HTTPS", "on"),
        ("HTTP_X_FORWARDED_PROTO", "https"),
        ("HTTP_HTTP_PROXY", "http://evil.example"),
        ("PATH_INFO", "/x"),
        ("REMOTE_ADDR", "192.0.2.1"),
    ])
    .unwrap();
    #[rustfmt::skip]
    let cases = [
        ("SCRIPT_NAME",    Some(""),          "a header `Script-Name`"),
        ("PATH_INFO",      Some("/x"),        "a header `Path-Info`"),
        ("REQUEST_URI",    Some("/x"),        "a header `Request-Uri`"),
        ("REMOTE_ADDR",    Some("192.0.2.1"), "a header `Remote-Addr`"),
        ("REMOTE_USER",    None,              "a header `Remote-User`"),
        ("REQUEST_SCHEME", Some("http"),      "headers `Https` and `X-Forwarded-Proto`"),
        ("HTTP_PROXY",     None,              "a header `Http-Proxy`"),
        ("HTTP_SCRIPT_NAME", Some("/evil"),   "it is a header, under its own name"),
    ];
    for (name, want, why) in cases {
        assert_eq!(environ.var(name).as_deref(), want, "{name}: {why}");
    }
}

#[test]
fn bytes_that_are_not_text_stay_as_they_are() {
    let mut variables = variables(&[("SCRIPT_NAME", "/app")]);
    variables.push("PATH_INFO", &b"/caf\xE9"[..]);
    variables.push("QUERY_STRING", &b"q=\xE9"[..]);
    variables.push("HTTP_X_LATIN", &b"caf\xE9"[..]);
    variables.push("REMOTE_USER", &b"caf\xE9"[..]);
    variables.push(&b"\xFFNAME"[..], "x");
    let (info, fix) = (ServerInfo::default(), ScriptNameFix::default());
    let environ = Environ::from_variables(&variables, Body::empty(), info, &fix).unwrap();
    assert_eq!(environ.raw_path(), "/app/caf%E9");
    assert_eq!(environ.query_string(), "q=%E9");
    for (name, want) in [
        ("PATH_INFO", &b"/caf\xE9"[..]),
        ("HTTP_X_LATIN", b"caf\xE9"),
        ("REMOTE_USER", b"caf\xE9"),
    ] {
        assert_eq!(environ.var_bytes(name).as_deref(), Some(want), "{name}");
    }
    assert!(
        environ.vars().count() > 10,
        "a name that is not text is no obstacle"
    );
}

#[test]
fn facts_of_the_front_are_taken_if_they_are_valid() {
    #[rustfmt::skip]
    let cases: &[(Pairs<'_>, &str, Option<&str>, &str)] = &[
        (&[("HTTPS", "on")],                       "HTTPS", Some("on"), "on"),
        (&[("HTTPS", "ON")],                       "HTTPS", Some("on"), "in any case"),
        (&[("HTTPS", "1")],                        "HTTPS", Some("on"), "1"),
        (&[("HTTPS", "off")],                      "HTTPS", None, "off"),
        (&[("HTTPS", "")],                         "HTTPS", None, "nginx without TLS"),
        (&[("REQUEST_SCHEME", "https")],           "HTTPS", Some("on"), "the scheme"),
        (&[("HTTPS", "off"), ("REQUEST_SCHEME", "https")], "HTTPS", Some("on"), "contract of the gateways"),
        (&[("REMOTE_ADDR", "2001:db8::1")],        "REMOTE_ADDR", Some("2001:db8::1"), "IPv6"),
        (&[("REMOTE_ADDR", "192.0.2.1"), ("REMOTE_PORT", "4711")], "REMOTE_PORT", Some("4711"), "a port"),
        (&[("REMOTE_ADDR", "192.0.2.1"), ("REMOTE_PORT", "70000")], "REMOTE_PORT", None, "not a port"),
        (&[("REMOTE_ADDR", "client.example")],     "REMOTE_ADDR", Some(""), "not an address"),
        (&[("REMOTE_ADDR", "fe80::1%eth0")],       "REMOTE_ADDR", Some(""), "a zone means something on the front only"),
        (&[("REMOTE_ADDR", "unix:")],              "REMOTE_ADDR", Some(""), "nginx on a Unix socket"),
        (&[("REMOTE_ADDR", "")],                   "REMOTE_ADDR", Some(""), "a Unix socket"),
        (&[],                                      "REMOTE_ADDR", None, "unknown"),
        (&[("SERVER_NAME", "a.example"), ("SERVER_PORT", "443")], "SERVER_NAME", Some("a.example"), "a name"),
        (&[("SERVER_NAME", "::1")],                "SERVER_NAME", Some("[::1]"), "IPv6 gets brackets"),
        (&[("SERVER_NAME", "~^(?<x>.+)$")],        "SERVER_NAME", Some("own.example"), "nginx sends the pattern"),
        (&[("SERVER_NAME", "a.example:80")],       "SERVER_NAME", Some("own.example"), "not a name"),
        (&[("SERVER_NAME", "")],                   "SERVER_NAME", Some("own.example"), "empty"),
        (&[("SERVER_PORT", "443")],                "SERVER_PORT", Some("443"), "a port"),
        (&[("SERVER_PORT", "+443")],               "SERVER_PORT", Some("8080"), "digits only"),
        (&[("SERVER_PORT", "")],                   "SERVER_PORT", Some("8080"), "a front on a Unix socket"),
        (&[("SERVER_ADDR", "192.0.2.9")],          "SERVER_ADDR", Some("192.0.2.9"), "an address"),
        (&[("SERVER_PROTOCOL", "HTTP/1.0")],       "SERVER_PROTOCOL", Some("HTTP/1.0"), "as sent"),
        (&[("SERVER_PROTOCOL", "INCLUDED")],       "SERVER_PROTOCOL", Some("HTTP/1.1"), "RFC 3875 §4.1.16"),
    ];
    for (pairs, name, want, why) in cases {
        let environ = environ(pairs).unwrap();
        assert_eq!(environ.var(name).as_deref(), *want, "{pairs:?}: {why}");
    }
}

#[test]
fn what_cannot_be_a_request_is_refused_with_a_status() {
    let long = "x".repeat(70_000);
    let half = "x".repeat(Limits::default().head_bytes() / 2);
    #[rustfmt::skip]
    let cases: &[(Pairs<'_>, u16, &str)] = &[
        (&[("CONTENT_LENGTH", "-1")],              400, "negative"),
        (&[("CONTENT_LENGTH", "+5")],              400, "digits only"),
        (&[("CONTENT_LENGTH", "0x5")],             400, "digits only"),
        (&[("CONTENT_LENGTH", "5 ")],              400, "digits only"),
        (&[("CONTENT_LENGTH", "18446744073709551616")], 400, "more than 64 bits"),
        (&[("CONTENT_LENGTH", "1"), ("CONTENT_LENGTH", "2")], 400, "two lengths"),
        (&[("REQUEST_METHOD", "")],                400, "empty"),
        (&[("REQUEST_METHOD", "G T")],             400, "not a token"),
        (&[("PATH_INFO", "/a\0b")],                400, "NUL"),
        (&[("HTTP_X", "a\r\nb: c")],               400, "a line end"),
        (&[("REQUEST_URI", &*long), ("PATH_INFO", &*long)], 414, "longer than a URI can be"),
        (&[("HTTP_A", &*half), ("HTTP_B", &*half)], 431, "limit `head_bytes`"),
        (&[("REQUEST_URI", "http://a b/"), ("PATH_INFO", "/")], 400, "an authority with a space"),
    ];
    for (pairs, status, why) in cases {
        let refused = environ(pairs).map(|_| ()).unwrap_err();
        assert_eq!(refused.status(), *status, "{why}");
    }
    let none = Environ::from_variables(
        &Variables::new(),
        Body::empty(),
        ServerInfo::default(),
        &ScriptNameFix::default(),
    );
    assert_eq!(none.map(|_| ()).unwrap_err().status(), 400, "no method");
    for pairs in [
        &[("CONTENT_LENGTH", "")][..],
        &[("CONTENT_LENGTH", "5"), ("CONTENT_LENGTH", "5")],
        &[
            ("HTTP_A", &half[..half.len() - 1]),
            ("HTTP_B", &half[..half.len() - 1]),
        ],
    ] {
        assert!(environ(pairs).is_ok());
    }
}

#[test]
fn a_front_has_read_the_head_so_a_host_may_be_missing() {
    let app = Raw(
        |environ: Environ, start: rustzeug::gateway::StartResponse| {
            let text = Request::new(environ).url();
            Ok(start
                .start(200, [("content-type", "text/plain")])?
                .body(text))
        },
    );
    #[rustfmt::skip]
    let cases: &[(Pairs<'_>, u16, &str, &str)] = &[
        (&[("SERVER_PROTOCOL", "HTTP/1.0"), ("SERVER_NAME", "a.example"), ("SERVER_PORT", "80"), ("REMOTE_ADDR", "192.0.2.1")], 200, "http://a.example/", "HTTP/1.0"),
        (&[("SERVER_PROTOCOL", "HTTP/1.1"), ("SERVER_NAME", "a.example"), ("SERVER_PORT", "80"), ("REMOTE_ADDR", "192.0.2.1")], 200, "http://a.example/", "the front's business"),
        (&[("HTTP_HOST", ""), ("SERVER_NAME", "a.example"), ("SERVER_PORT", "80")], 200, "http://a.example/", "nginx's $http_host of a request without one"),
        (&[("HTTP_HOST", "b.example:8443"), ("HTTPS", "on")], 200, "https://b.example:8443/", "the client's"),
        (&[("HTTP_HOST", "a b")], 400, "", "not a host"),
        (&[("HTTP_HOST", "a"), ("HTTP_HOST", "b")], 400, "", "two hosts"),
    ];
    for (pairs, status, url, why) in cases {
        let response = block_on(call(&app, environ(pairs).unwrap()));
        assert_eq!(response.status(), *status, "{pairs:?}: {why}");
        if *status == 200 {
            assert_eq!(response.body().as_bytes().unwrap(), url, "{why}");
        }
    }
}

#[test]
fn the_body_ends_at_its_length() {
    #[rustfmt::skip]
    let cases: &[(Pairs<'_>, &str, Result<&str, u16>, &str)] = &[
        (&[("CONTENT_LENGTH", "4")], "four",           Ok("four"), "exact"),
        (&[("CONTENT_LENGTH", "4")], "four, and more", Ok("four"), "the rest is not read"),
        (&[("CONTENT_LENGTH", "9")], "four",           Err(400),   "a short body is an error"),
        (&[("CONTENT_LENGTH", "0")], "four",           Ok(""),     "no body"),
        (&[],                        "four",           Ok("four"), "the protocol decides"),
    ];
    for (pairs, sent, want, why) in cases {
        for body in [
            Body::from(*sent),
            Body::reader(std::io::Cursor::new(sent.as_bytes().to_vec())),
            Body::iterator(sent.bytes().map(|byte| vec![byte]).collect::<Vec<_>>()),
        ] {
            let fix = ScriptNameFix::default();
            let environ =
                Environ::from_variables(&variables(pairs), body, ServerInfo::default(), &fix);
            let read = environ.unwrap().read(|_, bytes| Ok(bytes)).wait();
            let read = read.map_err(|error| error.status().as_u16());
            let want = want.map(str::as_bytes);
            assert_eq!(
                read.as_deref(),
                want.as_ref().map(|bytes| *bytes),
                "{pairs:?}: {why}"
            );
        }
    }
}

#[test]
fn bytes_beyond_the_length_are_left_in_the_stream() {
    let mut body = Body::first_bytes(3, Body::iterator(["ab", "cd", "never read"]));
    assert_eq!(body.length(), Some(3));
    assert_eq!(body.chunk().wait().unwrap().unwrap(), "ab");
    assert_eq!(body.chunk().wait().unwrap().unwrap(), "c");
    assert_eq!(body.chunk().wait().unwrap(), None);
    assert!(http_body::Body::is_end_stream(&body));
}

const NAMES: [&str; 20] = [
    "REQUEST_METHOD",
    "REQUEST_URI",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "CONTENT_LENGTH",
    "CONTENT_TYPE",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_ADDR",
    "SERVER_PROTOCOL",
    "REMOTE_ADDR",
    "REMOTE_PORT",
    "HTTPS",
    "REQUEST_SCHEME",
    "HTTP_HOST",
    "HTTP_COOKIE",
    "HTTP_TRANSFER_ENCODING",
    "HTTP_EXPECT",
    "X",
];
const LIKELY: [&str; 10] = [
    "/app",
    "/app/a%2Fb?c",
    "/",
    "//",
    "*",
    "http://a/b",
    "GET",
    "on",
    "1",
    "",
];

/// One of `likely`, or any bytes.
fn drawn(u: &mut Unstructured<'_>, likely: &[&str]) -> arbtest::arbitrary::Result<Vec<u8>> {
    if u.arbitrary()? {
        return Ok(u.choose(likely)?.as_bytes().to_vec());
    }
    u.arbitrary()
}

#[test]
fn any_variables_make_a_request_or_a_refusal() {
    arbtest::arbtest(|u| {
        let mut variables = Variables::new();
        for _ in 0..u.int_in_range(0..=12)? {
            variables.push(drawn(u, &NAMES)?, drawn(u, &LIKELY)?);
        }
        let fix: ScriptNameFix = u.choose(&["", "/", "/app,/"])?.parse().unwrap();
        let app = Raw(
            |environ: Environ, start: rustzeug::gateway::StartResponse| {
                let path = [environ.raw_script_name(), environ.raw_path_info()].concat();
                assert_eq!(path, environ.raw_path());
                assert!(!environ.raw_script_name().ends_with('/'));
                assert!(environ.vars().all(|(name, _)| name != "HTTP_PROXY"));
                Ok(start.start(200, ())?.body(Request::new(environ).url()))
            },
        );
        let info = ServerInfo::default();
        match Environ::from_variables(&variables, Body::from("body"), info, &fix) {
            Ok(environ) => {
                let response = block_on(call(&app, environ));
                let status = response.status().as_u16();
                assert!(status < 500 || status == 501, "{status}");
            }
            Err(error) => assert!(error.status().is_client_error()),
        }
        Ok(())
    });
}
