//! Plain functions that are called by a web server in front: whatever they do, others are served.

use std::io::Write;
use std::net::TcpStream;

use rustzeug::server::{Protocol, ServerLimits};
use rustzeug::{IntoApplication, Response, Router};

use super::super::lanes::{Gate, OpenAtEnd};
use super::speak::{Host, PROTOCOLS, encode, fastcgi, get, read, read_fastcgi, read_record};

/// `/stuck` waits at the gate, `/pieces` does so between two pieces, `/fn` and `/async` answer.
fn host(protocol: Protocol, lanes: usize, gate: &Gate) -> Host {
    let (held, gate) = (gate.clone(), gate.clone());
    let stuck = move || {
        held.wait();
        "came back"
    };
    let pieces = move || {
        let gate = gate.clone();
        let second = std::iter::once_with(move || {
            gate.wait();
            "second"
        });
        Response::iterator(std::iter::once("first").chain(second))
    };
    let app = Router::new()
        .get("/stuck", stuck)
        .get("/pieces", pieces)
        .get("/fn", || "a fn")
        .get("/async", async || "an async fn");
    let limits = ServerLimits::default().with_lanes(lanes);
    Host::with_limits(protocol, limits, app.into_application())
}

fn ask(host: &Host, path: &str) -> TcpStream {
    let mut stream = host.connect();
    let request = encode(host.protocol, &get(path), b"");
    stream.write_all(&request).unwrap();
    stream
}

#[test]
fn functions_that_block_for_ever_stop_nobody() {
    for protocol in PROTOCOLS {
        for (lanes, count) in [(1, 1), (1, 8), (2, 8)] {
            let gate = Gate::default();
            let _end = OpenAtEnd(gate.clone());
            let host = host(protocol, lanes, &gate);
            let stuck: Vec<_> = (0..count).map(|_| ask(&host, "/stuck")).collect();
            for (path, text) in [("/fn", "a fn"), ("/async", "an async fn")] {
                for _ in 0..5 {
                    let answer = host.get(path);
                    assert_eq!(answer.text(), text, "{protocol}, {count} on {lanes} lanes");
                }
            }
            gate.open();
            for mut stream in stuck {
                let answer = read(protocol, &mut stream).expect("none is lost");
                assert_eq!(answer.text(), "came back", "{protocol}, {lanes} lanes");
            }
        }
    }
}

#[test]
fn a_kept_connection_is_served_beside_functions_that_block() {
    let gate = Gate::default();
    let _end = OpenAtEnd(gate.clone());
    let host = host(Protocol::FastCgi, 1, &gate);
    let mut kept = host.connect();
    for id in 1..=8 {
        let _stuck = ask(&host, "/stuck");
        let request = fastcgi(id, true, &get("/fn"), b"");
        kept.write_all(&request).unwrap();
        assert_eq!(read_fastcgi(&mut kept, id).0.unwrap().text(), "a fn");
    }
}

#[test]
fn a_piece_is_sent_while_its_iterator_waits_for_the_next() {
    let gate = Gate::default();
    let _end = OpenAtEnd(gate.clone());
    let host = host(Protocol::FastCgi, 1, &gate);
    let mut stream = ask(&host, "/pieces");
    let mut seen = Vec::new();
    while !seen.ends_with(b"first") {
        let (kind, _, content) = read_record(&mut stream).expect("the first piece");
        assert_eq!(kind, 6, "the response goes on");
        seen.extend(content);
    }
    gate.open();
    let (_, _, content) = read_record(&mut stream).unwrap();
    assert!(content.starts_with(b"second"));
}
