//! The rules of PEP 3333 for servers, checked on the embedded server over a socket.

use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Server;
use rustzeug::gateway::ErrorStream;
use rustzeug::gateway::Limits;
use rustzeug::gateway::Lint;

/// Sends `first`, then `rest` once something has arrived, and returns everything that arrived.
fn talk(limits: Limits, first: &str, rest: &str) -> String {
    async fn handler(request: &Request) -> Result<Response> {
        let text = match request.path() {
            "/unread" => "unread".to_owned(),
            _ => format!("{} bytes", request.bytes().await?.len()),
        };
        Ok(Response::text(text).with_header("cache-control", "no-store"))
    }
    let server = Server::bind("127.0.0.1:0").unwrap().with_limits(limits);
    let server = server.with_errors(ErrorStream::new(std::io::sink()));
    let (address, stopper) = (server.local_addr(), server.stopper());
    let serving = std::thread::spawn(move || server.serve(Lint::new(handler.into_application())));
    let mut client = TcpStream::connect(address).unwrap();
    client
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    client.write_all(first.as_bytes()).unwrap();
    let mut answer = Vec::new();
    if !rest.is_empty() {
        let mut buffer = [0; 1024];
        let count = client.read(&mut buffer).unwrap();
        answer.extend_from_slice(&buffer[..count]);
        client.write_all(rest.as_bytes()).unwrap();
    }
    client.read_to_end(&mut answer).unwrap();
    // Otherwise the server would wait for the client when it stops.
    drop(client);
    stopper.stop();
    serving.join().unwrap().unwrap();
    String::from_utf8(answer).unwrap().to_ascii_lowercase()
}

const HEAD: &str = "Host: a\r\nConnection: close\r\n";

#[test]
fn g21_the_server_adds_the_date() {
    let answer = talk(
        Limits::default(),
        &format!("GET / HTTP/1.1\r\n{HEAD}\r\n"),
        "",
    );
    assert!(
        answer.starts_with("http/1.1 200 ok\r\n") && answer.contains("\r\ndate: "),
        "{answer}"
    );
}

#[test]
fn g31_continue_is_sent_on_first_read() {
    let head =
        format!("POST /read HTTP/1.1\r\n{HEAD}Content-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    let answer = talk(Limits::default(), &head, "four");
    assert!(
        answer.starts_with("http/1.1 100 continue\r\n\r\nhttp/1.1 200"),
        "{answer}"
    );
    assert!(answer.ends_with("4 bytes"), "{answer}");
    let answer = talk(Limits::default(), &head.replace("/read", "/unread"), "");
    assert!(
        answer.starts_with("http/1.1 200") && answer.ends_with("unread"),
        "{answer}"
    );
    let narrow = Limits::default().with_body_bytes(3);
    let answer = talk(narrow, &head, "");
    assert!(
        answer.starts_with("http/1.1 413"),
        "a body that is too long is not requested: {answer}"
    );
}

#[test]
fn g32_the_server_decodes_chunks() {
    let head = format!("POST / HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n");
    let answer = talk(
        Limits::default(),
        &format!("{head}2\r\nfo\r\n2;x=y\r\nur\r\n0\r\n\r\n"),
        "",
    );
    assert!(
        answer.starts_with("http/1.1 200") && answer.ends_with("4 bytes"),
        "{answer}"
    );
    let broken = talk(Limits::default(), &format!("{head}2\r\nfo\r\nzz\r\n"), "");
    assert!(broken.starts_with("http/1.1 400"), "{broken}");
}

#[test]
fn g37_a_request_of_http_1_1_names_its_host() {
    let answer = talk(
        Limits::default(),
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "",
    );
    assert!(answer.starts_with("http/1.1 400"), "{answer}");
    let answer = talk(Limits::default(), "GET / HTTP/1.0\r\n\r\n", "");
    assert!(
        answer.starts_with("http/1.0 200") || answer.starts_with("http/1.1 200"),
        "{answer}"
    );
}
