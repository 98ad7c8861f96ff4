//! Request and response bodies on the wire.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use rustzeug::gateway::Limits;
use rustzeug::{IntoApplication, Request, Response, Result, handler::streaming};

use super::{Served, status};

fn length(request: &Request) -> Result<String> {
    Ok(format!(
        "{} bytes",
        request.bytes().limit(64 << 20).wait()?.len()
    ))
}

pub(super) async fn length_async(request: &Request) -> Result<String> {
    Ok(format!("{} bytes", request.bytes().await?.len()))
}

fn small() -> Limits {
    Limits::default()
        .with_body_bytes(100_000)
        .with_received_body_bytes(100_000)
}

#[test]
fn a_body_arrives_whole_in_both_kinds_of_handler() {
    let plain = Served::new(length.into_application());
    let later = Served::new(length_async.into_application());
    for size in [0, 1, 1000, 70_000, 1_500_000] {
        let text = "x".repeat(size);
        let framings = [
            (
                "Content-Length",
                format!("Content-Length: {size}\r\n\r\n{text}"),
            ),
            (
                "chunked",
                format!(
                    "Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
                    chunks(&text)
                ),
            ),
        ];
        for (framing, rest) in framings {
            for (kind, served) in [("fn", &plain), ("async fn", &later)] {
                let mut client = served.connect();
                client.send(&format!(
                    "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{rest}"
                ));
                let answer = client.rest();
                assert!(
                    answer.ends_with(&format!("{size} bytes")),
                    "{kind}, {framing}, {size}: {answer}"
                );
            }
        }
    }
}

fn chunks(text: &str) -> String {
    let pieces = text.as_bytes().chunks(7000);
    pieces.fold(String::new(), |all, piece| {
        let text = String::from_utf8_lossy(piece);
        format!("{all}{:x}\r\n{text}\r\n", piece.len())
    })
}

#[test]
fn a_body_that_is_too_long_is_413_in_both_kinds_of_handler() {
    let entered = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&entered);
    let note = move |request: &Request| -> Result<String> {
        seen.store(true, Ordering::Relaxed);
        length(request)
    };
    let plain = Served::with_limits(note.into_application(), small());
    let later = Served::with_limits(length_async.into_application(), small());
    for (kind, setting, served) in [
        ("fn", "received_body_bytes", &plain),
        ("async fn", "body_bytes", &later),
    ] {
        let mut client = served.connect();
        client.send("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 10000000000\r\n\r\n");
        let answer = client.until("`)\n");
        assert_eq!(
            status(&answer),
            413,
            "{kind}: ten gigabytes announced, no 100: {answer}"
        );
        assert!(
            answer.contains(&format!("100000 bytes (limit `{setting}`)")),
            "{kind}: {answer}"
        );

        let mut client = served.connect();
        client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send(&chunks(&"x".repeat(140_000)));
        assert_eq!(status(&client.head()), 413, "{kind}: endless chunks");
    }
    assert!(
        !entered.load(Ordering::Relaxed),
        "the plain function was never entered"
    );
}

#[test]
fn a_body_of_exactly_the_limit_passes_and_one_more_does_not() {
    let served = Served::with_limits(length_async.into_application(), small());
    for (size, want) in [(100_000, 200), (100_001, 413)] {
        let mut client = served.connect();
        let head = format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n");
        client.send(&head);
        client.send(&"x".repeat(size.min(100_000)));
        assert_eq!(status(&client.head()), want, "{size}");
    }
}

#[test]
fn a_body_that_ends_early_or_is_malformed_is_an_error_never_a_shorter_body() {
    for (served, kind) in [
        (Served::new(length.into_application()), "fn"),
        (Served::new(length_async.into_application()), "async fn"),
    ] {
        for (rest, why) in [
            ("Content-Length: 10\r\n\r\nhalf", "half of the body"),
            (
                "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
                "no last chunk",
            ),
            (
                "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n",
                "an invalid size",
            ),
        ] {
            let mut client = served.connect();
            client.send(&format!("POST / HTTP/1.1\r\nHost: localhost\r\n{rest}"));
            client.0.shutdown(std::net::Shutdown::Write).unwrap();
            let answer = client.rest();
            assert!(!answer.contains("bytes"), "{kind}: {why}: {answer}");
            assert!(
                answer.is_empty() || status(&answer) == 400,
                "{kind}: {why}: {answer}"
            );
        }
    }
}

#[test]
fn a_100_is_sent_when_the_body_is_first_read() {
    let served = Served::new(length_async.into_application());
    let mut client = served.connect();
    client.send(
        "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n",
    );
    assert!(client.head().starts_with("http/1.1 100 continue\r\n"));
    client.send("four");
    assert!(client.until("4 bytes").starts_with("HTTP/1.1 200 OK\r\n"));

    let deaf = Served::new((async || "no need").into_application());
    let mut client = deaf.connect();
    client.send(
        "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n",
    );
    assert!(
        client.head().starts_with("http/1.1 200 ok\r\n"),
        "a body that is not read is not requested"
    );
}

#[test]
fn a_streaming_function_reads_as_the_body_arrives() {
    fn first(request: &Request) -> Result<String> {
        let mut start = [0; 4];
        request.take_body().into_reader().read_exact(&mut start)?;
        Ok(String::from_utf8_lossy(&start).into_owned())
    }
    let served = Served::new(streaming(first));
    let mut client = served.connect();
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf");
    assert!(
        client
            .until("\r\n\r\nhalf")
            .starts_with("HTTP/1.1 200 OK\r\n"),
        "answered before the rest came"
    );
}

#[test]
fn no_body_follows_where_none_may() {
    let answers = |request: &Request| match request.path() {
        "/204" => Response::text("text").with_status(204),
        "/304" => Response::text("text").with_status(304),
        _ => Response::text("text"),
    };
    let served = Served::unchecked(answers.into_application(), Limits::default());
    for (method, path, length) in [
        ("HEAD", "/", Some(4)),
        ("GET", "/204", None),
        ("GET", "/304", None),
    ] {
        let mut client = served.connect();
        client.send(&format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        ));
        let head = client.head();
        let told = length.map(|length| format!("\r\ncontent-length: {length}\r\n"));
        assert_eq!(
            head.contains("content-length"),
            told.is_some(),
            "{method} {path}: {head}"
        );
        assert!(
            head.contains(told.as_deref().unwrap_or("")),
            "{method} {path}: {head}"
        );
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assert!(
            client.rest().starts_with("HTTP/1.1 200 OK\r\n"),
            "{method} {path}: the next answer begins at once"
        );
    }
}

#[test]
fn bodies_of_every_kind_reach_the_client() {
    let body = |request: &Request| match request.path() {
        "/reader" => Response::reader(std::io::repeat(b'x').take(200_000)),
        "/iterator" => Response::iterator((0..20).map(|_| "x".repeat(10_000))),
        "/writer" => {
            Response::writer(|out| Ok(std::io::Write::write_all(out, &vec![b'x'; 200_000])?))
        }
        _ => Response::bytes("x".repeat(200_000)),
    };
    let served = Served::new(body.into_application());
    for path in ["/reader", "/iterator", "/writer", "/bytes"] {
        let answer = served.get(path);
        assert_eq!(answer.matches('x').count(), 200_000, "{path}");
        assert!(
            path == "/bytes" || answer.ends_with("\r\n0\r\n\r\n"),
            "{path}: ended properly"
        );
    }
}
