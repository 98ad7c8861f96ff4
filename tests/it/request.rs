//! The location and sender of a request: path, host, URL, client.

use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::ServerInfo;
use rustzeug::http;

use crate::common::Log;
use crate::common::serve;

/// A request as a server has parsed it.
pub(crate) fn parsed(target: &str, host: Option<&[u8]>, server_info: ServerInfo) -> Request {
    let mut request = http::Request::new(Body::empty());
    *request.uri_mut() = target.parse().unwrap();
    if let Some(host) = host {
        let host = http::HeaderValue::from_bytes(host).unwrap();
        request.headers_mut().insert("host", host);
    }
    Request::new(Environ::new(request, server_info))
}

#[test]
fn the_path_is_decoded_once_and_split_at_the_mount() {
    #[rustfmt::skip]
    let cases = [
        ("/",                  "",            ["", "/", "/", ""],                      "the root"),
        ("/a%20b?c=d%20e",     "",            ["", "/a b", "/a%20b", "c=d%20e"],       "the query stays as it was sent"),
        ("/a+b",               "",            ["", "/a+b", "/a+b", ""],                "a plus is no space in a path"),
        ("/a%2Fb",             "",            ["", "/a/b", "/a%2Fb", ""],              "only the raw path keeps an escaped slash"),
        ("/a%252Fb",           "",            ["", "/a%2Fb", "/a%252Fb", ""],          "decoded once"),
        ("/%ff",               "",            ["", "/\u{fffd}", "/%ff", ""],           "row 64: invalid UTF-8 is not an error"),
        ("/%zz/100%",          "",            ["", "/%zz/100%", "/%zz/100%", ""],      "bad escapes stay"),
        ("//evil.com/x",       "",            ["", "//evil.com/x", "//evil.com/x", ""], "row 65: slashes are kept"),
        ("/a/../b/./c",        "",            ["", "/a/../b/./c", "/a/../b/./c", ""],  "dot segments are not resolved"),
        ("/?a?b/c",            "",            ["", "/", "/", "a?b/c"],                 "the first question mark ends the path"),
        ("http://a.org",       "",            ["", "/", "/", ""],                      "absolute form without a path"),
        ("http://a.org/x?y",   "",            ["", "/x", "/x", "y"],                   "absolute form"),
        ("/blog/2026",         "/blog",       ["/blog", "/2026", "/blog/2026", ""],    "mounted"),
        ("/blog",              "/blog",       ["/blog", "", "/blog", ""],              "the mount itself"),
        ("/blog/",             "/blog",       ["/blog", "/", "/blog/", ""],            "the mount as a directory"),
        ("/caf%C3%A9/x",       "/caf%C3%A9",  ["/café", "/x", "/caf%C3%A9/x", ""],     "the mount is decoded too"),
        ("/a%2Fb/c",           "/a%2Fb",      ["/a/b", "/c", "/a%2Fb/c", ""],          "the split is made in the raw path"),
    ];
    for (target, mount, want, why) in cases {
        let mut request = parsed(target, None, ServerInfo::default());
        request.environ_mut().set_raw_script_name(mount).unwrap();
        let got = [
            &*request.script_name(),
            request.path(),
            request.raw_path(),
            request.query_string(),
        ];
        assert_eq!(got, want, "{target} at {mount:?}: {why}");
    }
}

#[test]
fn the_strict_path_is_utf8_or_a_400() {
    #[rustfmt::skip]
    let cases = [
        ("/caf%C3%A9", Ok("/café"),  "UTF-8"),
        ("/%ff",       Err(400),     "a byte that is not UTF-8"),
        ("/%C0%AF",    Err(400),     "row 7: an overlong slash"),
        ("/%ED%A0%80", Err(400),     "a surrogate"),
    ];
    for (target, want, why) in cases {
        let request = parsed(target, None, ServerInfo::default());
        let got = request.path_utf8();
        let got = got.as_deref().map_err(|error| error.status().as_u16());
        assert_eq!(got, want, "{target}: {why}");
    }
}

#[test]
fn a_nul_in_the_path_is_a_400() {
    // Many programs end a text at NUL, so a path with NUL could mean another path to them.
    let app = (|| "reached").into_application();
    let response = serve(&app, parsed("/a%00b", None, ServerInfo::default()));
    assert_eq!(response.status(), 400);
}

#[test]
fn urls_are_built_of_validated_encoded_parts() {
    let here = Some("example.org:8000");
    #[rustfmt::skip]
    let cases = [
        ("/",               None, "",      ["http://localhost", "http://localhost/", "http://localhost/"],                                         "the root"),
        ("/x?",             None, "",      ["http://localhost", "http://localhost/x", "http://localhost/x?"],                                      "an empty query is a query"),
        ("/b/a%20b?q=1",    here, "/b",    ["http://example.org:8000/b", "http://example.org:8000/b/a%20b", "http://example.org:8000/b/a%20b?q=1"], "mounted"),
        ("//evil.com/x",    None, "",      ["http://localhost", "http://localhost//evil.com/x", "http://localhost//evil.com/x"],                    "a path that looks like a host"),
        ("/%E9%00",         None, "",      ["http://localhost", "http://localhost/%E9%00", "http://localhost/%E9%00"],                              "escapes stay as they were sent"),
        ("http://a.org?x",  here, "",      ["http://a.org", "http://a.org/", "http://a.org/?x"],                                                    "absolute form without a path"),
    ];
    for (target, host, mount, want, why) in cases {
        let mut request = parsed(target, host.map(str::as_bytes), ServerInfo::default());
        request.environ_mut().set_raw_script_name(mount).unwrap();
        let got = [request.application_url(), request.path_url(), request.url()];
        assert_eq!(got, want, "{target}: {why}");
    }
}

#[test]
fn the_url_of_an_asterisk_has_no_path() {
    // RFC 9112 §3.3: "then the combined path and query component is empty". `http://localhost*` would name another
    // host.
    let request = parsed("*", None, ServerInfo::default());
    assert_eq!(request.url(), "http://localhost");
}

#[test]
fn references_are_resolved_against_the_request_and_the_mount() {
    let mut request = parsed("/blog/2026/7?x", Some(b"a.org"), ServerInfo::default());
    request.environ_mut().set_raw_script_name("/blog").unwrap();
    #[rustfmt::skip]
    let cases = [
        ("",          "http://a.org/blog/2026/7?x",  "http://a.org/blog/",       "itself"),
        ("8",         "http://a.org/blog/2026/8",    "http://a.org/blog/8",      "a neighbour"),
        ("../i.png",  "http://a.org/blog/i.png",     "http://a.org/i.png",       "upwards"),
        ("../../../../i", "http://a.org/i",          "http://a.org/i",           "not beyond the root"),
        ("/i.png",    "http://a.org/i.png",          "http://a.org/i.png",       "from the root"),
        ("?y",        "http://a.org/blog/2026/7?y",  "http://a.org/blog/?y",     "another query"),
        ("#part",     "http://a.org/blog/2026/7?x#part", "http://a.org/blog/#part", "a fragment"),
        ("a b/ü",     "http://a.org/blog/2026/a%20b/%C3%BC", "http://a.org/blog/a%20b/%C3%BC", "encoded"),
        ("//b.org/x", "http://b.org/x",              "http://b.org/x",           "an absolute URL of another host"),
        ("mailto:a@b", "mailto:a@b",                 "mailto:a@b",               "another scheme"),
    ];
    for (reference, want, want_application, why) in cases {
        assert_eq!(
            request.relative_url(reference),
            want,
            "{reference:?}: {why}"
        );
        let got = request.relative_application_url(reference);
        assert_eq!(got, want_application, "{reference:?}: {why}");
    }
}

#[test]
fn the_client_is_who_connected_whatever_headers_say() {
    let peer = |address: &str| {
        ServerInfo::default().with_peer(address.parse::<std::net::SocketAddr>().unwrap())
    };
    let unix = ServerInfo::default().with_peer(rustzeug::gateway::Address::Unix(None));
    #[rustfmt::skip]
    let cases = [
        (ServerInfo::default(),         None,               "no peer is declared"),
        (peer("192.0.2.7:5000"),   Some("192.0.2.7"),  "IPv4"),
        (peer("[2001:db8::1]:5"),  Some("2001:db8::1"), "IPv6"),
        (unix,                     None,               "a unix socket"),
    ];
    for (server_info, want, why) in cases {
        let request = parsed("/", None, server_info)
            .with_header("x-forwarded-for", "6.6.6.6")
            .with_header("x-real-ip", "6.6.6.6")
            .with_header("forwarded", "for=6.6.6.6;host=evil.org;proto=https")
            .with_header("x-forwarded-host", "evil.org")
            .with_header("x-forwarded-proto", "https");
        let got = request.client_ip().map(|address| address.to_string());
        assert_eq!(got.as_deref(), want, "{why}");
        assert_eq!(request.url(), "http://localhost/", "{why}");
    }
}

#[test]
fn the_method_is_as_it_was_sent() {
    let mut request = Request::blank("/").with_method("get");
    assert_eq!(request.method(), "get", "methods are case-sensitive");
    request.set_method(http::Method::PATCH);
    assert_eq!(request.method(), http::Method::PATCH);
}

#[test]
fn a_bad_header_is_refused_and_nothing_is_set() {
    let log = Log::default();
    let mut request = Request::blank("/").with_server(log.server());
    #[rustfmt::skip]
    let cases = [
        ("x",       "a\r\nb: c", "CR LF"),
        ("x",       "a\nb",      "a bare LF"),
        ("x",       "a\0",       "NUL"),
        ("x y",     "a",         "a space in the name"),
        ("x:",      "a",         "a colon in the name"),
        ("",        "a",         "no name"),
        ("x\r\ny",  "a",         "CR LF in the name"),
    ];
    for (name, value, why) in cases {
        let error = request.set_header(name, value).unwrap_err();
        assert_eq!(error.status(), 500, "{why}");
        assert!(request.headers().is_empty(), "{why}");
    }
    request
        .set_header("x", "1")
        .unwrap()
        .set_header("X", "2")
        .unwrap();
    assert_eq!(
        request.headers().get_all("x").iter().count(),
        1,
        "replaced, in any case"
    );
}
