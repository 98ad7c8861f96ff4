//! What a stranger may try at the port of a web server: records out of place, lengths that lie, names that are none.

use std::io::Read;
use std::io::Write;

use rustzeug::http::HeaderValue;
use rustzeug::server::{AccessLog, Listener, Protocol, ServerLimits};
use rustzeug::{IntoApplication, Request, Response, Result, Server};

use super::super::Running;
use super::requests;
use super::speak::{
    Answer, Host, PROTOCOLS, Variables, begin, encode, fastcgi, get, listen, pairs, post, read,
    read_fastcgi, read_record, record, request, variables,
};
use crate::common::Log;
use crate::waiting::until;

/// One that answers with all that a gateway must not pass on.
async fn app(request: &Request) -> Result<Response> {
    let response = match request.path() {
        "/not-modified" => Response::text("a body").with_status(304),
        "/reset" => Response::text("a body").with_status(205),
        "/nothing" => Response::text("a body").with_status(204),
        "/odd" => {
            Response::text("odd").with_header("x-odd", HeaderValue::from_bytes(b"\x80\xff~")?)
        }
        "/endless" => Response::async_writer(async |mut out| {
            loop {
                out.write("x".repeat(10_000)).await?;
            }
        }),
        "/spoof" => {
            let environ = request.environ();
            let names = [
                "HTTP_CONTENT_LENGTH",
                "HTTP_CONTENT_TYPE",
                "HTTP_PROXY",
                "HTTP_A\nB",
            ];
            let found = names.map(|name| environ.var(name));
            Response::text(format!("{found:?} {}", request.headers().len()))
        }
        _ => return requests::app(request).await,
    };
    Ok(response.with_header("cache-control", "no-store"))
}

fn host(protocol: Protocol) -> Host {
    Host::new(protocol, app.into_application())
}

type Record = (u8, u16, Vec<u8>);

#[test]
fn records_out_of_place_are_skipped_answered_or_end_the_connection() {
    let end = |id: u16, status: u8, protocol: u8| (3, id, vec![0, 0, 0, status, protocol, 0, 0, 0]);
    let nobody = [
        record(4, 7, b"\x01\x01ab"),
        record(5, 7, b"x"),
        record(2, 7, b""),
    ]
    .concat();
    let ours = [3, 6, 7, 8, 10, 11]
        .map(|kind| record(kind, 1, b"x"))
        .concat();
    let padded = [&[1, 5, 0, 7, 0, 0, 255, 0][..], &[0; 255]].concat();
    let filter = [&record(1, 7, &[0, 3, 1, 0, 0, 0, 0, 0])[..], &nobody].concat();
    let questions = record(9, 0, b"").repeat(20);
    let silence: Vec<Record> = vec![(10, 0, vec![]); 20];
    #[rustfmt::skip]
    let rows: Vec<(&[u8], Vec<Record>, bool, &str)> = vec![
        (&nobody,                                 vec![],                true,  "of a request that nobody began"),
        (&ours,                                   vec![],                true,  "those that only an application sends"),
        (&padded,                                 vec![],                true,  "nothing but padding"),
        (&filter,                                 vec![end(7, 0, 3)],    true,  "another role, and all of its request"),
        (&questions,                              silence,               true,  "questions about nothing"),
    ];
    let host = host(Protocol::FastCgi);
    for (bytes, want, goes_on, why) in rows {
        let mut stream = host.connect();
        stream.write_all(bytes).unwrap();
        for record in want {
            assert_eq!(read_record(&mut stream), Some(record), "{why}");
        }
        stream.write_all(&fastcgi(9, true, &get("/"), b"")).unwrap();
        let answer = read_fastcgi(&mut stream, 9).0;
        assert_eq!(
            answer.is_some_and(|answer| answer.text() == "hello"),
            goes_on,
            "{why}"
        );
    }
    #[rustfmt::skip]
    let rows: [(Vec<u8>, &str); 6] = [
        (record(1, 0, &[0, 1, 1, 0, 0, 0, 0, 0]), "a request with the number 0"),
        (record(1, 1, &[0, 1]),                   "a beginning that is cut"),
        (record(1, 1, b""),                       "a beginning of nothing"),
        (record(9, 0, b"\xff\xff\xff\xffx"),      "a question of four gigabytes"),
        (record(9, 0, b"\x05"),                   "a question that is cut"),
        (vec![2, 1, 0, 1, 0, 8, 0, 0],            "another version"),
    ];
    for (bytes, why) in rows {
        let mut stream = host.connect();
        stream.write_all(&bytes).unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert_eq!(rest, b"", "{why}");
    }
}

#[test]
fn a_request_can_be_given_up_at_any_time() {
    let host = host(Protocol::FastCgi);
    let variables = |target| {
        [
            begin(1, true),
            record(4, 1, &pairs(&post(target, 9))),
            record(4, 1, b""),
        ]
        .concat()
    };
    let cases = [
        (
            [variables("/length"), record(5, 1, b"four")].concat(),
            "in the middle of a body that is read",
        ),
        (
            [variables("/unread"), record(5, 1, b"four")].concat(),
            "in the middle of a body that nobody reads",
        ),
        (
            fastcgi(1, true, &get("/endless"), b""),
            "in the middle of a response",
        ),
    ];
    for (begun, why) in cases {
        let mut stream = host.connect();
        stream.write_all(&begun).unwrap();
        until("it is in hand", || host.monitor.counters().requests > 0);
        stream.write_all(&record(2, 1, b"")).unwrap();
        stream.write_all(&fastcgi(2, true, &get("/"), b"")).unwrap();
        let mut ended = false;
        loop {
            let (kind, id, content) = read_record(&mut stream).expect(why);
            match (kind, id) {
                (3, 1) => ended = true,
                (6, 1) => assert!(!ended, "{why}: something follows the end"),
                (6, 2) if content.ends_with(b"hello") => break,
                other => panic!("{why}: {other:?}"),
            }
        }
        assert!(ended, "{why}");
    }
    until("nothing is left", || host.monitor.counters().in_flight == 0);
}

#[test]
fn requests_that_do_not_wait_are_answered_in_order() {
    let host = host(Protocol::FastCgi);
    let mut stream = host.connect();
    let count = 50_u16;
    let all: Vec<u8> = (1..=count)
        .flat_map(|id| {
            fastcgi(
                id,
                true,
                &post("/length", usize::from(id)),
                &vec![b'x'; id.into()],
            )
        })
        .collect();
    stream.write_all(&all).unwrap();
    for id in 1..=count {
        let answer = read_fastcgi(&mut stream, id).0.unwrap();
        assert_eq!(answer.text(), format!("{id} bytes"));
    }
}

#[test]
fn a_small_response_and_its_end_arrive_together() {
    let host = host(Protocol::FastCgi);
    let mut stream = host.connect();
    for _ in 0..20 {
        stream.write_all(&fastcgi(1, true, &get("/"), b"")).unwrap();
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).unwrap();
        let end = &piece[..count][count - 16..];
        assert_eq!(
            end[..4],
            [1, 3, 0, 1],
            "one piece ends with the end of the request"
        );
    }
}

#[test]
fn lengths_that_lie_are_refused() {
    type Row = (
        &'static [(&'static str, &'static str)],
        u16,
        [&'static str; 2],
        &'static str,
    );
    #[rustfmt::skip]
    let rows: &[Row] = &[
        // By FastCGI, whose stream has an end, and by the others.
        (&[("CONTENT_LENGTH", "2")],     200, ["2 bytes", "2 bytes"], "less than there is"),
        (&[("CONTENT_LENGTH", "0004")],  200, ["4 bytes", "4 bytes"], "zeros in front"),
        (&[("CONTENT_LENGTH", "")],      200, ["4 bytes", "0 bytes"], "none"),
        (&[("CONTENT_LENGTH", "4"), ("CONTENT_LENGTH", "4")], 200, ["4 bytes", "4 bytes"], "twice the same"),
        (&[("CONTENT_LENGTH", "4"), ("CONTENT_LENGTH", "3")], 400, ["two values", "two values"], "two"),
        (&[("CONTENT_LENGTH", ""), ("HTTP_CONTENT_LENGTH", "2")], 200, ["4 bytes", "0 bytes"], "`HTTP_CONTENT_LENGTH` does not count"),
        (&[("CONTENT_LENGTH", "-1")],    400, ["not a number"; 2], "negative"),
        (&[("CONTENT_LENGTH", "+4")],    400, ["not a number"; 2], "a sign"),
        (&[("CONTENT_LENGTH", " 4")],    400, ["not a number"; 2], "a blank"),
        (&[("CONTENT_LENGTH", "4,4")],   400, ["not a number"; 2], "a list"),
        (&[("CONTENT_LENGTH", "0x4")],   400, ["not a number"; 2], "hexadecimal"),
        (&[("CONTENT_LENGTH", "18446744073709551616")], 400, ["not a number"; 2], "one more than fits"),
        (&[("CONTENT_LENGTH", "4"), ("HTTP_TRANSFER_ENCODING", "chunked")], 200, ["4 bytes", "4 bytes"], "the front has decoded it"),
        (&[("CONTENT_LENGTH", "4"), ("HTTP_TRANSFER_ENCODING", "gzip")], 400, ["Transfer-Encoding"; 2], "a coding that nobody knows"),
        (&[("CONTENT_LENGTH", "4"), ("HTTP_TRANSFER_ENCODING", "chunked, chunked")], 400, ["Transfer-Encoding"; 2], "two"),
    ];
    for protocol in PROTOCOLS {
        let host = host(protocol);
        for (pairs, status, texts, why) in rows {
            let mut all = request("POST", "/length", &[]);
            all.retain(|(name, _)| name != b"CONTENT_LENGTH");
            all.extend(variables(pairs));
            let answer = host.ask(&all, b"four");
            let text = texts[usize::from(protocol != Protocol::FastCgi)];
            assert_eq!(answer.status, *status, "{protocol}: {why}: {answer:?}");
            assert!(
                answer.text().contains(text),
                "{protocol}: {why}: {}",
                answer.text()
            );
        }
    }
}

#[test]
fn names_that_no_variable_has_do_no_harm() {
    let more: [(&[u8], &[u8]); 7] = [
        (b"", b"x"),
        (b"A\nB", b"x\ny"),
        (b"\xff", b"\xff"),
        (b"HTTP_A\nB", b"x"),
        (b"HTTP_CONTENT_LENGTH", b"9"),
        (b"HTTP_CONTENT_TYPE", b"text/evil"),
        (b"HTTP_PROXY", b"http://evil"),
    ];
    for protocol in PROTOCOLS {
        let lines = Log::default();
        let log = AccessLog::common().with_writer(lines.clone());
        let host = Host::with(
            listen(protocol).with_access_log(log),
            protocol,
            app.into_application(),
        );
        let mut all = get("/spoof");
        all.extend(
            more.iter()
                .map(|(name, value)| (name.to_vec(), value.to_vec())),
        );
        if protocol != Protocol::Scgi {
            all.push((b"A\0B".to_vec(), b"\0".to_vec()));
        }
        let answer = host.ask(&all, b"");
        assert_eq!(answer.text(), "[None, None, None, None] 1", "{protocol}");
        let injected = "/\" 200 5\n192.0.2.1 - - ";
        host.ask(
            &request(
                "G\nT",
                injected,
                &[("REMOTE_ADDR", "1\n2"), ("SERVER_PROTOCOL", "a\nb")],
            ),
            b"",
        );
        host.ask(
            &request(
                "GET",
                injected,
                &[("REMOTE_ADDR", "1\n2"), ("SERVER_PROTOCOL", "a\nb")],
            ),
            b"",
        );
        until("three lines", || lines.text().lines().count() >= 3);
        let text = lines.text();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(
            !text.lines().any(|line| line.starts_with("192.0.2.1")),
            "{text}"
        );
    }
}

#[test]
fn a_body_that_no_response_has_is_not_sent() {
    for protocol in PROTOCOLS {
        let server = listen(protocol);
        let (address, monitor) = (server.local_addr(), server.monitor());
        let host = Host {
            // `Lint` would refuse such a response.
            running: Running::unchecked(server, app.into_application()),
            monitor,
            address,
            protocol,
        };
        for (method, path, status) in [
            ("GET", "/nothing", 204),
            ("GET", "/reset", 205),
            ("GET", "/not-modified", 304),
            ("HEAD", "/", 200),
            ("HEAD", "/chunks", 200),
            ("HEAD", "/length", 400),
        ] {
            let length = if status == 400 { "x" } else { "" };
            let variables = request(method, path, &[("CONTENT_LENGTH", length)]);
            let answer = host.ask(&variables, b"");
            assert_eq!(
                (answer.status, &*answer.body),
                (status, &b""[..]),
                "{protocol}: {method} {path}"
            );
            assert!(answer.whole, "{protocol}: {method} {path}");
        }
    }
}

#[test]
fn odd_bytes_in_a_header_are_passed_on() {
    for protocol in PROTOCOLS {
        let host = host(protocol);
        let mut stream = host.connect();
        stream
            .write_all(&encode(protocol, &get("/odd"), b""))
            .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let line = b"x-odd: \x80\xff~\r\n";
        assert!(
            bytes.windows(line.len()).any(|part| part == line),
            "{protocol}: {bytes:?}"
        );
    }
}

#[test]
fn connections_that_stop_in_the_middle_make_room_for_others() {
    let limits = ServerLimits::default().with_connections(4);
    for protocol in PROTOCOLS {
        let host = Host::with_limits(protocol, limits.clone(), app.into_application());
        let whole = encode(protocol, &post("/length", 4), b"four");
        for length in [1, whole.len() / 2, whole.len() - 2] {
            let stuck: Vec<_> = (0..8)
                .map(|_| {
                    let mut stream = host.connect();
                    stream.write_all(&whole[..length]).unwrap();
                    stream
                })
                .collect();
            assert_eq!(host.get("/").text(), "hello", "{protocol}: {length}");
            drop(stuck);
        }
    }
}

#[test]
fn the_proxy_protocol_comes_before_any_other() {
    let facts = |request: &Request| {
        let peer = request.environ().server().peer().map(ToString::to_string);
        peer.unwrap_or_default()
    };
    let without = |protocol| {
        let mut all: Variables = get("/");
        all.retain(|(name, _)| !name.starts_with(b"REMOTE_"));
        encode(protocol, &all, b"")
    };
    for protocol in PROTOCOLS {
        for (trusted, header, want) in [
            (
                "127.0.0.0/8",
                &b"PROXY TCP4 203.0.113.7 10.0.0.2 4321 443\r\n"[..],
                Some("203.0.113.7:4321"),
            ),
            ("127.0.0.0/8", b"PROXY UNKNOWN\r\n", Some("127.0.0.1")),
            (
                "127.0.0.0/8",
                b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0",
                Some("127.0.0.1"),
            ),
            ("127.0.0.0/8", b"", None),
            ("127.0.0.0/8", b"PROXY TCP4 203.0.113.7\r\n", None),
            (
                "10.0.0.0/8",
                b"PROXY TCP4 203.0.113.7 10.0.0.2 4321 443\r\n",
                None,
            ),
            ("10.0.0.0/8", b"", Some("127.0.0.1")),
        ] {
            let listener = Listener::tcp("127.0.0.1:0")
                .unwrap()
                .with_protocol(protocol);
            let server = Server::on(listener.with_proxy_protocol([trusted]).unwrap());
            let host = Host::with(server, protocol, facts.into_application());
            let mut stream = host.connect();
            stream
                .write_all(&[header, &without(protocol)].concat())
                .unwrap();
            let answer = read(protocol, &mut stream).filter(|answer| answer.status == 200);
            let peer = answer.as_ref().map(Answer::text);
            let what = format!("{protocol}: {}: {peer:?}", header.escape_ascii());
            match want {
                None => assert_eq!(peer, None, "{what}"),
                Some(want) => assert!(peer.is_some_and(|peer| peer.starts_with(want)), "{what}"),
            }
        }
    }
}
