//! Many clients that misbehave, and one that behaves well.
//!
//! `.ci/hostile` measures the descriptors and memory of a whole process.

use std::time::Duration;
use std::time::Instant;

use bytes::Bytes;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Response, Result};

use super::{Client, Served, status};
use crate::waiting::PATIENCE;

const CROWD: usize = 200;

const LARGE: &str = "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn large() -> Response {
    let piece = Bytes::from(vec![b'x'; 1 << 16]);
    Response::iterator((0..1 << 12).map(move |_| piece.clone()))
}

fn plain(request: &Request) -> Result<Response> {
    let length = request.bytes().wait()?.len();
    Ok(match request.path() {
        "/large" => large(),
        _ => Response::text(length.to_string()),
    })
}

async fn later(request: &Request) -> Result<Response> {
    let length = request.bytes().await?.len();
    Ok(match request.path() {
        "/large" => large(),
        _ => Response::text(length.to_string()),
    })
}

/// Servers with few workers, none of which such clients may hold.
fn both() -> [(&'static str, Served); 2] {
    let limits = ServerLimits::default()
        .with_workers(4)
        .with_grace_period(Duration::from_hours(1));
    [
        (
            "fn",
            Served::with_limits(plain.into_application(), limits.clone()),
        ),
        (
            "async fn",
            Served::with_limits(later.into_application(), limits),
        ),
    ]
}

/// The fastest of several responses, so that other load on the machine does not matter.
fn quickest(served: &Served) -> Duration {
    let timed = (0..5).map(|_| {
        let start = Instant::now();
        assert_eq!(status(&served.get("/")), 200);
        start.elapsed()
    });
    timed.min().unwrap_or_default()
}

#[test]
fn a_crowd_of_slow_clients_is_not_noticed_by_others() {
    #[rustfmt::skip]
    let crowds = [
        ("half a head", "GET / HTTP/1.1\r\nHost: loc"),
        ("half a body", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf"),
        ("an answer that is not read", LARGE),
    ];
    for (kind, served) in &both() {
        for (crowd, sent) in crowds {
            let held: Vec<Client> = (0..CROWD)
                .map(|_| {
                    let mut client = served.connect();
                    client.send(sent);
                    client
                })
                .collect();
            assert!(
                quickest(served) < Duration::from_secs(1),
                "{kind}, beside {CROWD} with {crowd}"
            );
            drop(held);
        }
    }
}

/// Requests with various errors; each ends the connection.
fn bad_requests() -> Vec<(&'static str, Vec<u8>)> {
    let long = "x".repeat(9_000);
    let get = |rest: &str| format!("GET / HTTP/1.1\r\nHost: localhost\r\n{rest}").into_bytes();
    let post = |rest: &str| format!("POST / HTTP/1.1\r\nHost: localhost\r\n{rest}").into_bytes();
    #[rustfmt::skip]
    let bad = vec![
        ("nothing",             Vec::new()),
        ("no HTTP",             b"HELO there\r\n\r\n".to_vec()),
        ("TLS",                 b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec()),
        ("zeros",               vec![0; 2_000]),
        ("no host",             b"GET / HTTP/1.1\r\n\r\n".to_vec()),
        ("another version",     b"GET / HTTP/3.7\r\nHost: localhost\r\n\r\n".to_vec()),
        ("a tunnel",            b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n".to_vec()),
        ("half a head",         get("X-Half")),
        ("long target",         format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()),
        ("long field",          get(&format!("X: {long}{long}\r\n\r\n"))),
        ("many fields",         get(&format!("{}\r\n", "A: b\r\n".repeat(101)))),
        ("two lengths",         post("Content-Length: 4\r\nContent-Length: 5\r\n\r\nfour")),
        ("an invalid length", post("Content-Length: -4\r\n\r\nfour")),
        ("an invalid chunk", post("Transfer-Encoding: chunked\r\n\r\nzz\r\nfour\r\n")),
        ("an unknown coding",   post("Transfer-Encoding: gzip\r\n\r\nfour")),
        ("too long a body",     post("Content-Length: 99999999999\r\n\r\nfour")),
        ("half a body",         post("Content-Length: 9\r\n\r\nhalf")),
        ("HTTP/2 and nonsense", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nthis is no frame at all".to_vec()),
    ];
    bad
}

#[test]
fn a_thousand_bad_requests_leave_nothing_behind() {
    let bad = bad_requests();
    for (kind, served) in &mut both() {
        for number in 0..500 {
            let (what, sent) = &bad[number % bad.len()];
            let mut client = served.connect();
            client.offer(sent);
            if number % 3 == 0 {
                // Disconnects without reading.
                continue;
            }
            let _ = client.0.shutdown(std::net::Shutdown::Write);
            let answer = client.rest();
            let refused = !answer.starts_with("HTTP/") || status(&answer) >= 400;
            assert!(refused, "{kind}: {what}: {answer}");
        }
        assert!(quickest(served) < Duration::from_secs(1), "{kind}");
        let start = Instant::now();
        served.end();
        assert!(
            start.elapsed() < PATIENCE,
            "{kind}: no connection is waited for, as none is open"
        );
    }
}
