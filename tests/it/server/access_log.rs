//! The access log: what it says for requests and responses.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use rustzeug::gateway::{Body, LogNote};
use rustzeug::{
    IntoApplication, Request, Response, Server, chrono,
    server::{AccessLog, Listener},
};
use serde_json::Value;

use super::listening::{ask, unix};
use super::unix_sockets::Folder;
use super::{Running, tcp};
use crate::common::Log;
use crate::waiting::pass;

pub(super) fn app(request: &Request) -> Response {
    match request.path() {
        "/304" => Response::text("").with_status(304),
        "/404" => Response::text("gone\n").with_status(404),
        "/chunked" => Response::iterator(["four"; 3]),
        "/cut" => Response::bytes("").with_body(Body::try_iterator([Ok("chunk"), Err("late")])),
        "/endless" => Response::iterator(std::iter::repeat_with(|| "x".repeat(10_000))),
        "/note" => {
            let mut response = Response::text("hello");
            let note = LogNote::default()
                .with_user("ann \"a\"\n")
                .with_route("/{page}");
            response.extensions_mut().insert(note);
            response
        }
        "/panic" => panic!("at the disco"),
        "/slow" => {
            // What is logged is how long it took.
            pass(Duration::from_millis(30));
            Response::text("hello")
        }
        _ => Response::text("hello"),
    }
}

/// A server with an access log that can be read.
pub(super) struct Logging {
    pub(super) address: SocketAddr,
    running: Running,
    log: Log,
}

impl Logging {
    pub(super) fn new(format: AccessLog) -> Self {
        let log = Log::default();
        let server = Server::bind("127.0.0.1:0")
            .unwrap()
            .with_access_log(format.with_writer(log.clone()));
        Self {
            address: server.local_addr(),
            running: Running::new(server, app.into_application()),
            log,
        }
    }

    /// Sends `bytes`, and returns everything that comes back.
    pub(super) fn ask(&self, bytes: &[u8]) -> String {
        let mut client = tcp(self.address);
        client.write_all(bytes).unwrap();
        client.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = client.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(super) fn end(mut self) -> String {
        self.running.end();
        self.log.text()
    }
}

/// The lines of a log in a format of Apache, with `[]` instead of the time.
pub(super) fn without_times(log: &str) -> Vec<String> {
    let lines = log.lines().map(|line| {
        let (start, rest) = line.split_once(" +0000]").expect("a time");
        let (start, time) = start.rsplit_once('[').expect("a time");
        assert_eq!(time.len(), "10/Oct/2000:13:55:36".len(), "{line}");
        format!("{start}[]{rest}")
    });
    lines.collect()
}

pub(super) fn parsed(log: &str) -> Vec<Value> {
    log.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

struct Case {
    send: &'static [u8],
    /// `N` is the length of the body that was received.
    combined: &'static str,
    why: &'static str,
}

impl Case {
    /// What a log in Apache's combined format has of it.
    fn logged(&self, answer: &str) -> String {
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        self.combined.replace(" N ", &format!(" {} ", body.len()))
    }
}

#[rustfmt::skip]
const CASES: [Case; 13] = [
    Case { send: b"GET /a?b=c HTTP/1.1\r\nHost: h\r\nReferer: http://h/\r\nUser-Agent: curl/8\r\n\r\n",
           combined: r#""GET /a?b=c HTTP/1.1" 200 5 "http://h/" "curl/8""#,
           why: "an ordinary request" },
    Case { send: b"GET / HTTP/1.0\r\n\r\n",
           combined: r#""GET / HTTP/1.0" 200 5 "-" "-""#,
           why: "HTTP/1.0, no fields" },
    Case { send: b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n",
           combined: r#""HEAD / HTTP/1.1" 200 - "-" "-""#,
           why: "a body whose length is sent, but not the body" },
    Case { send: b"GET /304 HTTP/1.1\r\nHost: h\r\n\r\n",
           combined: r#""GET /304 HTTP/1.1" 304 - "-" "-""#,
           why: "a status without a body" },
    Case { send: b"GET /404 HTTP/1.1\r\nHost: h\r\n\r\n",
           combined: r#""GET /404 HTTP/1.1" 404 5 "-" "-""#,
           why: "an error of the client" },
    Case { send: b"GET /panic HTTP/1.0\r\nAccept: text/plain\r\n\r\n",
           combined: r#""GET /panic HTTP/1.0" 500 N "-" "-""#,
           why: "an error of the server" },
    Case { send: b"GET / HTTP/1.1\r\nHost: /\r\n\r\n",
           combined: r#""GET / HTTP/1.1" 400 N "-" "-""#,
           why: "refused before the application" },
    Case { send: b"GET /chunked HTTP/1.1\r\nHost: h\r\n\r\n",
           combined: r#""GET /chunked HTTP/1.1" 200 12 "-" "-""#,
           why: "the bytes of the body, not those of its chunks" },
    Case { send: b"GET /cut HTTP/1.1\r\nHost: h\r\n\r\n",
           combined: r#""GET /cut HTTP/1.1" 200 5 "-" "-""#,
           why: "a response that breaks off: the bytes that were sent" },
    Case { send: b"GET /\"\\\xc3\xa9?a\\b HTTP/1.1\r\nHost: h\r\n\r\n",
           combined: r#""GET /\"\\\xc3\xa9?a\\b HTTP/1.1" 200 5 "-" "-""#,
           why: "a quote, backslashes and UTF-8 in a target" },
    Case { send: b"GET http://h/a?b HTTP/1.1\r\nHost: h\r\n\r\n",
           combined: r#""GET http://h/a?b HTTP/1.1" 200 5 "-" "-""#,
           why: "a whole URL" },
    Case { send: b"GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: a\"b\\c\td\xff\xc3\xa9\r\n\r\n",
           combined: r#""GET / HTTP/1.1" 200 5 "-" "a\"b\\c\td\xff\xc3\xa9""#,
           why: "a user agent that would end its field" },
    Case { send: b"GET / HTTP/1.1\r\nHost: h\r\nReferer: \" 200 5\r\nUser-Agent:\r\n\r\n",
           combined: r#""GET / HTTP/1.1" 200 5 "\" 200 5" """#,
           why: "a referer that would end its field, and an empty user agent" },
];

#[test]
fn a_request_is_a_line_of_apaches() {
    let (common, combined) = (
        Logging::new(AccessLog::common()),
        Logging::new(AccessLog::combined()),
    );
    let logged = CASES.iter().map(|case| {
        common.ask(case.send);
        case.logged(&combined.ask(case.send))
    });
    let logged: Vec<_> = logged.collect();
    let (common, combined) = (without_times(&common.end()), without_times(&combined.end()));
    assert_eq!((common.len(), combined.len()), (CASES.len(), CASES.len()));
    let lines = logged.iter().zip(common).zip(combined);
    for (case, ((logged, common), combined)) in CASES.iter().zip(lines) {
        let want = format!("127.0.0.1 - - [] {logged}");
        assert_eq!(combined, want, "{}", case.why);
        assert!(want.starts_with(&common), "{}: {common}", case.why);
        assert!(
            common.ends_with(|end: char| end == '-' || end.is_ascii_digit()),
            "{}: {common}",
            case.why
        );
    }
}

#[test]
fn a_request_is_an_object_of_json() {
    let logging = Logging::new(AccessLog::json());
    let logged = CASES.map(|case| case.logged(&logging.ask(case.send)));
    let lines = parsed(&logging.end()).into_iter().zip(logged);
    for ((line, logged), case) in lines.zip(&CASES) {
        // The same numbers as Apache logs.
        let status_and_bytes = format!(
            "\" {} {} \"",
            line["status"],
            match line["bytes"].as_u64().unwrap() {
                0 => "-".to_owned(),
                bytes => bytes.to_string(),
            }
        );
        assert!(logged.contains(&status_and_bytes), "{}: {line}", case.why);
        assert_eq!(line["peer"], "127.0.0.1", "{}", case.why);
        assert_eq!(
            line["complete"],
            !case.send.starts_with(b"GET /cut"),
            "{}",
            case.why
        );
        assert!(line["duration_ms"].is_f64(), "{}: {line}", case.why);
        let time = line["time"].as_str().unwrap();
        let parsed = chrono::DateTime::parse_from_rfc3339(time).unwrap();
        let age = chrono::Utc::now().signed_duration_since(parsed);
        assert!((0..60).contains(&age.num_seconds()), "{time}");
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
    }
}

#[test]
fn json_tells_what_was_sent_and_leaves_out_what_was_not() {
    let logging = Logging::new(AccessLog::json());
    logging.ask(b"GET /\"\\\xc3\xa9?a HTTP/1.1\r\nHost: h:1\r\nReferer: \"\t\\\r\nUser-Agent: a\xffb\xc2\x9b2J\r\n\r\n");
    logging.ask(b"GET / HTTP/1.0\r\n\r\n");
    logging.ask(b"GET /note HTTP/1.0\r\n\r\n");
    logging.ask(b"GET /slow HTTP/1.0\r\n\r\n");
    let text = logging.end();
    assert!(text.contains(r"\u009b"), "no control reaches a terminal");
    let lines = parsed(&text);
    #[rustfmt::skip]
    let cases = [
        (0, "method",     Some("GET"),          "the method"),
        (0, "target",     Some("/\"\\é?a"),     "path and query, as they were sent"),
        (0, "protocol",   Some("HTTP/1.1"),     "the version"),
        (0, "host",       Some("h:1"),          "with its port"),
        (0, "referer",    Some("\"\t\\"),       "characters that must be escaped"),
        (0, "user_agent", Some("a\u{fffd}b\u{9b}2J"), "a byte that is not UTF-8"),
        (0, "user",       None,                 "it was not noted"),
        (0, "route",      None,                 "it was not noted"),
        (1, "protocol",   Some("HTTP/1.0"),     "the version"),
        (1, "host",       None,                 "HTTP/1.0 needs no host"),
        (1, "referer",    None,                 "not sent"),
        (1, "user_agent", None,                 "not sent"),
        (2, "user",       Some("ann \"a\"\n"),  "noted"),
        (2, "route",      Some("/{page}"),      "noted"),
    ];
    for (line, name, want, why) in cases {
        assert_eq!(
            lines[line].get(name).and_then(Value::as_str),
            want,
            "{line}: {name}: {why}"
        );
        assert_eq!(
            lines[line].get(name).is_some(),
            want.is_some(),
            "{line}: {name}: {why}"
        );
    }
    let took = |line: &Value| line["duration_ms"].as_f64().unwrap();
    assert!(took(&lines[3]) >= 30.0, "{}", lines[3]);
    assert!(took(&lines[3]) < 30_000.0, "in milliseconds: {}", lines[3]);
}

#[test]
fn a_user_is_one_word_in_apaches_formats_and_the_note_is_not_sent() {
    let logging = Logging::new(AccessLog::common());
    let answer = logging.ask(b"GET /note HTTP/1.0\r\n\r\n");
    assert!(!answer.contains("ann"), "{answer}");
    let lines = without_times(&logging.end());
    let want = r#"127.0.0.1 - ann\x20\"a\"\n [] "GET /note HTTP/1.0" 200 5"#;
    assert_eq!(lines, [want]);
}

#[test]
fn peers_are_addresses_without_ports_and_a_unix_socket_has_none() {
    for (format, want) in [(AccessLog::common(), "- - - [] "), (AccessLog::json(), "")] {
        let (folder, log) = (Folder::new(), Log::default());
        let path = folder.path("app.sock");
        let server = Server::on(Listener::unix(&path).unwrap())
            .with_access_log(format.with_writer(log.clone()));
        let mut running = Running::new(server, app.into_application());
        assert_eq!(ask(unix(&path)), "hello");
        running.end();
        if want.is_empty() {
            assert_eq!(parsed(&log.text())[0].get("peer"), None);
        } else {
            assert!(without_times(&log.text())[0].starts_with(want));
        }
    }
    let log = Log::default();
    let Ok(server) = Server::bind("[::1]:0") else {
        return; // A machine without IPv6.
    };
    let server = server.with_access_log(AccessLog::common().with_writer(log.clone()));
    let address = server.local_addr();
    let mut running = Running::new(server, app.into_application());
    assert_eq!(ask(tcp(address)), "hello");
    running.end();
    assert!(log.text().starts_with("::1 - - ["), "{}", log.text());
}
