//! Interfaces for servers outside the crate.

use std::net::IpAddr;

use rustzeug::gateway::{Address, Body, Environ, Limits, Refused, ServerInfo, block_on, call};
use rustzeug::{IntoApplication, Request, Result, http};

type Change = fn(Body) -> Body;
type Fields = &'static [(&'static str, &'static str)];

/// The environ of an HTTP/1.1 request from a connection, without a `Host`.
fn hostless(server_info: ServerInfo) -> Environ {
    let peer: IpAddr = [192, 0, 2, 7].into();
    let request = http::Request::new(Body::empty());
    Environ::new(request, server_info.with_peer(peer))
}

#[test]
fn a_front_has_answered_for_the_host() {
    let app = (async || "hello").into_application();
    #[rustfmt::skip]
    let cases = [
        (ServerInfo::default(),                  400, true,  "the head was not checked"),
        (ServerInfo::default().with_front(true), 200, false, "the front server has checked the head"),
    ];
    for (server_info, status, refused, why) in cases {
        let response = block_on(call(&app, hostless(server_info)));
        assert_eq!(response.status(), status, "{why}");
        let marked = response.extensions().get::<Refused>().is_some();
        assert_eq!(marked, refused, "{why}: the connection is to be closed");
    }
}

#[test]
fn what_is_set_by_name_is_seen_by_every_view() -> Result<()> {
    let mut request = Request::blank("/a%2Fb?c").with_header("host", "example.org");
    let environ = request.environ_mut();
    #[rustfmt::skip]
    let set = [
        ("REMOTE_ADDR",     "192.0.2.7"),
        ("REMOTE_PORT",     "4711"),
        ("SERVER_NAME",     "own.example"),
        ("SERVER_PORT",     "8443"),
        ("SERVER_ADDR",     "::1"),
        ("HTTPS",           "on"),
        ("SERVER_PROTOCOL", "HTTP/1.0"),
        ("REQUEST_URI",     "/x%2Fy?z=1"),
    ];
    for (name, value) in set {
        environ.set_var(name, Some(value.as_bytes()))?;
        assert_eq!(environ.var(name).unwrap(), value);
    }
    assert_eq!(request.client_ip().unwrap().to_string(), "192.0.2.7");
    let server_info = request.environ().server();
    assert_eq!(server_info.peer().unwrap().to_string(), "192.0.2.7:4711");
    assert_eq!(
        server_info.local(),
        Some(&Address::Ip("::1".parse().unwrap()))
    );
    assert_eq!(
        (server_info.server_name(), server_info.server_port()),
        ("own.example", 8443)
    );
    assert_eq!(request.scheme(), "https");
    assert_eq!(request.raw_path(), "/x%2Fy");
    assert_eq!(request.url(), "https://example.org/x%2Fy?z=1");
    assert_eq!(request.environ().version(), http::Version::HTTP_10);
    Ok(())
}

#[test]
fn what_cannot_be_is_not_set_by_name() {
    #[rustfmt::skip]
    let cases = [
        ("REMOTE_ADDR",     "localhost",     "no IP address"),
        ("REMOTE_PORT",     "http",          "no number"),
        ("SERVER_PORT",     "http",          "no number"),
        ("SERVER_PORT",     "65536",         "one past the maximum"),
        ("SERVER_PROTOCOL", "INCLUDED",      "no version of HTTP"),
        ("REQUEST_URI",     "x",             "no slash"),
        ("REQUEST_URI",     "",              "nothing"),
        ("REQUEST_URI",     "/a%00b",        "a NUL"),
        ("REQUEST_URI",     "http://",       "a URL without a host"),
        ("REQUEST_URI",     "http:///a",     "a URL without a host"),
        ("REQUEST_URI",     "http://a b/c",  "a host with a space"),
        ("CONTENT_LENGTH",  "-4",            "no number"),
        ("CONTENT_LENGTH",  "4, 4",          "two numbers"),
        ("CONTENT_LENGTH",  "18446744073709551616", "one past the maximum"),
    ];
    for (name, value, why) in cases {
        let mut environ = Request::blank("/").into_environ();
        let before = environ.var(name).map(std::borrow::Cow::into_owned);
        let error = environ.set_var(name, Some(value.as_bytes())).unwrap_err();
        assert_eq!(error.status(), 500, "{name}: {why}");
        assert_eq!(
            environ.var(name).as_deref(),
            before.as_deref(),
            "{name}: {why}"
        );
    }
}

#[test]
fn every_form_of_a_target_can_be_set_by_name() -> Result<()> {
    #[rustfmt::skip]
    let cases = [
        ("/x?y",                 "/x?y",  "/x",  "y",  Some("old.example"),    "a path"),
        ("/m/x",                 "/m/x",  "/m/x", "",  Some("old.example"),    "the mount stays"),
        ("*",                    "*",     "*",   "",   Some("old.example"),    "RFC 9112 §3.2.4"),
        ("http://a.example/x?y", "/x?y",  "/x",  "y",  Some("a.example"),      "RFC 9112 §3.2.2: in place of the Host"),
        ("http://a.example:81",  "/",     "/",   "",   Some("a.example:81"),   "without a path"),
        ("http://a.example?y=/", "/?y=/", "/",   "y=/", Some("a.example"),     "without a path, and with a query"),
        ("/http://a.example",    "/http://a.example", "/http://a.example", "", Some("old.example"), "a path again"),
    ];
    for (target, uri, path, query, host, why) in cases {
        let mut environ = Request::blank("/m/old?z")
            .with_header("host", "old.example")
            .into_environ();
        environ.set_raw_script_name("/m")?;
        environ.set_var("REQUEST_URI", Some(target.as_bytes()))?;
        assert_eq!(environ.var("REQUEST_URI").unwrap(), uri, "{target}: {why}");
        assert_eq!(environ.raw_path(), path, "{target}: {why}");
        assert_eq!(environ.query_string(), query, "{target}: {why}");
        assert_eq!(environ.var("HTTP_HOST").as_deref(), host, "{target}: {why}");
        let mounted = if path.starts_with("/m") { "/m" } else { "" };
        assert_eq!(environ.raw_script_name(), mounted, "{target}: {why}");
    }
    let mut environ = Request::blank("/").into_environ();
    environ.set_var("REQUEST_METHOD", Some(b"OPTIONS"))?;
    environ.set_var("REQUEST_URI", Some(b"*"))?;
    let response = block_on(call(&(|| "fine").into_application(), environ));
    assert_eq!(response.status(), 204, "as the edge answers it");
    Ok(())
}

#[test]
fn the_length_of_a_body_is_one_truth() -> Result<()> {
    let read = |environ: Environ| {
        let mut text = String::new();
        let mut reader = environ.take_body().into_reader();
        std::io::Read::read_to_string(&mut reader, &mut text).map(|_| text)
    };
    let stream = || Body::iterator(["four"]);
    #[rustfmt::skip]
    let cases = [
        (Body::empty(),  Some("0"), Some("0"), Some(0), Some(""),     "no body"),
        (Body::empty(),  Some(""),  None,      Some(0), Some(""),     "RFC 3875 §4.1.2: no body"),
        (Body::empty(),  Some("4"), Some("4"), Some(4), None,         "the promised body does not come"),
        ("four".into(),  Some("4"), Some("4"), Some(4), Some("four"), "the promised length is true"),
        ("four".into(),  Some("5"), Some("5"), Some(5), None,         "too short"),
        ("four".into(),  Some("3"), Some("3"), Some(3), None,         "too long"),
        ("four".into(),  None,      Some("4"), Some(4), Some("four"), "the length of the body is known"),
        (stream(),       Some("4"), Some("4"), Some(4), Some("four"), "the promised length is true"),
        (stream(),       Some("9"), Some("9"), Some(9), None,         "too short"),
        (stream(),       Some("3"), Some("3"), Some(3), None,         "too long"),
        (stream(),       Some("0"), Some("0"), Some(0), Some(""),     "the body is not read"),
        (stream(),       None,      None,      None,    Some("four"), "no length is known"),
    ];
    for (body, told, var, length, text, why) in cases {
        let mut environ = Request::blank("/").with_body(body).into_environ();
        environ.set_var("CONTENT_LENGTH", told.map(str::as_bytes))?;
        assert_eq!(environ.var("CONTENT_LENGTH").as_deref(), var, "{why}");
        assert_eq!(environ.body_length(), length, "{told:?}: {why}");
        let header = environ.headers().get("content-length").cloned();
        assert_eq!(header.is_some(), told.is_some_and(|told| !told.is_empty()));
        assert_eq!(read(environ).ok().as_deref(), text, "{told:?}: {why}");
    }
    let mut environ = Request::blank("/").with_body("four").into_environ();
    environ.headers_mut().insert("content-length", 9.into());
    assert_eq!(
        environ.var("CONTENT_LENGTH").unwrap(),
        "4",
        "the length of the body has priority"
    );
    Ok(())
}

#[test]
fn a_nul_is_in_no_raw_path() {
    let mut environ = Request::blank("/a?b").into_environ();
    for path in ["/%00", "/a%00b", "/a\0b"] {
        let error = environ.set_raw_path(path).unwrap_err();
        assert_eq!(error.status(), 400, "{path:?}");
        assert_eq!(environ.uri(), "/a?b");
    }
    environ.set_raw_path("/a%2500").unwrap();
    assert_eq!(environ.var("PATH_INFO").unwrap(), "/a%00", "no NUL");
}

#[test]
fn variables_may_be_set_in_any_order() -> Result<()> {
    let mut environ = hostless(ServerInfo::default());
    environ.change_server(|_| ServerInfo::default());
    environ.set_var("REMOTE_PORT", Some(b"4711"))?;
    assert_eq!(environ.var("REMOTE_PORT").unwrap(), "4711");
    environ.set_var("REMOTE_ADDR", Some(b"192.0.2.7"))?;
    assert_eq!(
        environ.server().peer().unwrap().to_string(),
        "192.0.2.7:4711"
    );
    environ.set_var("REMOTE_PORT", None)?;
    assert_eq!(environ.var("REMOTE_PORT"), None);
    environ.set_var("REMOTE_PORT", Some(b"80"))?;
    assert_eq!(environ.server().peer().unwrap().to_string(), "192.0.2.7:80");
    Ok(())
}

/// The variables that nginx sends with its `fastcgi_params`.
#[test]
fn a_front_on_a_unix_socket_has_no_addresses() -> Result<()> {
    let mut environ = Request::blank("/").into_environ();
    #[rustfmt::skip]
    let told = [
        ("REMOTE_PORT", ""),
        ("REMOTE_ADDR", "unix:"),
        ("SERVER_PORT", ""),
        ("SERVER_ADDR", "unix:/run/front.sock"),
    ];
    for (name, value) in told {
        environ.set_var(name, Some(value.as_bytes()))?;
    }
    assert_eq!(environ.server().peer(), Some(&Address::Unix(None)));
    let local = Address::Unix(Some("/run/front.sock".into()));
    assert_eq!(environ.server().local(), Some(&local));
    assert_eq!(environ.var("REMOTE_ADDR").unwrap(), "");
    assert_eq!(environ.var("SERVER_PORT").unwrap(), "80");
    assert_eq!(
        (environ.var("REMOTE_PORT"), environ.var("SERVER_ADDR")),
        (None, None)
    );
    Ok(())
}

#[test]
fn what_https_says() {
    for (value, scheme) in [
        ("on", "https"),
        ("1", "https"),
        ("off", "http"),
        ("OFF", "http"),
        ("", "http"),
    ] {
        let mut request = Request::blank("/");
        request
            .environ_mut()
            .set_var("HTTPS", Some(value.as_bytes()))
            .unwrap();
        assert_eq!(request.scheme(), scheme, "{value:?}");
    }
}

#[test]
fn the_mount_stays_with_a_path_that_begins_with_it() -> Result<()> {
    #[rustfmt::skip]
    let cases = [
        ("/app/new%2F",  "/app", "/new%2F", "escapes stay"),
        ("/app",         "/app", "",        "the mount itself"),
        ("/other",       "",     "/other",  "a path outside the mount"),
        ("/application", "",     "/application", "a path that only begins like the mount"),
        ("/app/a?b",     "/app", "/a%3Fb",  "a path has no query"),
    ];
    for (path, script_name, path_info, why) in cases {
        let mut environ = Request::blank("/app/old?q").into_environ();
        environ.set_raw_script_name("/app")?;
        environ.set_raw_path(path)?;
        assert_eq!(environ.raw_script_name(), script_name, "{why}");
        assert_eq!(environ.raw_path_info(), path_info, "{why}");
        assert_eq!(environ.query_string(), "q", "{why}");
    }
    Ok(())
}

#[test]
fn a_body_is_held_to_what_was_promised_of_it() {
    let read = |body: Body| std::io::read_to_string(body.into_reader()).ok();
    let pieces = || Body::iterator(["ab", "cd"]);
    #[rustfmt::skip]
    let cases = [
        (Body::exact(4, pieces()),         Some("abcd"), "the promised length is true"),
        (Body::exact(5, pieces()),         None,         "a byte short"),
        (Body::exact(3, pieces()),         None,         "a byte long"),
        (Body::exact(0, Body::empty()),    Some(""),     "nothing"),
        (Body::exact(1, Body::empty()),    None,         "an empty body with a promised length"),
        (Body::exact(4, "abcd"),           Some("abcd"), "bytes that are there"),
        (pieces().at_most(4),              Some("abcd"), "at the limit"),
        (pieces().at_most(3),              None,         "one past it"),
        (Body::from("abcd").at_most(3),    None,         "one past it, known beforehand"),
        (Body::empty().at_most(0),         Some(""),     "nothing at all"),
    ];
    for (body, want, why) in cases {
        assert_eq!(read(body).as_deref(), want, "{why}");
    }
}

#[test]
fn a_body_that_is_changed_keeps_its_length_where_it_has_one() {
    #[rustfmt::skip]
    let cases: [(Change, Option<&str>, &str); 4] = [
        (|body| body,                             Some("4"), "the same body"),
        (|body| body.at_most(9),                  Some("4"), "limited"),
        (|_| "other".into(),                      None,      "another length"),
        (|body| Body::chain([body, "x".into()]),  None,      "a longer body"),
    ];
    for (change, declared, why) in cases {
        let request = Request::blank("/")
            .with_body("four")
            .with_header("content-length", "4");
        let mut environ = request.into_environ();
        environ.map_body(change);
        let header = environ.headers().get("content-length");
        assert_eq!(
            header.map(|value| value.to_str().unwrap()),
            declared,
            "{why}"
        );
    }
}

#[test]
fn the_size_of_a_head_is_the_edges_to_limit() {
    let app = (async || "hello").into_application();
    let limits = Limits::default()
        .with_target_bytes(4)
        .with_header_fields(2)
        .with_field_bytes(8);
    #[rustfmt::skip]
    let cases: [(&str, Fields, u16, &str); 6] = [
        ("/abc",  &[],                                     200, "a target at the limit"),
        ("/abcd", &[],                                     414, "one past it"),
        ("/",     &[("a", "b"), ("c", "d")],               200, "fields at the limit"),
        ("/",     &[("a", "b"), ("c", "d"), ("e", "f")],   431, "one past it"),
        ("/",     &[("a", "1234567")],                     200, "a field at the limit"),
        ("/",     &[("a", "12345678")],                    431, "one past it"),
    ];
    for (target, fields, status, why) in cases {
        let mut request = http::Request::get(target);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let server_info = ServerInfo::default().with_limits(limits.clone());
        let environ = Environ::new(request.body(Body::empty()).unwrap(), server_info);
        assert_eq!(block_on(call(&app, environ)).status(), status, "{why}");
    }
}
