//! Clients that read slowly or not at all. TLS holds the last records of a response until the kernel takes them.

use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::time::Duration;

use rustls::version::TLS13;
use rustzeug::IntoApplication;
use rustzeug::Response;
use rustzeug::Server;
use rustzeug::server::Listener;
use rustzeug::server::Protocol;
use rustzeug::server::ServerLimits;
use socket2::Domain;
use socket2::Socket;
use socket2::Type;

use crate::support::Client;
use crate::support::Files;
use crate::support::PATIENCE;
use crate::support::Served;
use crate::support::record;
use crate::support::secured;
use crate::support::until;

/// More than the small buffers of both kernels hold, and less than TLS holds beside them.
const SIZE: usize = 60_000;

const BUFFER: usize = 8 << 10;

fn socket() -> Socket {
    Socket::new(Domain::IPV4, Type::STREAM, None).unwrap()
}

/// Serves responses of `size` bytes.
fn served(files: &Files, limits: ServerLimits, protocol: Protocol, size: usize) -> Served {
    let socket = socket();
    // Connections inherit the size.
    socket.set_send_buffer_size(BUFFER).unwrap();
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(&anywhere.into()).unwrap();
    socket.listen(16).unwrap();
    let listener = Listener::from(std::net::TcpListener::from(socket)).with_protocol(protocol);
    let long = move || Response::text("x".repeat(size));
    let server = Server::on(listener.with_tls(files.tls().unwrap()));
    Served::by(server.with_server_limits(limits), long.into_application())
}

/// A client that has sent a request.
fn asking(served: &Served, files: &Files, request: &[u8]) -> Client {
    let socket = socket();
    socket.set_recv_buffer_size(BUFFER).unwrap();
    socket.connect(&served.address.into()).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let stream = TcpStream::from(socket);
    let mut client = secured(stream, "localhost", &files.der, &[], &[&TLS13]).unwrap();
    client.write_all(request).unwrap();
    client
}

const KEPT: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

const CLOSED: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// A request of FastCGI, after which the connection is kept or closed.
fn fastcgi(keeps: bool) -> Vec<u8> {
    let records = [
        record(1, &[0, 1, u8::from(keeps), 0, 0, 0, 0, 0]),
        record(4, b"\x0e\x03REQUEST_METHODGET\x09\x01PATH_INFO/"),
        record(4, b""),
        record(5, b""),
    ];
    records.concat()
}

#[test]
fn a_client_that_does_not_read_the_end_of_a_response_is_cut_off() {
    let files = Files::new("localhost");
    let cases = [
        (Protocol::Http, KEPT, "HTTP, kept"),
        (Protocol::Http, CLOSED, "HTTP, closed"),
        (Protocol::FastCgi, &fastcgi(true), "FastCGI, kept"),
        (Protocol::FastCgi, &fastcgi(false), "FastCGI, closed"),
    ];
    for (protocol, request, what) in cases {
        let limits = ServerLimits::default().with_write_idle(Duration::from_millis(500));
        let served = served(&files, limits, protocol, SIZE);
        let client = asking(&served, &files, request);
        until(&format!("the client is cut off ({what})"), || {
            let counters = served.monitor.counters();
            counters.stuck == 1 && counters.open == 0
        });
        drop(client);
    }
}

#[test]
fn a_client_that_reads_the_end_of_a_response_slowly_gets_it() {
    let files = Files::new("localhost");
    let cases = [
        (Protocol::Http, CLOSED),
        (Protocol::FastCgi, &fastcgi(false)),
    ];
    for (protocol, request) in cases {
        let limits = ServerLimits::default().with_write_idle(Duration::from_secs(3));
        let served = served(&files, limits, protocol, SIZE);
        let mut client = asking(&served, &files, request);
        let (mut bytes, mut buffer) = (0, [0; 2048]);
        loop {
            match client.read(&mut buffer).unwrap() {
                0 => break,
                count => bytes += count,
            }
            // In total longer than the allowed pause.
            std::thread::sleep(Duration::from_millis(150));
        }
        assert!(bytes > SIZE, "{bytes}");
        let counters = served.monitor.counters();
        assert_eq!(counters.stuck, 0);
        assert_eq!(counters.sent, bytes as u64, "each byte is counted once");
    }
}

#[test]
fn a_front_that_keeps_its_connection_gets_the_end_of_a_response_without_another_request() {
    let files = Files::new("localhost");
    let size = 2 << 20;
    let served = served(&files, ServerLimits::default(), Protocol::FastCgi, size);
    let mut client = asking(&served, &files, &fastcgi(true));
    let mut answer = vec![0; size - SIZE];
    client.read_exact(&mut answer).unwrap();
    until("TLS has the rest", || {
        served.monitor.counters().in_flight == 0
    });
    let mut buffer = [0; 2048];
    while !answer.ends_with(&record(3, &[0; 8])) {
        let count = client.read(&mut buffer).unwrap();
        assert_ne!(count, 0, "the end of the response is missing");
        answer.extend_from_slice(&buffer[..count]);
    }
    assert!(answer.len() > size, "{}", answer.len());
}
