//! Connections over TLS: what the application sees, and how they begin and end.

use std::io::Read;
use std::io::Write;
use std::time::Duration;

use rustls::version::TLS13;
use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Server;
use rustzeug::server::Listener;
use rustzeug::server::Protocol;
use rustzeug::server::ServerLimits;

use crate::support::Files;
use crate::support::Served;
use crate::support::get;
use crate::support::record;

#[test]
fn the_application_knows_the_scheme_and_the_client() {
    let files = Files::new("localhost");
    let seen = |request: &Request| {
        let ip = request.client_ip().map(|ip| ip.to_string());
        format!("{} {}", request.url(), ip.unwrap_or_default())
    };
    let served = Served::new(
        files.tls().unwrap(),
        rustzeug::handler::by_ref(seen).into_application(),
    );
    let answer = get(served.connect("localhost", &files.der), "/x");
    assert!(
        answer.ends_with("\r\n\r\nhttps://localhost/x 127.0.0.1"),
        "{answer}"
    );
}

#[test]
fn http_2_is_chosen_in_the_handshake() {
    let files = Files::new("localhost");
    let served = Served::new(files.tls().unwrap(), (|| "hello").into_application());
    let cases: [(&[&str], Option<&str>); 4] = [
        (&["h2", "http/1.1"], Some("h2")),
        (&["http/1.1"], Some("http/1.1")),
        (&["http/1.1", "h2"], Some("h2")),
        (&[], None),
    ];
    for (offered, chosen) in cases {
        let client = served
            .connect_by("localhost", &files.der, offered, &[&TLS13])
            .unwrap();
        assert_eq!(
            client.conn.alpn_protocol(),
            chosen.map(str::as_bytes),
            "{offered:?}"
        );
    }
    let mut client = served
        .connect_by("localhost", &files.der, &["h2"], &[&TLS13])
        .unwrap();
    client
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    let mut frame = [0; 9];
    client.read_exact(&mut frame).unwrap();
    assert_eq!(
        frame[3], 4,
        "the server begins with its settings: {frame:?}"
    );
}

#[test]
fn http_without_tls_is_told_so() {
    let files = Files::new("localhost");
    let served = Served::new(files.tls().unwrap(), (|| "hello").into_application());
    for request in [
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut client = served.tcp();
        client.write_all(request.as_bytes()).unwrap();
        client.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{answer}"
        );
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(body.contains("https://"), "{answer}");
        assert!(
            head.contains(&format!("Content-Length: {}\r\n", body.len())),
            "{answer}"
        );
    }
}

#[test]
fn fastcgi_works_over_tls_too() {
    let files = Files::new("localhost");
    let listener = Listener::tcp("127.0.0.1:0").unwrap();
    let listener = listener.with_protocol(Protocol::FastCgi);
    let server = Server::on(listener.with_tls(files.tls().unwrap()));
    let seen = |request: &Request| format!("{} {}", request.method(), request.path());
    let served = Served::by(server, rustzeug::handler::by_ref(seen).into_application());
    let request = [
        record(1, &[0, 1, 0, 0, 0, 0, 0, 0]),
        record(4, b"\x0e\x03REQUEST_METHODGET\x09\x02PATH_INFO/x"),
        record(4, b""),
        record(5, b""),
    ];
    let mut client = served.connect("localhost", &files.der);
    client.write_all(&request.concat()).unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer);
    assert!(text.contains("\r\n\r\nGET /x"), "{text}");
    assert!(answer.ends_with(&record(3, &[0; 8])), "{text}");
}

#[test]
fn silence_and_garbage_end_in_time() {
    let files = Files::new("localhost");
    let limits = ServerLimits::default().with_handshake_timeout(Duration::from_millis(200));
    let served = Served::with_limits(
        files.tls().unwrap(),
        limits,
        (|| "hello").into_application(),
    );
    for sent in [
        &b""[..],
        b"\x16",
        b"\x16\x03\x01\x02\0\x01\0\x01",
        b"\x16garbage garbage",
        b"\0\0\0\0",
    ] {
        let mut client = served.tcp();
        client.write_all(sent).unwrap();
        // An alert may come first.
        let mut answer = Vec::new();
        let _ = client.read_to_end(&mut answer);
        assert!(answer.len() < 20, "{sent:?}: {answer:?}");
    }
}

#[test]
fn silent_handshakes_delay_nobody() {
    let files = Files::new("localhost");
    let limits = ServerLimits::default().with_handshakes(20);
    let served = Served::with_limits(
        files.tls().unwrap(),
        limits,
        (|| "hello").into_application(),
    );
    let silent: Vec<_> = (0..60).map(|_| served.tcp()).collect();
    let answer = get(served.connect("localhost", &files.der), "/");
    assert!(answer.ends_with("hello"), "{answer}");
    drop(silent);
}

#[test]
fn a_long_response_is_whole() {
    let files = Files::new("localhost");
    let long = || Response::text("x".repeat(8 << 20));
    let served = Served::new(files.tls().unwrap(), long.into_application());
    let answer = get(served.connect("localhost", &files.der), "/");
    assert_eq!(answer.split_once("\r\n\r\n").unwrap().1.len(), 8 << 20);
}
