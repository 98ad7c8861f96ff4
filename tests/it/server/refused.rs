//! Requests that hyper refuses: a page, a line in the log, a counter. Nothing else is mistaken for them.

use std::time::Duration;

use rustzeug::gateway::Limits;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Response, Server, server::AccessLog};

use super::access_log::{Logging, parsed, without_times};
use super::{End, Served, status};

/// The head, in lower case, and the body of a response.
fn parts(answer: &str) -> (String, String) {
    let (head, body) = answer.split_once("\r\n\r\n").expect(answer);
    (format!("{}\r\n", head.to_lowercase()), body.to_owned())
}

#[test]
fn what_cannot_be_read_gets_a_page() {
    let limits = Limits::default()
        .with_header_fields(10)
        .with_head_bytes(100_000);
    let served = Served::with_limits((|| "fine").into_application(), limits);
    let quote = "the request target has a character that must be percent-encoded\n";
    let many = format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(10));
    let long = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "x".repeat(65_534));
    #[rustfmt::skip]
    let cases: [(&[u8], u16, &str, &str); 17] = [
        (b"GET /?q=\"a\" HTTP/1.1\r\nhost: a\r\n\r\n",  400, quote, "a quote"),
        (b"GET /?q=<a> HTTP/1.1\r\nhost: a\r\n\r\n",    400, quote, "angles"),
        (b"GET /?q=\xc3 HTTP/1.1\r\nhost: a\r\n\r\n",   400, quote, "half a character"),
        (b"GET /?q=\xff HTTP/1.1\r\nhost: a\r\n\r\n",   400, quote, "raw bytes"),
        (b"GET /<a> HTTP/1.1\r\nhost: a\r\n\r\n",       400, quote, "in a path"),
        (b"POST /?\" HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc", 400, quote, "with a body"),
        (b"GET / HTTP/3.7\r\nhost: a\r\n\r\n",          400, "the request line does not end with HTTP/1.0 or HTTP/1.1\n", "a version"),
        (b"GET / HTTP/1.1\r\nhost a\r\n\r\n",           400, "a header field is malformed\n", "no colon"),
        (b"GET / HTTP/1.1\r\nhost: a\r\nx: \x00\r\n\r\n", 400, "a header field is malformed\n", "a NUL"),
        (b"G@T / HTTP/1.1\r\nhost: a\r\n\r\n",          400, "the input is not an HTTP request\n", "an invalid method"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "the input is not an HTTP request\n", "TLS on a port without"),
        (b"SSH-2.0-OpenSSH_9.6\r\n",                    400, "the request has no target\n", "another protocol"),
        (b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 18446744073709551615\r\n\r\n", 413, "the Content-Length is too large\n", "a length"),
        (many.as_bytes(),                               431, "there are more than 10 header fields (limit `header_fields`)\n", "fields"),
        (long.as_bytes(),                               414, "the request target is longer than 65534 bytes\n", "a target"),
        (b"HEAD /?\" HTTP/1.1\r\nhost: a\r\n\r\n",      400, "", "a HEAD has no body in the response"),
        (b"\r\n\r\nGET /?\" HTTP/1.1\r\nhost: a\r\n\r\n", 400, quote, "RFC 9112 §2.2: empty lines before it"),
    ];
    for (sent, expected, text, why) in cases {
        let mut client = served.connect();
        assert!(client.offer(sent), "{why}");
        let (answer, end) = client.ending();
        assert_eq!(
            (status(&answer), end),
            (expected, End::Closed),
            "{why}: {answer}"
        );
        let (head, body) = parts(&answer);
        assert_eq!(body, text, "{why}");
        for field in [
            "\r\nconnection: close\r\n",
            "\r\ndate: ",
            "\r\nvary: accept\r\n",
        ] {
            assert!(head.contains(field), "{why}: {head}");
        }
    }
    let counters = served.monitor.counters();
    assert_eq!((counters.requests, counters.responses[3]), (17, 17));
}

#[test]
fn the_page_is_the_one_that_the_client_prefers() {
    let served = Served::new((|| "fine").into_application());
    #[rustfmt::skip]
    let cases = [
        ("accept: text/html",                "text/html; charset=utf-8"),
        ("Accept:application/json, */*;q=0.1", "application/json"),
        ("ACCEPT: application/problem+json", "application/problem+json"),
        ("accept: text/*\r\naccept: text/html;q=2\r\nnonsense", "text/plain; charset=utf-8"),
        ("user-agent: curl",                 "text/plain; charset=utf-8"),
    ];
    for (field, content_type) in cases {
        let mut client = served.connect();
        client.send(&format!(
            "GET /?<script> HTTP/1.1\r\nhost: a\r\n{field}\r\n\r\n"
        ));
        let (head, body) = parts(&client.rest());
        assert!(
            head.contains(&format!("\r\ncontent-type: {content_type}\r\n")),
            "{field}: {head}"
        );
        assert!(!body.contains("<script>"), "nothing that was sent is in it");
    }
}

#[test]
fn what_cannot_be_read_is_a_line_in_the_log() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str); 6] = [
        (b"GET /?q=\"a\"\\ HTTP/1.1\r\nReferer: http://h/\r\nUser-Agent: evil\"\r\n\r\n", r#""GET /?q=\"a\"\\ HTTP/1.1" 400 64 "http://h/" "evil\"""#),
        (b"GET /?\xff\x1b[2J HTTP/1.1\r\n\r\n",  r#""GET /?\xff\x1b[2J HTTP/1.1" 400 64 "-" "-""#),
        (b"HEAD /?\" HTTP/1.1\r\n\r\n",          r#""HEAD /?\" HTTP/1.1" 400 - "-" "-""#),
        (b"\x16\x03\x01\x02\x00",                r#""\x16\x03\x01\x02\x00" 400 33 "-" "-""#),
        (b"GET / HTTP/1.1\r\nHost: h\r\n\r\nGET /?\" HTTP/1.1\r\n\r\n", r#""GET / HTTP/1.1" 200 5 "-" "-""#),
        (b"",                                    ""),
    ];
    let logging = Logging::new(AccessLog::combined());
    for (sent, _) in cases {
        logging.ask(sent);
    }
    let seen = without_times(&logging.end());
    let mut wanted: Vec<String> = Vec::new();
    for (_, line) in cases.iter().filter(|(_, line)| !line.is_empty()) {
        wanted.push(format!("127.0.0.1 - - [] {line}"));
    }
    // hyper does not return bytes that arrived together with an earlier request.
    wanted.push(r#"127.0.0.1 - - [] "-" 400 30 "-" "-""#.to_owned());
    assert_eq!(seen, wanted);

    let logging = Logging::new(AccessLog::json());
    logging.ask(b"GET /?\"\xff HTTP/1.1\r\nHost: h\r\nUser-Agent: x\r\n\r\n");
    let lines = parsed(&logging.end());
    let [line] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert_eq!(line["request"], "GET /?\"\u{fffd} HTTP/1.1");
    assert_eq!(
        (line["status"].as_u64(), line["bytes"].as_u64()),
        (Some(400), Some(64))
    );
    assert_eq!(
        (&line["host"], &line["user_agent"]),
        (&"h".into(), &"x".into())
    );
    assert!(
        line.get("method").is_none() && line["complete"] == true,
        "{line}"
    );
}

#[test]
fn a_head_that_did_not_come_is_a_line_too() {
    let log = crate::common::Log::default();
    let limits = ServerLimits::default().with_head_timeout(Duration::from_millis(200));
    let logging = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_server_limits(limits)
        .with_access_log(AccessLog::common().with_writer(log.clone()));
    let served = Served::by(logging, (|| "fine").into_application());
    let mut client = served.connect();
    client.send("GET /half HTTP/1.1\r\naccept: application/json\r\n");
    let (head, body) = parts(&client.rest());
    assert!(
        head.starts_with("http/1.1 408 request timeout\r\n"),
        "{head}"
    );
    assert!(head.contains("application/json"), "{head}");
    assert!(body.contains("limit `head_timeout`"), "{body}");
    log.wait_for(" 408 ");
    let lines = without_times(&log.text());
    assert!(
        lines[0].contains(r#""GET /half HTTP/1.1" 408 "#),
        "{lines:?}"
    );
}

/// All responses of an application arrive, whatever they contain and however they are sent.
#[test]
fn what_an_application_sends_is_never_taken_for_an_answer_of_hyper() {
    const OWN: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\
        date: Tue, 15 Nov 1994 08:12:31 GMT\r\n\r\n";
    let app = |request: &Request| match request.path() {
        "/streamed" => Response::iterator([OWN; 3]),
        "/empty" => Response::empty(204),
        _ => Response::text(OWN),
    };
    let served = Served::new(app.into_application());
    let mut client = served.connect();
    for path in [
        "/whole",
        "/streamed",
        "/empty",
        "/whole",
        "/empty",
        "/streamed",
    ] {
        client.send(&format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n"));
        let head = client.head();
        match path {
            "/whole" => assert_eq!(client.until("GMT\r\n\r\n"), OWN, "{path}"),
            "/streamed" => assert_eq!(
                client.until("\r\n0\r\n\r\n").matches(OWN).count(),
                3,
                "{path}"
            ),
            _ => assert!(head.starts_with("http/1.1 204"), "{head}"),
        }
    }
    // After all this, a request that hyper refuses is still recognized.
    client.send("GET /?\" HTTP/1.1\r\nhost: a\r\n\r\n");
    let (answer, end) = client.ending();
    assert_eq!((status(&answer), end), (400, End::Closed));
    assert!(answer.contains("percent-encoded"), "{answer}");
    // It is refused even if it arrives together with a request, after the response to that request.
    let mut client = served.connect();
    client.send("GET /empty HTTP/1.1\r\nhost: a\r\n\r\nGET /?\" HTTP/1.1\r\nhost: a\r\n\r\n");
    let (answers, end) = client.ending();
    assert!(answers.starts_with("HTTP/1.1 204"), "{answers}");
    assert!(
        answers.contains("HTTP/1.1 400 Bad Request\r\n"),
        "{answers}"
    );
    assert_eq!(end, End::Closed);
}
