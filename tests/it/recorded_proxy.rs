//! What the `ProxyFix` of Werkzeug 3.1.9 makes of requests, recorded by `tests/oracle/record_proxy.py`; and what is made of
//! them here: the same, or there is a reason.

use std::net::IpAddr;

use rustzeug::Request;
use rustzeug::gateway::ServerInfo;
use rustzeug::middleware::ProxyFix;

use crate::common::Recorded;

/// The numbers of for, proto, host, port and prefix; the headers; the address, scheme, host, port and script name after
/// Werkzeug and after this crate; why, where they differ.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("00000", "X-Forwarded-For: 1.1.1.1|X-Forwarded-Proto: https|X-Forwarded-Host: a.org|X-Forwarded-Port: 8443|X-Forwarded-Prefix: /app", "10.0.0.9 http inside:8000 8000 /old", "10.0.0.9 http inside:8000 8000 /old", ""),
    ("11111", "X-Forwarded-For: 1.1.1.1|X-Forwarded-Proto: https|X-Forwarded-Host: a.org|X-Forwarded-Port: 8443|X-Forwarded-Prefix: /app", "1.1.1.1 https a.org:8443 8443 /app", "1.1.1.1 https a.org:8443 8443 /app", ""),
    ("11111", "", "10.0.0.9 http inside:8000 8000 /old", "10.0.0.9 http inside:8000 8000 /old", ""),
    ("10000", "X-Forwarded-For: 6.6.6.6, 1.1.1.1", "1.1.1.1 http inside:8000 8000 /old", "1.1.1.1 http inside:8000 8000 /old", ""),
    ("20000", "X-Forwarded-For: 6.6.6.6, 1.1.1.1, 10.0.0.1", "1.1.1.1 http inside:8000 8000 /old", "1.1.1.1 http inside:8000 8000 /old", ""),
    ("30000", "X-Forwarded-For: 6.6.6.6, 1.1.1.1", "10.0.0.9 http inside:8000 8000 /old", "10.0.0.9 http inside:8000 8000 /old", ""),
    ("10000", "X-Forwarded-For: 6.6.6.6|X-Forwarded-For: 1.1.1.1", "1.1.1.1 http inside:8000 8000 /old", "1.1.1.1 http inside:8000 8000 /old", ""),
    ("10000", "X-Forwarded-For: 1.1.1.1,", "1.1.1.1 http inside:8000 8000 /old", "10.0.0.9 http inside:8000 8000 /old", "the nearest value is empty, so no proxy of that number has written one"),
    ("20000", "X-Forwarded-For: 1.1.1.1,", "10.0.0.9 http inside:8000 8000 /old", "1.1.1.1 http inside:8000 8000 /old", "the second value from the right, empty ones counted"),
    ("10000", "X-Forwarded-For: ", "10.0.0.9 http inside:8000 8000 /old", "10.0.0.9 http inside:8000 8000 /old", ""),
    ("10000", "X-Forwarded-For: unknown", "unknown http inside:8000 8000 /old", "10.0.0.9 http inside:8000 8000 /old", "not an address"),
    ("10000", "X-Forwarded-For: _hidden", "_hidden http inside:8000 8000 /old", "10.0.0.9 http inside:8000 8000 /old", "not an address"),
    ("10000", "X-Forwarded-For: 1.1.1.1:4711", "1.1.1.1:4711 http inside:8000 8000 /old", "1.1.1.1 http inside:8000 8000 /old", "without the port"),
    ("10000", "X-Forwarded-For: 2001:db8::1", "2001:db8::1 http inside:8000 8000 /old", "2001:db8::1 http inside:8000 8000 /old", ""),
    ("10000", "X-Forwarded-For: [2001:db8::1]:4711", "[2001:db8::1]:4711 http inside:8000 8000 /old", "2001:db8::1 http inside:8000 8000 /old", "without brackets and port"),
    ("10000", "X-Forwarded-For: fe80::1%eth0", "fe80::1%eth0 http inside:8000 8000 /old", "10.0.0.9 http inside:8000 8000 /old", "a zone means something on the proxy only"),
    ("10000", "X-Forwarded-For: 1.1.1.1 2.2.2.2", "1.1.1.1 2.2.2.2 http inside:8000 8000 /old", "10.0.0.9 http inside:8000 8000 /old", "not an address"),
    ("01000", "X-Forwarded-Proto: HTTPS", "10.0.0.9 HTTPS inside:8000 8000 /old", "10.0.0.9 https inside:8000 8000 /old", "one spelling inside"),
    ("01000", "X-Forwarded-Proto: gopher", "10.0.0.9 gopher inside:8000 8000 /old", "10.0.0.9 http inside:8000 8000 /old", "not a scheme of the web"),
    ("01000", "X-Forwarded-Proto: http, https", "10.0.0.9 https inside:8000 8000 /old", "10.0.0.9 https inside:8000 8000 /old", ""),
    ("00100", "X-Forwarded-Host: a.org:8443", "10.0.0.9 http a.org:8443 8443 /old", "10.0.0.9 http a.org:8443 8000 /old", "the server's own port stays"),
    ("00100", "X-Forwarded-Host: [::1]:8443", "10.0.0.9 http [::1]:8443 8443 /old", "10.0.0.9 http [::1]:8443 8000 /old", "the server's own port stays"),
    ("00100", "X-Forwarded-Host: [::1]", "10.0.0.9 http [::1] 8000 /old", "10.0.0.9 http [::1] 8000 /old", ""),
    ("00100", "X-Forwarded-Host: a.org/evil", "10.0.0.9 http a.org/evil 8000 /old", "10.0.0.9 http inside:8000 8000 /old", "not a host"),
    ("00100", "X-Forwarded-Host: user@a.org", "10.0.0.9 http user@a.org 8000 /old", "10.0.0.9 http inside:8000 8000 /old", "not a host"),
    ("00100", "X-Forwarded-Host: evil.org, a.org", "10.0.0.9 http a.org 8000 /old", "10.0.0.9 http a.org 8000 /old", ""),
    ("00010", "X-Forwarded-Port: 8443", "10.0.0.9 http inside:8443 8443 /old", "10.0.0.9 http inside:8443 8443 /old", ""),
    ("00010", "X-Forwarded-Port: 0", "10.0.0.9 http inside:0 0 /old", "10.0.0.9 http inside:8000 8000 /old", "not a port"),
    ("00010", "X-Forwarded-Port: 65536", "10.0.0.9 http inside:65536 65536 /old", "10.0.0.9 http inside:8000 8000 /old", "not a port"),
    ("00010", "X-Forwarded-Port: x", "10.0.0.9 http inside:x x /old", "10.0.0.9 http inside:8000 8000 /old", "not a port"),
    ("01010", "X-Forwarded-Proto: https|X-Forwarded-Port: 443", "10.0.0.9 https inside:443 443 /old", "10.0.0.9 https inside:443 443 /old", ""),
    ("00110", "X-Forwarded-Host: a.org:1|X-Forwarded-Port: 2", "10.0.0.9 http a.org:2 2 /old", "10.0.0.9 http a.org:2 2 /old", ""),
    ("00110", "X-Forwarded-Host: [::1]:1|X-Forwarded-Port: 2", "10.0.0.9 http [::1]:2 2 /old", "10.0.0.9 http [::1]:2 2 /old", ""),
    ("00001", "X-Forwarded-Prefix: /app", "10.0.0.9 http inside:8000 8000 /app", "10.0.0.9 http inside:8000 8000 /app", ""),
    ("00001", "X-Forwarded-Prefix: /app/", "10.0.0.9 http inside:8000 8000 /app/", "10.0.0.9 http inside:8000 8000 /app", "a mount has no slash at its end"),
    ("00001", "X-Forwarded-Prefix: /", "10.0.0.9 http inside:8000 8000 /", "10.0.0.9 http inside:8000 8000 ", "the root is the empty mount"),
    ("00001", "X-Forwarded-Prefix: app", "10.0.0.9 http inside:8000 8000 app", "10.0.0.9 http inside:8000 8000 /old", "not a path"),
    ("00001", "X-Forwarded-Prefix: //evil.org", "10.0.0.9 http inside:8000 8000 //evil.org", "10.0.0.9 http inside:8000 8000 /old", "its links would lead to evil.org"),
    ("00001", "X-Forwarded-Prefix: /a, /b", "10.0.0.9 http inside:8000 8000 /b", "10.0.0.9 http inside:8000 8000 /b", ""),
];

fn fixed(numbers: &str, headers: &str) -> String {
    let hops: Vec<_> = numbers
        .bytes()
        .map(|digit| usize::from(digit - b'0'))
        .collect();
    let fix = ProxyFix::new()
        .with_for(hops[0])
        .with_proto(hops[1])
        .with_host(hops[2])
        .with_port(hops[3])
        .with_prefix(hops[4]);
    let app = fix.around(|request: &Request| {
        let names = [
            "REMOTE_ADDR",
            "REQUEST_SCHEME",
            "HTTP_HOST",
            "SERVER_PORT",
            "SCRIPT_NAME",
        ];
        names
            .map(|name| request.environ().var(name).unwrap_or_default().into_owned())
            .join(" ")
    });
    let server = ServerInfo::new("inside", 8000).with_peer("10.0.0.9".parse::<IpAddr>().unwrap());
    let mut request = Request::blank("/old/page")
        .with_server(server)
        .with_header("host", "inside:8000");
    for header in headers.split('|').filter(|header| !header.is_empty()) {
        let (name, value) = header.split_once(": ").unwrap();
        request = request.with_appended_header(name, value);
    }
    request.environ_mut().set_raw_script_name("/old").unwrap();
    request
        .send(&app)
        .wait()
        .unwrap()
        .read_text()
        .wait()
        .unwrap()
}

#[test]
fn requests_are_fixed_as_recorded() {
    let mut recorded = Recorded::default();
    for (numbers, headers, werkzeug, ours, why) in ROWS {
        let what = format!("{numbers} {headers}");
        recorded.row(&what, &fixed(numbers, headers), &[werkzeug], [ours, why]);
    }
    recorded.hold();
}
