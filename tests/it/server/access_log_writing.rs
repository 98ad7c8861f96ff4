//! When and how the lines of the access log are written.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};
use std::thread;

use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Server, server::AccessLog};

use super::access_log::{Logging, app, parsed, without_times};
use super::listening::ask;
use super::status;
use super::upgrades::{OFFER, raw};
use super::{Running, tcp};
use crate::common::Log;

#[test]
fn a_client_that_leaves_is_logged_with_what_was_sent() {
    let logging = Logging::new(AccessLog::json());
    let mut client = tcp(logging.address);
    client
        .write_all(b"GET /endless HTTP/1.1\r\nHost: h\r\n\r\n")
        .unwrap();
    client.read_exact(&mut vec![0; 50_000]).unwrap();
    drop(client);
    let lines = parsed(&logging.end());
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["complete"], false);
    assert!(
        lines[0]["bytes"].as_u64().unwrap() >= 40_000,
        "{}",
        lines[0]
    );
}

#[test]
fn a_connection_that_is_kept_has_a_line_for_each_request() {
    let logging = Logging::new(AccessLog::common());
    let targets = ["/1", "/chunked", "/304", "/2"];
    let text = targets.map(|target| format!("GET {target} HTTP/1.1\r\nHost: h\r\n\r\n"));
    logging.ask(text.concat().as_bytes());
    let lines = without_times(&logging.end());
    assert_eq!(lines.len(), targets.len());
    for (line, target) in lines.iter().zip(targets) {
        assert!(
            line.contains(&format!("\"GET {target} HTTP/1.1\"")),
            "{line}"
        );
    }
}

#[test]
fn what_has_not_come_whole_is_not_logged() {
    let logging = Logging::new(AccessLog::common());
    for bytes in [&b"GET / HTTP/1.1\r\nHost: h"[..], b"\r\n", b""] {
        logging.ask(bytes);
    }
    assert_eq!(logging.end(), "");
}

#[test]
fn what_is_logged_is_the_answer_that_is_sent() {
    let log = Log::default();
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_server_limits(ServerLimits::default().with_drain_bytes(10))
        .with_access_log(AccessLog::common().with_writer(log.clone()));
    let address = server.local_addr();
    let mut running = Running::new(server, raw.into_application());
    let mut client = tcp(address);
    let body = "Content-Length: 11\r\n\r\n";
    let offer = OFFER.replacen("\r\n\r\n", &format!("\r\n{body}"), 1);
    client.write_all(offer.as_bytes()).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), 413, "in place of the upgrade: {answer}");
    running.end();
    let lines = without_times(&log.text());
    assert!(lines[0].contains("\" 413 "), "{lines:?}");
}

/// Records what each write received.
#[derive(Clone, Default)]
struct Writes(Arc<Mutex<Vec<Vec<u8>>>>);

impl Write for Writes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_line_is_one_write_also_where_many_end_at_once() {
    let writes = Writes::default();
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_access_log(AccessLog::json().with_writer(writes.clone()));
    let address = server.local_addr();
    let mut running = Running::new(server, app.into_application());
    let clients = (0..8).map(|_| {
        thread::spawn(move || {
            for _ in 0..20 {
                assert_eq!(ask(tcp(address)), "hello");
            }
        })
    });
    let clients: Vec<_> = clients.collect();
    for client in clients {
        client.join().unwrap();
    }
    running.end();
    let writes = writes.0.lock().unwrap();
    assert_eq!(writes.len(), 160);
    for write in &*writes {
        let line = std::str::from_utf8(write).unwrap();
        assert!(line.starts_with('{') && line.ends_with("}\n"), "{line}");
        assert_eq!(line.matches('\n').count(), 1, "{line}");
    }
}

struct Broken {
    panics: bool,
}

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        assert!(!self.panics, "the writer panics");
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write(b"").map(drop)
    }
}

#[test]
fn a_writer_that_fails_or_panics_harms_no_answer() {
    for panics in [false, true] {
        let server = Server::bind("127.0.0.1:0")
            .unwrap()
            .with_access_log(AccessLog::common().with_writer(Broken { panics }));
        let address = server.local_addr();
        let mut running = Running::new(server, app.into_application());
        let mut client = tcp(address);
        client
            .write_all(b"GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert_eq!(status(&answer), 200, "panics: {panics}");
        assert_eq!(answer.matches("\r\n\r\nhello").count(), 2, "{answer}");
        running.end();
    }
}
