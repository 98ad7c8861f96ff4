//! The environ under its CGI names: their values, the names of headers, and what can be set.

use std::net::Ipv4Addr;

use rustzeug::Request;
use rustzeug::gateway::Address;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::ServerInfo;
use rustzeug::http;
use rustzeug::http::HeaderName;
use rustzeug::http::HeaderValue;
use rustzeug::http::Version;

use super::Lines;

fn server_info() -> ServerInfo {
    ServerInfo::new("example.org", 8443)
        .with_scheme("HTTPS")
        .with_peer(std::net::SocketAddr::from((Ipv4Addr::LOCALHOST, 4711)))
        .with_local(std::net::SocketAddr::from((Ipv4Addr::LOCALHOST, 8443)))
}

pub(super) fn var(request: &Request, name: &str) -> Option<String> {
    request.environ().var(name).map(Into::into)
}

#[test]
fn answers_to_every_name() {
    let mut request = Request::blank("/wiki/Front%20page?a=%20&b")
        .with_method("POST")
        .with_header("content-type", "text/plain")
        .with_header("content-length", "4")
        .with_header("accept", "*/*")
        .with_server(server_info());
    request.environ_mut().set_raw_script_name("/wiki").unwrap();
    #[rustfmt::skip]
    let cases = [
        ("REQUEST_METHOD",      Some("POST"),          "as sent"),
        ("SCRIPT_NAME",         Some("/wiki"),         "the mount"),
        ("PATH_INFO",           Some("/Front page"),   "decoded"),
        ("QUERY_STRING",        Some("a=%20&b"),       "raw"),
        ("CONTENT_TYPE",        Some("text/plain"),    "without HTTP_"),
        ("CONTENT_LENGTH",      Some("4"),             "without HTTP_"),
        ("SERVER_NAME",         Some("example.org"),   "a fact"),
        ("SERVER_PORT",         Some("8443"),          "a fact"),
        ("SERVER_PROTOCOL",     Some("HTTP/1.1"),      "the version of the client"),
        ("SERVER_SOFTWARE",     Some(concat!("rustzeug/", env!("CARGO_PKG_VERSION"))), "RFC 3875 §4.1.17"),
        ("SERVER_ADDR",         Some("127.0.0.1"),     "a fact"),
        ("GATEWAY_INTERFACE",   Some("CGI/1.1"),       "RFC 3875 §4.1.4"),
        ("REMOTE_ADDR",         Some("127.0.0.1"),     "the peer"),
        ("REMOTE_PORT",         Some("4711"),          "the peer"),
        ("REQUEST_URI",         Some("/wiki/Front%20page?a=%20&b"), "raw, mount and query included"),
        ("REQUEST_SCHEME",      Some("https"),         "lower case, however it was declared"),
        ("HTTPS",               Some("on"),            "only with https"),
        ("HTTP_ACCEPT",         Some("*/*"),           "a header"),
        ("HTTP_CONTENT_TYPE",   None,                  "has its own name"),
        ("HTTP_CONTENT_LENGTH", None,                  "has its own name"),
        ("HTTP_HOST",           None,                  "G6: no header, no variable"),
        ("HTTP_",               None,                  "a header needs a name"),
        ("HTTP_Accept",         None,                  "names are upper-case"),
        ("http_accept",         None,                  "names are upper-case"),
        ("REMOTE_USER",         None,                  "it was not declared"),
        ("PATH",                None,                  "granian #878: nothing of the process"),
        ("",                    None,                  "no name"),
    ];
    for (name, want, why) in cases {
        assert_eq!(var(&request, name).as_deref(), want, "{name}: {why}");
    }
}

#[test]
fn leaves_out_what_a_request_has_not() {
    let request = Request::blank("/");
    #[rustfmt::skip]
    let cases = [
        ("SCRIPT_NAME",     Some(""),          "G5: empty"),
        ("PATH_INFO",       Some("/"),         "the root"),
        ("QUERY_STRING",    Some(""),          "RFC 3875 §4.1.7: empty, never absent"),
        ("CONTENT_TYPE",    None,              "G5: absent"),
        ("CONTENT_LENGTH",  None,              "G5: absent"),
        ("SERVER_NAME",     Some("localhost"), "G4: never empty"),
        ("SERVER_PORT",     Some("80"),        "G4: never empty"),
        ("HTTPS",           None,              "not even `off`, which many programs read as true"),
        ("REMOTE_ADDR",     None,              "no peer"),
        ("SERVER_ADDR",     None,              "not declared"),
    ];
    for (name, want, why) in cases {
        assert_eq!(var(&request, name).as_deref(), want, "{name}: {why}");
    }
    let unix = request.with_server(ServerInfo::new("", 80).with_peer(Address::Unix(None)));
    assert_eq!(
        var(&unix, "SERVER_NAME").as_deref(),
        Some("localhost"),
        "never empty"
    );
    assert_eq!(
        var(&unix, "REMOTE_ADDR").as_deref(),
        Some(""),
        "RFC 3875 §4.1.8: never absent; a unix socket has no address"
    );
}

#[test]
fn names_the_protocol_that_was_spoken() {
    for (version, want) in [
        (Version::HTTP_09, "HTTP/0.9"),
        (Version::HTTP_10, "HTTP/1.0"),
        (Version::HTTP_11, "HTTP/1.1"),
        (Version::HTTP_2, "HTTP/2.0"),
        (Version::HTTP_3, "HTTP/3.0"),
    ] {
        let request = http::Request::builder()
            .version(version)
            .body(Body::empty());
        let environ = Environ::new(request.unwrap(), ServerInfo::default());
        assert_eq!(environ.var("SERVER_PROTOCOL").unwrap(), want);
    }
}

/// The value of a variable if the request has these headers.
fn sees(lines: &[(&'static str, &'static str)], name: &str) -> Option<String> {
    let request = lines
        .iter()
        .fold(Request::blank("/"), |request, (name, value)| {
            request.with_appended_header(*name, *value)
        });
    let listed = request
        .environ()
        .vars()
        .find(|(listed, _)| listed == name)
        .map(|(_, value)| value.into_owned());
    let read = var(&request, name);
    assert_eq!(listed, read, "{name}: `vars` and `var` agree");
    read
}

#[test]
fn maps_headers_to_names_that_cannot_be_spoofed() {
    #[rustfmt::skip]
    let cases: [(Lines, &str, Option<&str>, &str); 17] = [
        (&[("x-auth-user", "ada")],                           "HTTP_X_AUTH_USER", Some("ada"),        "a dash"),
        (&[("x_auth_user", "root")],                          "HTTP_X_AUTH_USER", None,               "CVE-2015-0219"),
        (&[("x-auth_user", "root")],                          "HTTP_X_AUTH_USER", None,               "one of each"),
        (&[("x_auth_user", "root"), ("x-auth-user", "ada")],  "HTTP_X_AUTH_USER", Some("ada"),        "never joined"),
        (&[("x.auth.user", "root")],                          "HTTP_X_AUTH_USER", None,               "a token, and no letter"),
        (&[("x!auth", "root")],                               "HTTP_X!AUTH",      None,               "letters, digits and dashes only"),
        (&[("proxy", "http://evil")],                         "HTTP_PROXY",       None,               "httpoxy"),
        (&[("proxy-authorization", "x")],                     "HTTP_PROXY_AUTHORIZATION", Some("x"),  "only the name `Proxy` is excluded"),
        (&[("script-name", "/x")],                            "SCRIPT_NAME",      Some(""),           "never from a header"),
        (&[("script-name", "/x")],                            "HTTP_SCRIPT_NAME", Some("/x"),         "an ordinary header"),
        (&[("x-2", "b")],                                     "HTTP_X_2",         Some("b"),          "digits"),
        (&[("accept", "a"), ("accept", "b")],                 "HTTP_ACCEPT",      Some("a, b"),       "RFC 9110 §5.3"),
        (&[("cookie", "a=1"), ("cookie", "b=2")],             "HTTP_COOKIE",      Some("a=1; b=2"),   "RFC 9113 §8.2.3"),
        (&[("x-a", ""), ("x-a", "")],                         "HTTP_X_A",         Some(", "),         "empty lines are lines"),
        (&[("x-a", "")],                                      "HTTP_X_A",         Some(""),           "presence mirrors the header"),
        (&[("content-type", "a/b")],                          "CONTENT_TYPE",     Some("a/b"),        "its own name"),
        (&[("content_type", "a/b")],                          "CONTENT_TYPE",     None,               "underscore"),
    ];
    for (lines, name, want, why) in cases {
        assert_eq!(
            sees(lines, name).as_deref(),
            want,
            "{lines:?} as {name}: {why}"
        );
    }
}

#[test]
fn keeps_headers_without_a_variable_under_their_own_names() {
    for name in [
        "x_auth_user",
        "proxy",
        "x.y",
        "x!#$%&'*+.^`|~",
        "script_name",
    ] {
        let request = Request::blank("/").with_header(name, "kept");
        assert_eq!(request.headers()[name], "kept");
        let variables: Vec<_> = request.environ().vars().collect();
        assert!(
            variables.iter().all(|(_, value)| value != "kept"),
            "{name}: {variables:?}"
        );
    }
}

#[test]
fn maps_headers_with_long_names() {
    for length in [1, 63, 64, 65, 200] {
        let name = "x".repeat(length);
        let header = HeaderName::try_from(name.as_str()).unwrap();
        let request = Request::blank("/").with_header(header, "here");
        let name = format!("HTTP_{}", name.to_uppercase());
        assert_eq!(
            var(&request, &name).as_deref(),
            Some("here"),
            "G6: {length} bytes"
        );
    }
}

#[test]
fn gives_bytes_as_they_are_and_text_without_fail() {
    let value = HeaderValue::from_bytes(b"caf\xe9").unwrap();
    let request = Request::blank("/%FF").with_header("x-a", value);
    let environ = request.environ();
    assert_eq!(*environ.var_bytes("HTTP_X_A").unwrap(), *b"caf\xe9");
    assert_eq!(environ.var("HTTP_X_A").unwrap(), "caf\u{fffd}");
    assert_eq!(*environ.var_bytes("PATH_INFO").unwrap(), *b"/\xff");
    assert_eq!(environ.var("PATH_INFO").unwrap(), "/\u{fffd}");
}

#[test]
fn lists_every_variable_once() {
    let mut request = Request::blank("/p?q")
        .with_header("accept", "a")
        .with_appended_header("accept", "b")
        .with_header("x_y", "hidden");
    let environ = request.environ_mut();
    environ
        .set_var("REMOTE_USER", Some("ada".as_bytes()))
        .unwrap();
    environ
        .set_var("SERVER_NAME", Some("other".as_bytes()))
        .unwrap();
    let mut names: Vec<_> = environ
        .vars()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    names.sort();
    #[rustfmt::skip]
    assert_eq!(names, [
        "GATEWAY_INTERFACE=CGI/1.1", "HTTP_ACCEPT=a, b", "PATH_INFO=/p", "QUERY_STRING=q",
        "REMOTE_USER=ada", "REQUEST_METHOD=GET", "REQUEST_SCHEME=http", "REQUEST_URI=/p?q",
        "SCRIPT_NAME=", "SERVER_NAME=other", "SERVER_PORT=80", "SERVER_PROTOCOL=HTTP/1.1",
        concat!("SERVER_SOFTWARE=rustzeug/", env!("CARGO_PKG_VERSION")),
    ]);
}
