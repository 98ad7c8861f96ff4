//! The end of a message and the end of the connection: what was cut off must not look whole.

use std::io::Read;
use std::io::Write;
use std::sync::mpsc;
use std::time::Duration;

use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::gateway::Body;
use rustzeug::handler::with_state;
use rustzeug::server::ServerLimits;

use crate::support::Client;
use crate::support::Files;
use crate::support::PATIENCE;
use crate::support::Served;

#[test]
fn a_response_that_fails_is_not_taken_for_a_whole_one() {
    let files = Files::new("localhost");
    let failing = || {
        let body = Body::try_iterator([Ok("some"), Err(Error::from("out of paper"))]);
        Response::text("").with_body(body)
    };
    let served = Served::new(files.tls().unwrap(), failing.into_application());
    for version in ["1.1", "1.0"] {
        let mut client = served.connect("localhost", &files.der);
        let request = format!("GET / HTTP/{version}\r\nHost: localhost\r\n\r\n");
        client.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // In HTTP/1.0 the response ends with the connection, so only `close_notify` makes it whole.
        let end = client.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        assert!(
            end.is_err() && !answer.ends_with("0\r\n\r\n"),
            "{version}: {end:?} {answer}"
        );
    }
}

#[test]
fn a_request_body_that_was_cut_off_is_not_read_as_a_whole_one() {
    type Cut = fn(Client);
    let files = Files::new("localhost");
    let (told, hears) = mpsc::channel();
    async fn read(told: &mpsc::Sender<Result<usize>>, request: &Request) {
        let read = request.bytes().await;
        told.send(read.map(|bytes| bytes.len())).unwrap();
    }
    let read = with_state(told, read).into_application();
    let served = Served::new(files.tls().unwrap(), read);
    let cut: Cut = |client| drop(client.sock);
    let told_so: Cut = |mut client| {
        client.conn.send_close_notify();
        client.flush().unwrap();
        let _ = client.sock.shutdown(std::net::Shutdown::Write);
    };
    let cases = [
        ("Content-Length: 10\r\n\r\n12345", cut, "a length"),
        (
            "Content-Length: 10\r\n\r\n12345",
            told_so,
            "a length, with `close_notify`",
        ),
        (
            "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
            cut,
            "chunks",
        ),
        (
            "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
            told_so,
            "chunks, with `close_notify`",
        ),
    ];
    for (rest, end, why) in cases {
        let mut client = served.connect("localhost", &files.der);
        let request = format!("POST / HTTP/1.1\r\nHost: localhost\r\n{rest}");
        client.write_all(request.as_bytes()).unwrap();
        end(client);
        let read = hears.recv_timeout(PATIENCE).unwrap();
        assert!(read.is_err(), "{why}: {read:?}");
    }
}

#[test]
fn a_client_that_has_closed_its_side_gets_its_response() {
    let files = Files::new("localhost");
    let served = Served::new(files.tls().unwrap(), (|| "hello").into_application());
    let mut client = served.connect("localhost", &files.der);
    client
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    client.conn.send_close_notify();
    client.flush().unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
}

/// The server answers before the body has arrived, and closes: the answer must not be lost to the bytes that follow.
#[test]
fn an_early_answer_reaches_a_client_that_still_sends() {
    let files = Files::new("localhost");
    async fn reject() -> Result<&'static str> {
        Err(Error::forbidden())
    }
    let served = Served::new(files.tls().unwrap(), reject.into_application());
    let mut client = served.connect("localhost", &files.der);
    let length = 4 << 20;
    let head = format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
    client.write_all(head.as_bytes()).unwrap();
    for _ in 0..length / 4096 {
        if client.write_all(&[b'x'; 4096]).is_err() {
            break;
        }
    }
    let mut answer = String::new();
    let _ = client.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

#[test]
fn a_connection_is_kept_and_closed_when_the_server_stops() {
    let files = Files::new("localhost");
    let limits = ServerLimits::default().with_closing_notice(Duration::ZERO);
    let mut served = Served::with_limits(
        files.tls().unwrap(),
        limits,
        (|| "hello").into_application(),
    );
    let mut client = served.connect("localhost", &files.der);
    for _ in 0..3 {
        client
            .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"\r\n\r\nhello") {
            let mut byte = [0];
            client.read_exact(&mut byte).unwrap();
            seen.push(byte[0]);
        }
    }
    served.end();
    let mut rest = Vec::new();
    assert_eq!(
        client.read_to_end(&mut rest).unwrap(),
        0,
        "with `close_notify`"
    );
}
