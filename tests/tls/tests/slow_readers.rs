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
use rustzeug::server::ServerLimits;
use socket2::Domain;
use socket2::Socket;
use socket2::Type;

use crate::support::Client;
use crate::support::Files;
use crate::support::PATIENCE;
use crate::support::Served;
use crate::support::secured;
use crate::support::until;

/// More than the small buffers of both kernels hold, and less than TLS holds beside them.
const SIZE: usize = 60_000;

const BUFFER: usize = 8 << 10;

fn socket() -> Socket {
    Socket::new(Domain::IPV4, Type::STREAM, None).unwrap()
}

fn served(files: &Files, limits: ServerLimits) -> Served {
    let socket = socket();
    // Connections inherit the size.
    socket.set_send_buffer_size(BUFFER).unwrap();
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(&anywhere.into()).unwrap();
    socket.listen(16).unwrap();
    let listener = Listener::from(std::net::TcpListener::from(socket));
    let long = || Response::text("x".repeat(SIZE));
    let server = Server::on(listener.with_tls(files.tls().unwrap()));
    Served::by(server.with_server_limits(limits), long.into_application())
}

/// A client that has sent a request.
fn asking(served: &Served, files: &Files, close: bool) -> Client {
    let socket = socket();
    socket.set_recv_buffer_size(BUFFER).unwrap();
    socket.connect(&served.address.into()).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let stream = TcpStream::from(socket);
    let mut client = secured(stream, "localhost", &files.der, &[], &[&TLS13]).unwrap();
    let option = if close { "Connection: close\r\n" } else { "" };
    let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{option}\r\n");
    client.write_all(request.as_bytes()).unwrap();
    client
}

#[test]
fn a_client_that_does_not_read_the_end_of_a_response_is_cut_off() {
    let files = Files::new("localhost");
    for close in [false, true] {
        let limits = ServerLimits::default().with_write_idle(Duration::from_millis(500));
        let served = served(&files, limits);
        let client = asking(&served, &files, close);
        until("the client is cut off", || {
            let counters = served.monitor.counters();
            counters.stuck == 1 && counters.open == 0
        });
        drop(client);
    }
}

#[test]
fn a_client_that_reads_the_end_of_a_response_slowly_gets_it() {
    let files = Files::new("localhost");
    let limits = ServerLimits::default().with_write_idle(Duration::from_secs(3));
    let served = served(&files, limits);
    let mut client = asking(&served, &files, true);
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
    assert_eq!(served.monitor.counters().stuck, 0);
}
