//! The size of a request head: each limit, and one past it.

use std::io::ErrorKind;
use std::io::Read;
use std::io::Write;
use std::time::Duration;

use rustzeug::IntoApplication;
use rustzeug::gateway::Limits;

use super::{Client, End, Served, says_close, status};

const TARGET: usize = 2_000;
const FIELD: usize = 3_000;
const HEAD: usize = 9_000;
const FIELDS: usize = 20;

fn served() -> Served {
    let limits = Limits::default()
        .with_target_bytes(TARGET)
        .with_field_bytes(FIELD)
        .with_head_bytes(HEAD)
        .with_header_fields(FIELDS);
    Served::with_limits((|| "fine").into_application(), limits)
}

/// A head of this many bytes in total, whose fields are all well below their own limit.
fn head_of(bytes: usize) -> String {
    let empty = get("/", "").len() + 4 * field(8).len();
    let filler = field(8 + (bytes - empty) / 4).repeat(3);
    let rest = bytes - get("/", &filler).len() - field(8).len();
    get("/", &(filler + &field(8 + rest)))
}

fn target(length: usize) -> String {
    format!("/{}", "t".repeat(length - 1))
}

fn get(target: &str, fields: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n")
}

/// A field whose name and value together have this many bytes.
fn field(bytes: usize) -> String {
    format!("X-Filler: {}\r\n", "x".repeat(bytes - 8))
}

#[test]
fn each_count_has_its_limit_and_its_status() {
    let absolute = |length: usize| format!("http://localhost{}", target(length));
    #[rustfmt::skip]
    let cases = [
        (get(&target(TARGET), ""),                  200, "target at its limit"),
        (get(&target(TARGET + 1), ""),              414, "target one past it"),
        (get(&absolute(TARGET), ""),                200, "scheme and host do not count"),
        (get(&absolute(TARGET + 1), ""),            414, "path and query count"),
        (get(&target(HEAD), ""),                    431, "a target that no head can hold"),
        (get("/", &field(FIELD)),                   200, "field at its limit"),
        (get("/", &field(FIELD + 1)),               431, "field one past it"),
        (get("/", &field(FIELD).repeat(2)),         200, "the limit applies to each field separately"),
        (get("/", &"A: b\r\n".repeat(FIELDS - 1)),  200, "fields at their limit, with `Host`"),
        (get("/", &"A: b\r\n".repeat(FIELDS)),      431, "one field more"),
        (head_of(HEAD),                             200, "head at its limit"),
        (head_of(HEAD + 1),                         431, "head one past it"),
    ];
    let served = served();
    for (head, want, why) in cases {
        let mut client = served.connect();
        client.send(&head);
        let answer = client.head();
        assert_eq!(status(&answer), want, "{why} ({} bytes)", head.len());
        let kept = want == 200;
        assert_eq!(says_close(&answer), !kept, "{why}: {answer}");
        if !kept {
            assert_eq!(client.ending().1, End::Closed, "{why}");
        }
    }
}

#[test]
fn limits_are_of_one_head_not_of_a_connection() {
    let served = served();
    let heads = [
        head_of(HEAD),
        get(&target(TARGET), ""),
        get("/", &field(FIELD)),
    ];
    let mut client = served.connect();
    for head in &heads {
        client.send(head);
        assert_eq!(status(&client.until("fine")), 200, "one after the other");
    }
    client.send(&heads.concat());
    for _ in &heads {
        assert_eq!(status(&client.until("fine")), 200, "all at once");
    }
}

/// Sends pieces without end until a response arrives or the connection ends.
fn flood(client: &mut Client, start: &str, piece: &str) -> String {
    let pause = Some(Duration::from_millis(1));
    client.0.set_read_timeout(pause).unwrap();
    let mut first = [0; 512];
    if client.0.write_all(start.as_bytes()).is_err() {
        return String::new();
    }
    for _ in 0..2_000 {
        let _ = client.0.write_all(piece.as_bytes());
        match client.0.read(&mut first) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return String::new(),
            Ok(count) => return String::from_utf8_lossy(&first[..count]).into_owned(),
        }
    }
    panic!("taken without end");
}

#[test]
fn an_endless_head_is_refused_while_it_is_coming() {
    let filler = "x".repeat(8_000);
    let fields = "A: b\r\n".repeat(1_000);
    #[rustfmt::skip]
    let cases = [
        ("GET /",                            &filler, 431, "a target without end"),
        ("GET / HTTP/1.1\r\nX: ",            &filler, 431, "a field without end"),
        ("GET / HTTP/1.1\r\nHost: a\r\n",    &fields, 431, "fields without end"),
    ];
    let served = served();
    for (start, piece, want, why) in cases {
        let mut client = served.connect();
        assert_eq!(status(&flood(&mut client, start, piece)), want, "{why}");
    }
}
