//! The PROXY protocol: who a request comes from, and what becomes of connections without a right header.

use std::io::Write;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustzeug::server::{Listener, ServerLimits};
use rustzeug::{IntoApplication, Request, Server};

use super::unix_sockets::Folder;
use super::{End, Running, Served, status};
use crate::waiting::PATIENCE;
use crate::waiting::until;

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// Who asks, and where.
fn ends(request: &Request) -> String {
    let environ = request.environ();
    let var = |name: &str| environ.var(name).unwrap_or_default().into_owned();
    let ends = [
        var("REMOTE_ADDR"),
        var("REMOTE_PORT"),
        environ.server().server_name().to_owned(),
    ];
    format!("{} {}", ends.join(" "), environ.server().server_port())
}

fn served(trusted: &str, limits: ServerLimits) -> Served {
    let listener = Listener::tcp("127.0.0.1:0").unwrap();
    let server = Server::on(listener.with_proxy_protocol(trusted.split(',')).unwrap());
    Served::by(server.with_server_limits(limits), ends.into_application())
}

fn second(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [
        b"\r\n\r\n\0\r\nQUIT\n",
        &[command, family][..],
        &length,
        rest,
    ]
    .concat()
}

#[test]
fn the_header_of_a_trusted_proxy_names_the_client() {
    let four = b"\xcb\0\x71\x09\x0a\0\0\x02\x10\xe1\x01\xbb";
    let own = "127.0.0.1";
    let cases = [
        (
            b"PROXY TCP4 203.0.113.9 10.0.0.2 4321 443\r\n".to_vec(),
            "203.0.113.9 4321 10.0.0.2 443",
            "version 1",
        ),
        (
            b"PROXY TCP6 2001:db8::9 ::1 4321 443\r\n".to_vec(),
            "2001:db8::9 4321 [::1] 443",
            "IPv6",
        ),
        (
            b"PROXY TCP6 ::ffff:203.0.113.7 ::ffff:127.0.0.1 4321 443\r\n".to_vec(),
            "203.0.113.7 4321 127.0.0.1 443",
            "IPv4, as a proxy that listens on IPv6 sees it",
        ),
        (
            second(0x21, 0x11, four),
            "203.0.113.9 4321 10.0.0.2 443",
            "version 2",
        ),
        (
            second(0x21, 0x11, &[&four[..], b"\x01\0\x02h2"].concat()),
            "203.0.113.9 4321 10.0.0.2 443",
            "with an extension",
        ),
        (
            b"PROXY UNKNOWN\r\n".to_vec(),
            own,
            "the proxy does not know",
        ),
        (
            second(0x20, 0, b""),
            own,
            "the proxy itself asks, for a health check",
        ),
    ];
    let served = served("10.0.0.0/8, 127.0.0.0/8", ServerLimits::default());
    for (header, want, why) in cases {
        let mut client = served.connect();
        // Byte by byte: the header is cut anywhere.
        for byte in &header {
            client.0.write_all(&[*byte]).unwrap();
        }
        client.send(GET);
        let answer = client.rest();
        assert_eq!(status(&answer), 200, "{why}: {answer}");
        let body = answer.split("\r\n\r\n").nth(1).unwrap();
        assert!(body.starts_with(want), "{why}: {body}");
    }
    let mut client = served.connect();
    client.send(&format!(
        "PROXY TCP4 203.0.113.9 10.0.0.2 4321 443\r\n{GET}"
    ));
    assert!(
        client.rest().ends_with("203.0.113.9 4321 10.0.0.2 443"),
        "in one piece with the request"
    );
}

#[test]
fn a_header_of_a_stranger_is_a_bad_request() {
    let served = served("10.0.0.0/8", ServerLimits::default());
    let mut client = served.connect();
    client.send("PROXY TCP4 10.0.0.1 10.0.0.2 4321 443\r\n");
    client.send(GET);
    let answer = client.rest();
    assert_eq!(
        status(&answer),
        400,
        "nobody can forge an address: {answer}"
    );
    let answer = served.get("/");
    assert!(
        answer.contains("\r\n\r\n127.0.0.1 "),
        "served as it comes: {answer}"
    );
}

#[test]
fn without_a_right_header_a_connection_from_a_proxy_is_closed() {
    let mut served = served("127.0.0.1", ServerLimits::default());
    let cases = [
        (GET, "missing"),
        ("PROXY TCP4 10.0.0.1 10.0.0.2 4321\r\n", "wrong"),
        (
            "PROXY UNKNOWN ................................................................................................\r\n",
            "too long",
        ),
    ];
    for (sent, why) in cases {
        let mut client = served.connect();
        client.send(sent);
        let (answer, end) = client.ending();
        assert_eq!(answer, "", "{why}");
        assert_ne!(end, End::Open, "{why}");
    }
    let mut cut = served.connect();
    cut.send("PROXY TCP4 10.0.");
    cut.0.shutdown(Shutdown::Write).unwrap();
    assert_eq!(cut.ending(), (String::new(), End::Closed), "cut");
    let log = served.end();
    let warning = "the connection does not begin with a PROXY header";
    assert_eq!(log.matches(warning).count(), 1, "it is said once: {log}");
}

#[test]
fn a_header_must_arrive_in_time() {
    let limits = ServerLimits::default().with_handshake_timeout(Duration::from_millis(100));
    let served = served("127.0.0.1", limits);
    let mut client = served.connect();
    client.send("PROXY TCP4 ");
    assert_eq!(
        client.ending(),
        (String::new(), End::Closed),
        "limit `handshake_timeout`"
    );
}

#[test]
fn at_the_limit_of_handshakes_the_oldest_makes_room() {
    let served = served("127.0.0.1", ServerLimits::default().with_handshakes(2));
    let mut clients = [served.connect(), served.connect()];
    until("both are open", || served.monitor.counters().open == 2);
    let mut third = served.connect();
    assert_eq!(
        clients[0].ending(),
        (String::new(), End::Closed),
        "the oldest"
    );
    for client in [&mut clients[1], &mut third] {
        client.send("PROXY UNKNOWN\r\n");
        client.send(GET);
        assert_eq!(status(&client.rest()), 200, "the others");
    }
}

#[test]
fn a_stopping_server_does_not_wait_for_headers() {
    let mut served = served(
        "127.0.0.1",
        ServerLimits::default().with_closing_notice(Duration::ZERO),
    );
    let mut client = served.connect();
    client.send("PROXY ");
    until("it is open", || served.monitor.counters().open == 1);
    served.end();
    // The end is a reset if the server has not read the six bytes yet.
    assert_eq!(client.ending().0, "");
}

#[test]
fn on_a_unix_socket_every_connection_has_a_header() {
    let folder = Folder::new();
    let path = folder.path("app.sock");
    let listener = Listener::unix(&path)
        .unwrap()
        .with_proxy_protocol(["unix"])
        .unwrap();
    let _running = Running::new(Server::on(listener), ends.into_application());
    let mut client = UnixStream::connect(&path).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    client
        .write_all(format!("PROXY TCP4 203.0.113.9 10.0.0.2 4321 443\r\n{GET}").as_bytes())
        .unwrap();
    let answer = std::io::read_to_string(client).unwrap();
    assert!(
        answer.ends_with("203.0.113.9 4321 10.0.0.2 443"),
        "{answer}"
    );
}

#[test]
fn a_text_that_is_not_a_network_is_an_error() {
    let error = Listener::tcp("127.0.0.1:0")
        .unwrap()
        .with_proxy_protocol(["10.0.0.0/33"])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`10.0.0.0/33` is not a network: write `10.0.0.0/8`, `2001:db8::/32`, `127.0.0.1` or `unix`"
    );
}
