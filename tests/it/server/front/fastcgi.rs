//! What only FastCGI has: several requests on a connection, questions, and requests that are given up.

use std::io::Read;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use rustzeug::server::Protocol;
use rustzeug::{IntoApplication, Request};

use super::requests::app;
use super::speak::{
    Host, begin, fastcgi, get, pairs, post, read_fastcgi, read_record, record, variables,
};
use crate::waiting::wait_for;

fn host() -> Host {
    Host::new(Protocol::FastCgi, app.into_application())
}

/// Whether the server has closed a connection.
fn is_closed(stream: &mut impl Read) -> bool {
    stream.read(&mut [0]).is_ok_and(|count| count == 0)
}

#[test]
fn a_connection_is_kept_if_the_front_asks_for_it() {
    let host = host();
    let mut stream = host.connect();
    for id in [1, 2, 0xfffe, 1] {
        for (path, body) in [
            ("/length", &b"four"[..]),
            ("/echo", b"back"),
            ("/unread", b"and forgotten"),
        ] {
            stream
                .write_all(&fastcgi(id, true, &post(path, body.len()), body))
                .unwrap();
            let (answer, end) = read_fastcgi(&mut stream, id);
            assert!(answer.is_some_and(|answer| answer.whole), "{path}");
            assert_eq!(end, [0; 8], "{path}");
        }
    }
    stream
        .write_all(&fastcgi(3, false, &get("/"), b""))
        .unwrap();
    assert_eq!(read_fastcgi(&mut stream, 3).0.unwrap().text(), "hello");
    assert!(is_closed(&mut stream), "the last one does not ask for it");
}

#[test]
fn questions_are_answered_at_any_time() {
    let host = host();
    let mut stream = host.connect();
    let question = pairs(&variables(&[
        ("FCGI_MPXS_CONNS", ""),
        ("FCGI_MAX_REQS", ""),
        ("X", ""),
    ]));
    let request = fastcgi(1, true, &post("/length", 4), b"four");
    let (first, second) = request.split_at(20);
    let mut bytes = record(9, 0, &question);
    bytes.extend(first);
    stream.write_all(&bytes).unwrap();
    let (kind, id, content) = read_record(&mut stream).unwrap();
    assert_eq!((kind, id), (10, 0));
    let told = String::from_utf8(content).unwrap();
    assert!(
        told.contains("FCGI_MPXS_CONNS0")
            && told.contains("FCGI_MAX_REQS")
            && !told.contains('X'.to_string().repeat(2).as_str()),
        "{told}"
    );
    let mut bytes = second.to_vec();
    bytes.extend(record(99, 0, b"?"));
    stream.write_all(&bytes).unwrap();
    let (answer, _) = {
        // The answer to the question comes first or last.
        let mut rest = Vec::new();
        loop {
            let (kind, id, content) = read_record(&mut stream).unwrap();
            match kind {
                11 => assert_eq!((id, content[0]), (0, 99)),
                3 => {
                    rest.extend(record(3, id, &content));
                    break;
                }
                kind => rest.extend(record(kind, id, &content)),
            }
        }
        read_fastcgi(&mut &rest[..], 1)
    };
    assert_eq!(answer.unwrap().text(), "4 bytes");
}

#[test]
fn what_is_not_served_is_refused_and_the_rest_goes_on() {
    let host = host();
    let mut stream = host.connect();
    // Another role.
    stream
        .write_all(&record(1, 5, &[0, 2, 1, 0, 0, 0, 0, 0]))
        .unwrap();
    assert_eq!(
        read_record(&mut stream).unwrap(),
        (3, 5, vec![0, 0, 0, 0, 3, 0, 0, 0])
    );
    // A second request while the first one is in hand.
    let first = fastcgi(1, true, &post("/length", 4), b"four");
    let (early, late) = first.split_at(first.len() - 24);
    stream
        .write_all(&[early, &fastcgi(2, true, &get("/"), b"")].concat())
        .unwrap();
    let refused = read_record(&mut stream).unwrap();
    assert_eq!(
        refused,
        (3, 2, vec![0, 0, 0, 0, 1, 0, 0, 0]),
        "no multiplexing"
    );
    stream.write_all(late).unwrap();
    assert_eq!(read_fastcgi(&mut stream, 1).0.unwrap().text(), "4 bytes");
}

#[test]
fn a_request_can_be_given_up() {
    let left = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&left);
    let entered = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&entered);
    let app = move |request: Request| {
        let (seen, told) = (Arc::clone(&seen), Arc::clone(&told));
        async move {
            if request.path() == "/wait" {
                seen.store(true, Ordering::SeqCst);
                request.client_left().await;
                told.store(true, Ordering::SeqCst);
            }
            "hello"
        }
    };
    let host = Host::new(Protocol::FastCgi, app.into_application());
    let mut stream = host.connect();
    stream
        .write_all(&fastcgi(1, true, &get("/wait"), b""))
        .unwrap();
    wait_for(&entered);
    stream.write_all(&record(2, 1, b"")).unwrap();
    let (kind, id, content) = read_record(&mut stream).unwrap();
    assert_eq!((kind, id, content[4]), (3, 1, 0), "it is complete");
    assert_ne!(&content[..4], [0; 4], "it has not succeeded");
    wait_for(&left);
    // Before its variables are there.
    let begun = [
        begin(2, true),
        record(4, 2, b"\x01\x01ab"),
        record(2, 2, b""),
    ]
    .concat();
    stream.write_all(&begun).unwrap();
    assert_eq!(read_record(&mut stream).unwrap().0, 3);
    stream.write_all(&fastcgi(3, true, &get("/"), b"")).unwrap();
    assert_eq!(
        read_fastcgi(&mut stream, 3).0.unwrap().text(),
        "hello",
        "the connection is kept"
    );
}

#[test]
fn a_front_that_leaves_is_noticed() {
    let left = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&left);
    let app = move |request: Request| {
        let told = Arc::clone(&told);
        async move {
            request.client_left().await;
            told.store(true, Ordering::SeqCst);
        }
    };
    let host = Host::new(Protocol::FastCgi, app.into_application());
    let mut stream = host.connect();
    stream.write_all(&fastcgi(1, true, &get("/"), b"")).unwrap();
    drop(stream);
    wait_for(&left);
}

#[test]
fn the_end_comes_after_the_body_was_read_or_dropped() {
    let host = host();
    let mut stream = host.connect();
    let request = fastcgi(1, true, &post("/unread", 9), b"unread it");
    let (early, late) = request.split_at(request.len() - 16);
    stream.write_all(early).unwrap();
    let mut head = [0; 8];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(head[1], 6, "the response does not wait");
    stream.write_all(late).unwrap();
    stream
        .read_exact(&mut vec![
            0;
            usize::from(u16::from_be_bytes([head[4], head[5]]))
        ])
        .unwrap();
    assert_eq!(read_fastcgi(&mut stream, 1).1, [0; 8]);
    // If the rest came soon enough the connection is kept, otherwise it was closed.
    let next = fastcgi(2, true, &get("/"), b"");
    if stream.write_all(&next).is_ok()
        && let (Some(answer), _) = read_fastcgi(&mut stream, 2)
    {
        assert_eq!(answer.text(), "hello");
    }
}
