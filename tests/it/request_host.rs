//! The host of a request: which one it names, and which ones are refused.

use rustzeug::IntoApplication;
use rustzeug::gateway::ServerInfo;
use rustzeug::http;

use crate::common::serve;
use crate::request::parsed;

fn https() -> ServerInfo {
    ServerInfo::new("server.net", 443).with_scheme("https")
}

#[test]
fn the_host_is_what_the_client_asked_for() {
    let server = || ServerInfo::new("server.net", 8000);
    #[rustfmt::skip]
    let cases = [
        ("/",                   Some("example.org"),      server(), ("example.org", "example.org", 80),             "without a port, the port of the scheme, not of the server"),
        ("/",                   Some("Example.ORG:8000"), server(), ("Example.ORG:8000", "example.org", 8000),      "case is kept in the host, not in the domain"),
        ("/",                   Some("example.org:80"),   server(), ("example.org", "example.org", 80),             "the default port is left out"),
        ("/",                   Some("example.org:443"),  server(), ("example.org:443", "example.org", 443),        "443 is not the default port of http"),
        ("/",                   Some("example.org:443"),  https(),  ("example.org", "example.org", 443),            "443 is the default port of https"),
        ("/",                   Some("example.org:80"),   https(),  ("example.org:80", "example.org", 80),          "80 is not the default port of https"),
        ("/",                   Some("example.org"),      https(),  ("example.org", "example.org", 443),            "https without a port"),
        ("/",                   Some("example.org:"),     server(), ("example.org", "example.org", 80),             "an empty port is ignored"),
        ("/",                   Some("[::1]"),            server(), ("[::1]", "[::1]", 80),                         "IPv6"),
        ("/",                   Some("[::1]:8000"),       server(), ("[::1]:8000", "[::1]", 8000),                  "IPv6 with a port"),
        ("/",                   Some("[2001:DB8::A]:80"), server(), ("[2001:DB8::A]", "[2001:db8::a]", 80),         "IPv6 with the default port"),
        ("/",                   Some("127.0.0.1:8000"),   server(), ("127.0.0.1:8000", "127.0.0.1", 8000),          "IPv4"),
        ("/",                   Some("my_host.local"),    server(), ("my_host.local", "my_host.local", 80),         "row 59: an underscore"),
        ("http://a.org:81/",    Some("b.org"),            server(), ("a.org:81", "a.org", 81),                      "RFC 9112 §3.2.2: the target has priority over `Host`"),
        ("http://a.org/",       None,                     server(), ("a.org", "a.org", 80),                         "absolute form alone"),
        ("http://[::1]:81/",    Some("b.org"),            server(), ("[::1]:81", "[::1]", 81),                      "absolute form, IPv6"),
        ("/",                   None,                     server(), ("server.net:8000", "server.net", 8000),        "no Host: the server's own"),
        ("/",                   None,                     https(),  ("server.net", "server.net", 443),              "no Host: the server's own, without its default port"),
        ("/",                   Some(""),                 server(), ("server.net:8000", "server.net", 8000),        "an empty Host names none"),
    ];
    for (target, host, server_info, want, why) in cases {
        let scheme = server_info.scheme();
        let request = parsed(target, host.map(str::as_bytes), server_info);
        let got = (&*request.host(), &*request.domain(), request.port());
        assert_eq!(got, want, "{target} with Host {host:?}: {why}");
        assert_eq!(
            request.host_url(),
            format!("{scheme}://{}", want.0),
            "{why}"
        );
    }
}

#[test]
fn the_own_name_of_a_server_on_ipv6_is_bracketed() {
    // RFC 3875 §4.1.14; servers know their address as a number.
    let request = parsed("/", None, ServerInfo::new("::1", 8000));
    assert_eq!(request.host_url(), "http://[::1]:8000");
}

#[test]
fn a_host_that_is_none_is_never_reflected_and_refused_at_the_edge() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str); 16] = [
        (b"::1",                "row 58: IPv6 without brackets"),
        (b"evil.com/path",      "row 60: a slash"),
        (b"a.com:80:80",        "row 61: two ports"),
        (b"user@evil.com",      "row 62: user info"),
        (b"evil.com?",          "a query"),
        (b"evil.com#",          "a fragment"),
        (b"evil.com\\x",        "a backslash"),
        (b"a b",                "a space"),
        (b"a\tb",               "a tab"),
        (b"a.com:65536",        "a port too high"),
        (b"a.com:+80",          "a port with a sign"),
        (b"a.com:x",            "a port that is not a number"),
        (b"[::1",               "an open bracket"),
        (b"[::1%25eth0]",       "a zone"),
        (b"\xe9.com",           "a letter beyond ASCII"),
        (b"a%zz.com",           "half an escape"),
    ];
    let app = (|| "reached").into_application();
    for (host, why) in cases {
        let request = parsed("/x", Some(host), ServerInfo::default());
        let got = (&*request.host(), &*request.domain(), request.url());
        assert_eq!(
            got,
            ("localhost", "localhost", "http://localhost/x".into()),
            "{why}"
        );
        assert_eq!(serve(&app, request).status(), 400, "{why}");
    }
}

#[test]
fn two_hosts_are_refused_at_the_edge() {
    let app = (|| "reached").into_application();
    // RFC 9112 §3.2: "any request message that contains more than one Host header field line".
    let mut request = parsed("/", Some(b"a.org"), ServerInfo::default());
    let second = http::HeaderValue::from_static("b.org");
    request.headers_mut().append("host", second);
    assert_eq!(serve(&app, request).status(), 400, "two Host lines");
}

#[test]
fn user_info_in_the_target_is_refused_at_the_edge() {
    let app = (|| "reached").into_application();
    // RFC 9110 §4.2.4.
    let request = parsed(
        "http://user@evil.com/",
        Some(b"a.org"),
        ServerInfo::default(),
    );
    assert_eq!(
        &*request.host(),
        "localhost",
        "the invalid host is not repeated"
    );
    assert_eq!(
        serve(&app, request).status(),
        400,
        "user info in the target"
    );
}
