//! Fronts that break the rules, or that are none.

use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::time::Duration;

use rustzeug::IntoApplication;
use rustzeug::gateway::Limits;
use rustzeug::server::{Protocol, ServerLimits};

use super::requests::app;
use super::speak::{
    Host, PROTOCOLS, Variables, begin, encode, get, listen, pairs, post, read, record, variables,
};
use crate::waiting::until;

fn rest(stream: &mut impl Read) -> Vec<u8> {
    let mut rest = Vec::new();
    // A reset is an end too.
    let _ = stream.read_to_end(&mut rest);
    rest
}

#[test]
fn what_is_not_the_protocol_ends_the_connection() {
    let twice = [begin(1, true), begin(1, true)].concat();
    let body_first = [begin(1, true), record(5, 1, b"x")].concat();
    let cut = [
        begin(1, true),
        record(4, 1, b"\xff\xff\xff\xff\x01a"),
        record(4, 1, b""),
    ]
    .concat();
    let late = [
        begin(1, true),
        record(4, 1, &pairs(&post("/length", 9))),
        record(4, 1, b""),
        record(5, 1, b"x"),
        record(4, 1, b"x"),
    ]
    .concat();
    #[rustfmt::skip]
    let rows: Vec<(Protocol, &[u8], &str)> = vec![
        (Protocol::FastCgi, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP"),
        (Protocol::FastCgi, &twice,                             "a request that begins twice"),
        (Protocol::FastCgi, &body_first,                        "a body before the variables"),
        (Protocol::FastCgi, &cut,                               "a name of two gigabytes"),
        (Protocol::FastCgi, &late,                              "a variable after the last one"),
        (Protocol::FastCgi, &[0xff; 64],                        "anything"),
        (Protocol::Scgi,    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP"),
        (Protocol::Scgi,    b"4:a\0b\0;",                       "no comma"),
        (Protocol::Scgi,    b"3:a\0b,",                         "a value without an end"),
        (Protocol::Scgi,    b"99999999999999999999:",           "more than fits"),
        (Protocol::Uwsgi,   b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP"),
        (Protocol::Uwsgi,   b"\0\x04\0\0\x09\0ab",               "a name that is cut"),
        (Protocol::Uwsgi,   b"\x05\0\0\0",                      "Perl"),
    ];
    for protocol in PROTOCOLS {
        let host = Host::new(protocol, app.into_application());
        for (_, bytes, why) in rows.iter().filter(|(of, ..)| *of == protocol) {
            let mut stream = host.connect();
            stream.write_all(bytes).unwrap();
            let answer = rest(&mut stream);
            assert!(
                !String::from_utf8_lossy(&answer).contains(" 200 "),
                "{protocol}: {why}"
            );
        }
        assert_eq!(
            host.get("/").text(),
            "hello",
            "{protocol}: the server goes on"
        );
    }
}

#[test]
fn a_request_that_is_cut_anywhere_harms_nobody() {
    for protocol in PROTOCOLS {
        let host = Host::new(protocol, app.into_application());
        let whole = encode(protocol, &post("/length", 4), b"four");
        for length in 0..whole.len() {
            let mut stream = host.connect();
            stream.write_all(&whole[..length]).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let answer = String::from_utf8_lossy(&rest(&mut stream)).into_owned();
            let is_short = protocol == Protocol::FastCgi && length >= whole.len() - 12;
            assert!(
                is_short || !answer.contains("4 bytes"),
                "{protocol}: {length}: {answer}"
            );
        }
        assert_eq!(host.get("/").text(), "hello", "{protocol}");
    }
}

#[test]
fn variables_have_a_limit() {
    let filled = |bytes: usize| -> Variables {
        let mut all = get("/");
        let value = "x".repeat(bytes);
        all.extend(variables(&[("Y", &value)]));
        all
    };
    for protocol in PROTOCOLS {
        let limits = Limits::default().with_variables_bytes(20_000);
        let server = listen(protocol).with_limits(limits);
        let host = Host::with(server, protocol, app.into_application());
        let most = (10_000..20_000).rev().find(|bytes| {
            let encoded = encode(protocol, &filled(*bytes), b"");
            let overhead = match protocol {
                // Records with their padding; the digits of a netstring, a colon and a comma; four bytes.
                Protocol::FastCgi => 16 + 8 + 8 + 8 + 7,
                Protocol::Scgi => 7,
                _ => 4,
            };
            encoded.len() <= 20_000 + overhead
        });
        let most = most.unwrap();
        let answer = host.ask(&filled(most - 7), b"");
        assert_eq!(answer.status, 200, "{protocol}: at the limit");
        let answer = host.ask(&filled(most + 8), b"");
        assert_eq!(answer.status, 431, "{protocol}: past it");
        assert!(
            answer.text().contains("limit `variables_bytes`"),
            "{protocol}: {}",
            answer.text()
        );
    }
}

#[test]
fn headers_have_their_own_limits() {
    let long = "x".repeat(17 << 10);
    let target = format!("/{}", "x".repeat(9000));
    let mut many = get("/");
    for at in 0..101 {
        many.extend(variables(&[(&format!("HTTP_X{at}"), "")]));
    }
    let mut one = get("/");
    one.extend(variables(&[("HTTP_X", &long)]));
    let rows = [
        (one, 431, "field_bytes"),
        (many, 431, "header_fields"),
        (get(&target), 414, "target_bytes"),
    ];
    for protocol in PROTOCOLS {
        let host = Host::new(protocol, app.into_application());
        for (variables, status, setting) in &rows {
            let answer = host.ask(variables, b"");
            assert_eq!(answer.status, *status, "{protocol}: {setting}");
            assert!(
                answer.text().contains(setting),
                "{protocol}: {}",
                answer.text()
            );
        }
    }
}

#[test]
fn a_front_that_says_nothing_is_not_awaited_for_ever() {
    let limits = ServerLimits::default().with_head_timeout(Duration::from_millis(200));
    for protocol in PROTOCOLS {
        let host = Host::with_limits(protocol, limits.clone(), app.into_application());
        let whole = encode(protocol, &get("/"), b"");
        for length in [0, 1, whole.len() / 2] {
            let mut stream = host.connect();
            stream.write_all(&whole[..length]).unwrap();
            assert_eq!(rest(&mut stream), b"", "{protocol}: {length}");
        }
        assert_eq!(host.get("/").text(), "hello", "{protocol}");
    }
}

#[test]
fn a_body_that_stops_arriving_is_an_error() {
    let limits = Limits::default().with_body_idle(Duration::from_millis(200));
    for protocol in PROTOCOLS {
        let server = listen(protocol).with_limits(limits.clone());
        let host = Host::with(server, protocol, app.into_application());
        let mut stream = host.connect();
        let whole = encode(protocol, &post("/length", 4), b"four");
        let missing = if protocol == Protocol::FastCgi { 14 } else { 2 };
        stream.write_all(&whole[..whole.len() - missing]).unwrap();
        let answer = read(protocol, &mut stream).expect("an answer");
        assert_eq!(answer.status, 408, "{protocol}: {answer:?}");
    }
}

#[test]
fn a_front_that_does_not_read_is_cut() {
    let limits = ServerLimits::default().with_write_idle(Duration::from_millis(300));
    for protocol in PROTOCOLS {
        let endless =
            || rustzeug::Response::iterator(std::iter::repeat_with(|| "x".repeat(10_000)));
        let host = Host::with_limits(protocol, limits.clone(), endless.into_application());
        let mut stream = host.connect();
        stream.write_all(&encode(protocol, &get("/"), b"")).unwrap();
        let counters = || host.monitor.counters();
        until("it is cut", || {
            counters().stuck == 1 && counters().open == 0
        });
    }
}
