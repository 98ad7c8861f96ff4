//! Trust in proxies: what is believed, what a client can forge, and what stays.

use std::net::IpAddr;

use rustzeug::Request;
use rustzeug::Router;
use rustzeug::gateway::Address;
use rustzeug::gateway::Application;
use rustzeug::gateway::ServerInfo;
use rustzeug::http::HeaderName;
use rustzeug::http::HeaderValue;
use rustzeug::middleware::BeforeProxyFix;
use rustzeug::middleware::ProxyFix;

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/behind_proxy.rs"]
pub(crate) mod behind_proxy;

/// The facts that a handler sees.
fn facts(request: &Request) -> String {
    let client = request.client_ip();
    let client = client.map_or_else(|| "nobody".to_owned(), |client| client.to_string());
    format!("{client} {}", request.url())
}

fn peer(text: &str) -> ServerInfo {
    let info = ServerInfo::new("inside", 8000);
    match text {
        "unix" => info.with_peer(Address::Unix(None)),
        ip => info.with_peer(ip.parse::<IpAddr>().unwrap()),
    }
}

type Pairs<'p> = &'p [(&'p str, &'p str)];

fn request(headers: Pairs<'_>) -> Request {
    let mut request = Request::blank("/page")
        .with_server(peer("10.0.0.9"))
        .with_header("host", "inside:8000");
    for (name, value) in headers {
        request = request.with_appended_header(*name, *value);
    }
    request
}

fn seen(app: &impl Application, request: Request) -> String {
    let mut response = request.send(app).wait().unwrap();
    assert_eq!(response.status(), 200);
    response.read_text().wait().unwrap()
}

#[test]
fn the_log_of_the_server_is_told_the_client() {
    use rustzeug::IntoApplication;
    use rustzeug::gateway::{LogNote, StartResponse};
    let noting = async |_: rustzeug::gateway::Environ, start_response: StartResponse| {
        let mut reply = start_response.start(200, ())?.body("hello");
        reply
            .extensions_mut()
            .insert(LogNote::default().with_user("ann"));
        Ok::<_, rustzeug::Error>(reply)
    };
    let app = ProxyFix::new()
        .with_for(1)
        .with_proto(1)
        .around(noting.into_application());
    let told = ("x-forwarded-for", "6.6.6.6, 1.1.1.1");
    let cases: [(Pairs<'_>, bool, Option<&str>, &str); 4] = [
        (
            &[told],
            true,
            Some("1.1.1.1"),
            "the address that is trusted",
        ),
        (&[("x-forwarded-proto", "https")], true, None, "no address"),
        (&[], true, None, "nothing"),
        (&[told], false, None, "a server without a log"),
    ];
    for (headers, has_log, want, why) in cases {
        let server = peer("10.0.0.9").with_log_notes(has_log);
        let request = request(headers).with_server(server);
        let response = crate::common::serve(&app, request);
        let note = response.extensions().get::<LogNote>().unwrap();
        let client = note.client().map(|client| client.to_string());
        assert_eq!(
            (client.as_deref(), note.user()),
            (want, Some("ann")),
            "{why}"
        );
    }
}

const SAME: &str = "10.0.0.9 http://inside:8000/page";

#[test]
fn nothing_is_believed_by_default() {
    let headers = [
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.org"),
        ("x-forwarded-port", "1"),
        ("x-forwarded-prefix", "/evil"),
        ("forwarded", "for=1.1.1.1;host=evil.org;proto=https"),
        ("x-real-ip", "1.1.1.1"),
        ("x-forwarded-ssl", "on"),
        ("x-forwarded-scheme", "https"),
        ("x-forwarded-server", "evil.org"),
        ("x-script-name", "/evil"),
        ("script-name", "/evil"),
        ("x_forwarded_for", "1.1.1.1"),
        ("x_forwarded_proto", "https"),
        ("client-ip", "1.1.1.1"),
        ("cf-connecting-ip", "1.1.1.1"),
    ];
    assert_eq!(
        seen(&ProxyFix::new().around(facts), request(&headers)),
        SAME
    );
    let all = ProxyFix::new()
        .with_for(1)
        .with_proto(1)
        .with_host(1)
        .with_port(1)
        .with_prefix(1);
    assert_eq!(
        seen(&all.around(facts), request(&headers[5..])),
        SAME,
        "no other header has a say"
    );
}

#[test]
fn forwarded_is_an_alternative_and_never_merged() {
    #[rustfmt::skip]
    let cases: &[(usize, Pairs<'_>, &str, &str)] = &[
        (1, &[("forwarded", "for=1.1.1.1;proto=https;host=a.org")], "1.1.1.1 https://a.org/page", "one proxy"),
        (1, &[("forwarded", "for=6.6.6.6;host=evil.org, for=1.1.1.1")], "1.1.1.1 http://inside:8000/page", "the client has sent the first"),
        (2, &[("forwarded", "for=6.6.6.6, for=1.1.1.1;proto=https, for=10.0.0.1;proto=http")], "1.1.1.1 https://inside:8000/page", "two proxies"),
        (2, &[("forwarded", "for=6.6.6.6"), ("forwarded", "for=1.1.1.1, for=10.0.0.1")], "1.1.1.1 http://inside:8000/page", "two lines"),
        (3, &[("forwarded", "for=1.1.1.1, for=10.0.0.1")], SAME, "too few"),
        (0, &[("forwarded", "for=1.1.1.1")], SAME, "no proxy"),
        (1, &[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-proto", "https")], SAME, "the other headers are not read"),
        (1, &[("forwarded", "proto=https"), ("x-forwarded-for", "6.6.6.6")], "10.0.0.9 https://inside:8000/page", "never merged"),
        (1, &[("forwarded", r#"for="[2001:db8::1]:4711""#)], "2001:db8::1 http://inside:8000/page", "IPv6 with a port"),
        (1, &[("forwarded", r#"for="[::ffff:1.1.1.1]""#)], "1.1.1.1 http://inside:8000/page", "an IPv4 client, as a proxy on IPv6 sees it"),
        (1, &[("forwarded", "for=1.1.1.1;proto=javascript")], "1.1.1.1 http://inside:8000/page", "not a scheme of this server"),
        (1, &[("forwarded", r#"For="192.0.2.1:_port";Proto=HTTPS"#)], "192.0.2.1 https://inside:8000/page", "an obfuscated port; any case"),
        (1, &[("forwarded", "for=unknown;proto=https")], "10.0.0.9 https://inside:8000/page", "an unknown client"),
        (1, &[("forwarded", "for=_hidden")], SAME, "an obfuscated client"),
        (1, &[("forwarded", r#"for="[fe80::1%25eth0]""#)], SAME, "a zone"),
        (1, &[("forwarded", "for=[::1]")], SAME, "brackets need quotes"),
        (1, &[("forwarded", "for=1.1.1.1;for=2.2.2.2")], SAME, "twice"),
        (1, &[("forwarded", "host=\"a.org, b.org\"")], SAME, "two hosts"),
        (1, &[("forwarded", "host=\"a.org/evil\";for=1.1.1.1")], "1.1.1.1 http://inside:8000/page", "not a host"),
        (1, &[("forwarded", "for=\"6.6.6.6, for=1.1.1.1")], "1.1.1.1 http://inside:8000/page", "an open quote of the client hides nothing"),
        (1, &[("forwarded", ",,;;=, for=1.1.1.1")], "1.1.1.1 http://inside:8000/page", "garbage of the client"),
        (1, &[("forwarded", "for=1.1.1.1,")], "1.1.1.1 http://inside:8000/page", "RFC 9110 §5.6.1.2: empty elements do not count"),
    ];
    for (proxies, headers, want, why) in cases {
        let app = ProxyFix::new()
            .with_for(1)
            .with_proto(1)
            .with_forwarded(*proxies)
            .around(facts);
        assert_eq!(seen(&app, request(headers)), *want, "{headers:?}: {why}");
    }
}

#[test]
fn networks_decide_who_is_believed_and_who_is_the_client() {
    const NETWORKS: [&str; 3] = ["10.0.0.0/8", "2001:db8::/32", "unix"];
    #[rustfmt::skip]
    let cases = [
        ("10.0.0.9",  "6.6.6.6, 1.1.1.1, 10.0.0.1", "1.1.1.1", "the first stranger from the right"),
        ("10.0.0.9",  "1.1.1.1",                    "1.1.1.1", "one proxy"),
        ("10.0.0.9",  "10.0.0.1, 10.0.0.2",         "10.0.0.1", "all are ours: a client inside"),
        ("10.0.0.9",  "6.6.6.6, unknown, 10.0.0.1", "10.0.0.1", "nobody known has written what is left of it"),
        ("10.0.0.9",  "unknown",                    "10.0.0.9", "not an address"),
        ("10.0.0.9",  "",                           "10.0.0.9", "empty"),
        ("10.0.0.9",  "1.1.1.1:80, [2001:db8::1]:4711", "1.1.1.1", "ports and brackets"),
        ("9.9.9.9",   "1.1.1.1",                    "9.9.9.9", "a stranger is not believed"),
        ("unix",      "1.1.1.1",                    "1.1.1.1", "a Unix socket"),
        ("::ffff:10.0.0.9", "1.1.1.1",              "1.1.1.1", "a mapped address"),
        ("10.0.0.9",  "::ffff:1.1.1.1, ::ffff:10.0.0.1", "1.1.1.1", "mapped by a proxy"),
    ];
    let fix = ProxyFix::new()
        .with_proto(1)
        .with_networks(NETWORKS)
        .unwrap();
    for (from, addresses, want, why) in cases {
        let headers = [
            ("x-forwarded-for", addresses),
            ("x-forwarded-proto", "https"),
        ];
        let request = request(&headers).with_server(peer(from));
        let scheme = if from == "9.9.9.9" { "http" } else { "https" };
        let want = format!("{want} {scheme}://inside:8000/page");
        assert_eq!(
            seen(&fix.clone().around(facts), request),
            want,
            "{from} {addresses}: {why}"
        );
    }
    let forwarded = "for=6.6.6.6;host=evil.org, for=1.1.1.1;host=a.org, for=10.0.0.1;host=b.org";
    let app = fix.clone().with_forwarded(1).around(facts);
    let told = seen(&app, request(&[("forwarded", forwarded)]));
    assert_eq!(
        told, "1.1.1.1 http://a.org/page",
        "the element of the client decides"
    );
    let stranger = request(&[("forwarded", forwarded)]).with_server(peer("9.9.9.9"));
    assert_eq!(seen(&app, stranger), "9.9.9.9 http://inside:8000/page");
    assert!(ProxyFix::new().with_networks(["10.0.0.0/40"]).is_err());
    assert!(
        ProxyFix::new().with_networks([""; 0]).is_err(),
        "none would trust everybody"
    );
}

#[test]
fn the_prefix_is_the_mount_and_escapes_are_kept() {
    #[rustfmt::skip]
    let cases = [
        ("/app",          "/a%2Fb?q", "/app",          "/a%2Fb", "the mount"),
        ("/caf%C3%A9",    "/x",       "/caf%C3%A9",    "/x",     "percent-encoded"),
        ("/app/",         "/",        "/app",          "/",      "a slash at the end"),
        ("/",             "/x",       "",              "/x",     "the root"),
        ("/a/../b",       "/x",       "",              "/x",     "dots"),
        ("/%2e%2E/b",     "/x",       "",              "/x",     "dots to a browser"),
        ("/a/.%2e",       "/x",       "",              "/x",     "and half of them"),
        ("/%2e%2e%2fb",   "/x",       "/%2e%2e%2fb",   "/x",     "one segment, which only begins with dots"),
        ("//evil.org/a",  "/x",       "",              "/x",     "a link to another site"),
        ("/a//b",         "/x",       "",              "/x",     "an empty segment"),
        ("/a%00b",        "/x",       "",              "/x",     "NUL"),
        ("/a?b",          "/x",       "",              "/x",     "a query"),
        ("/a\\b",         "/x",       "",              "/x",     "a separator for browsers"),
        ("http://evil/",  "/x",       "",              "/x",     "a URL"),
    ];
    for (prefix, path, script_name, path_info, why) in cases {
        let app = ProxyFix::new().with_prefix(1).around(|request: &Request| {
            format!(
                "{} {} {}",
                request.raw_script_name(),
                request.raw_path_info(),
                request.query_string()
            )
        });
        let request = Request::blank(path).with_header("x-forwarded-prefix", prefix);
        let query = if path.contains('?') { "q" } else { "" };
        assert_eq!(
            seen(&app, request),
            format!("{script_name} {path_info} {query}"),
            "{prefix}: {why}"
        );
    }
}

#[test]
fn a_router_inside_matches_and_builds_urls_below_the_prefix() {
    let app = Router::new()
        .get("/page", |request: &Request| request.url_for("page", ()))
        .name("page");
    let app = ProxyFix::new()
        .with_prefix(1)
        .with_host(1)
        .with_proto(1)
        .around(app);
    let headers = [
        ("x-forwarded-prefix", "/app"),
        ("x-forwarded-host", "a.org"),
        ("x-forwarded-proto", "https"),
    ];
    assert_eq!(seen(&app, request(&headers)), "/app/page");
}

#[test]
fn the_host_of_a_target_in_absolute_form_is_replaced_too() {
    let app = ProxyFix::new().with_host(1).around(facts);
    let absolute = Request::blank("http://inside:8000/page?q")
        .with_server(peer("10.0.0.9"))
        .with_header("x-forwarded-host", "a.org");
    assert_eq!(seen(&app, absolute), "10.0.0.9 http://a.org/page?q");
    let port = ProxyFix::new().with_port(1).with_proto(1).around(facts);
    let absolute = Request::blank("http://[::1]:8000/page")
        .with_server(peer("10.0.0.9"))
        .with_header("x-forwarded-proto", "https")
        .with_header("x-forwarded-port", "443");
    assert_eq!(seen(&port, absolute), "10.0.0.9 https://[::1]/page");
}

#[test]
fn what_was_before_stays_readable() {
    let app = ProxyFix::new()
        .with_for(1)
        .with_proto(1)
        .with_host(1)
        .with_prefix(1)
        .around(|request: &Request| {
            let Some(before) = request.extensions().get::<BeforeProxyFix>() else {
                return "the same".to_owned();
            };
            let peer = before.peer().and_then(Address::ip).unwrap();
            let scheme = before.server().scheme();
            let host = before.host().unwrap().to_str().unwrap();
            format!("{peer} {scheme} {host} {:?}", before.raw_script_name())
        });
    let headers = [
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "a.org"),
        ("x-forwarded-prefix", "/app"),
    ];
    assert_eq!(
        seen(&app, request(&headers)),
        r#"10.0.0.9 http inside:8000 """#
    );
    assert_eq!(seen(&app, request(&[])), "the same");
}

#[test]
fn settings_are_read_from_text() {
    let all: ProxyFix = "for=1,proto=2,host=3,port=4,prefix=5".parse().unwrap();
    let same = ProxyFix::new()
        .with_for(1)
        .with_proto(2)
        .with_host(3)
        .with_port(4)
        .with_prefix(5);
    assert_eq!(all, same);
    assert_eq!("".parse::<ProxyFix>().unwrap(), ProxyFix::new());
    for wrong in [
        "for",
        "for=",
        "for=-1",
        "for=x",
        "real-ip=1",
        "for=1;proto=1",
    ] {
        assert!(wrong.parse::<ProxyFix>().is_err(), "{wrong}");
    }
}

#[test]
fn whatever_is_sent_the_answer_is_the_applications() {
    const NAMES: [&str; 6] = [
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-prefix",
        "forwarded",
    ];
    const LIKELY: [&str; 8] = [
        "1.1.1.1",
        "[::1]:80",
        "https",
        "a.org:8443",
        "/app",
        "for=\"[::1]\"",
        ",",
        "\"",
    ];
    arbtest::arbtest(|u| {
        let mut request = Request::blank("/page").with_server(peer("10.0.0.9"));
        for _ in 0..u.int_in_range(0..=8)? {
            let name = HeaderName::from_static(u.choose(&NAMES)?);
            let value: Vec<u8> = if u.arbitrary()? {
                u.choose(&LIKELY)?.as_bytes().to_vec()
            } else {
                u.arbitrary()?
            };
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                request = request.with_appended_header(name, value);
            }
        }
        let proxies = u.int_in_range(0..=3)?;
        let mut fix = ProxyFix::new()
            .with_for(proxies)
            .with_proto(proxies)
            .with_host(proxies)
            .with_port(proxies)
            .with_prefix(proxies);
        if u.arbitrary()? {
            fix = fix.with_forwarded(proxies);
        }
        if u.arbitrary()? {
            fix = fix.with_networks(["10.0.0.0/8"]).unwrap();
        }
        let told = seen(&fix.around(facts), request);
        assert!(
            told.ends_with("/page") && !told.contains(char::is_control),
            "{told:?}"
        );
        Ok(())
    });
}

#[test]
fn the_example_behind_a_proxy() {
    let app = behind_proxy::app();
    let headers = [
        ("x-forwarded-for", "6.6.6.6, 203.0.113.7"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "example.org"),
        ("x-forwarded-prefix", "/app"),
    ];
    let told = seen(&app, request(&headers));
    assert_eq!(told, "203.0.113.7 asks for https://example.org/app/page\n");
    assert_eq!(
        seen(&app, request(&[])),
        "10.0.0.9 asks for http://inside:8000/page\n"
    );
}
