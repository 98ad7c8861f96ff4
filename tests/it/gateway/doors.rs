//! What servers outside of the crate are given.

use std::net::IpAddr;

use rustzeug::gateway::{Address, Body, Environ, Facts, Limits, Refused, block_on, call};
use rustzeug::{IntoApplication, Request, Result, http};

type Change = fn(Body) -> Body;
type Fields = &'static [(&'static str, &'static str)];

/// The environ of a request that came over a connection, of HTTP/1.1 and without a `Host`.
fn hostless(facts: Facts) -> Environ {
    let peer: IpAddr = [192, 0, 2, 7].into();
    let request = http::Request::new(Body::empty());
    Environ::new(request, facts.with_peer(peer))
}

#[test]
fn a_front_has_answered_for_the_host() {
    let app = (async || "hello").into_application();
    #[rustfmt::skip]
    let cases = [
        (Facts::default(),                  400, true,  "nobody has looked at it"),
        (Facts::default().with_front(true), 200, false, "the front has"),
    ];
    for (facts, status, refused, why) in cases {
        let response = block_on(call(&app, hostless(facts)));
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
    assert_eq!(request.client_addr().unwrap().to_string(), "192.0.2.7");
    let facts = request.environ().facts();
    assert_eq!(facts.peer().unwrap().to_string(), "192.0.2.7:4711");
    assert_eq!(facts.local(), Some(&Address::Ip("::1".parse().unwrap())));
    assert_eq!(
        (facts.server_name(), facts.server_port()),
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
        ("SERVER_PORT",     "65536",         "one too many"),
        ("SERVER_PROTOCOL", "INCLUDED",      "no version of HTTP"),
        ("REQUEST_URI",     "x",             "no slash"),
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
fn variables_may_be_set_in_any_order() -> Result<()> {
    let mut environ = hostless(Facts::default());
    environ.change_facts(|_| Facts::default());
    environ.set_var("REMOTE_PORT", Some(b"4711"))?;
    assert_eq!(environ.var("REMOTE_PORT").unwrap(), "4711");
    environ.set_var("REMOTE_ADDR", Some(b"192.0.2.7"))?;
    assert_eq!(
        environ.facts().peer().unwrap().to_string(),
        "192.0.2.7:4711"
    );
    environ.set_var("REMOTE_PORT", None)?;
    assert_eq!(environ.var("REMOTE_PORT"), None);
    environ.set_var("REMOTE_PORT", Some(b"80"))?;
    assert_eq!(environ.facts().peer().unwrap().to_string(), "192.0.2.7:80");
    Ok(())
}

/// What nginx sends as `fastcgi_params` has it.
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
    assert_eq!(environ.facts().peer(), Some(&Address::Unix(None)));
    let local = Address::Unix(Some("/run/front.sock".into()));
    assert_eq!(environ.facts().local(), Some(&local));
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
        ("/other",       "",     "/other",  "it is left"),
        ("/application", "",     "/application", "it only looks alike"),
        ("/app/a?b",     "/app", "/a%3Fb",  "a path has no query"),
    ];
    for (path, script_name, path_info, why) in cases {
        let mut environ = Request::blank("/app/old?q").into_environ();
        environ.set_script_name("/app")?;
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
        (Body::exact(4, pieces()),         Some("abcd"), "as long as was said"),
        (Body::exact(5, pieces()),         None,         "a byte short"),
        (Body::exact(3, pieces()),         None,         "a byte long"),
        (Body::exact(0, Body::empty()),    Some(""),     "nothing"),
        (Body::exact(1, Body::empty()),    None,         "nothing, and something was said"),
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
        (|body| body,                             Some("4"), "the same"),
        (|body| body.at_most(9),                  Some("4"), "limited"),
        (|_| "other".into(),                      None,      "another length"),
        (|body| Body::chain([body, "x".into()]),  None,      "a longer one"),
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
        let facts = Facts::default().with_limits(limits.clone());
        let environ = Environ::new(request.body(Body::empty()).unwrap(), facts);
        assert_eq!(block_on(call(&app, environ)).status(), status, "{why}");
    }
}
