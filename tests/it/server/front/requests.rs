//! Requests and responses, the same by each protocol.

use std::io::Write;

use rustzeug::gateway::{Body, Limits};
use rustzeug::server::Protocol;
use rustzeug::{IntoApplication, Request, Response, Result};

use super::speak::{
    Host, PROTOCOLS, Variables, encode, get, listen, post, read, request, variables,
};
use crate::waiting::until;

/// An application that tells what it was asked.
pub(super) async fn app(request: &Request) -> Result<Response> {
    let response = match request.path() {
        "/facts" => {
            let (environ, ip) = (request.environ(), request.client_ip());
            let server = environ.server();
            Response::text(format!(
                "{} {} {} {} {:?} {}:{} user={:?}",
                environ.method(),
                request.url(),
                environ.raw_script_name(),
                environ.raw_path_info(),
                ip.map(|ip| ip.to_string()),
                server.server_name(),
                server.server_port(),
                environ.var("REMOTE_USER"),
            ))
        }
        "/header" => {
            let values = request.headers().get_all("x").iter();
            let values: Vec<_> = values
                .map(|value| value.as_bytes().escape_ascii().to_string())
                .collect();
            Response::text(format!("{values:?} {:?}", request.headers().get("cookie")))
        }
        "/length" => {
            let bytes = request.bytes().limit(1 << 30).await?;
            Response::text(format!("{} bytes", bytes.len()))
        }
        "/echo" => Response::bytes("").with_body(request.environ().take_body()),
        "/unread" => Response::text("not read\n").with_status(403),
        "/large" => Response::text("x".repeat(300_000)),
        "/chunks" => Response::iterator((0..100).map(|n| format!("line {n}\n"))),
        "/cut" => Response::bytes("").with_body(Body::try_iterator([Ok("chunk"), Err("late")])),
        "/empty" => Response::text("").with_status(204),
        "/there" => Response::redirect("/facts"),
        "/panic" => panic!("at the disco"),
        path if path.starts_with("/path/") => {
            Response::text(request.environ().raw_path().to_owned())
        }
        _ => Response::text("hello"),
    };
    Ok(response.with_header("cache-control", "no-store"))
}

fn host(protocol: Protocol) -> Host {
    Host::new(protocol, app.into_application())
}

#[test]
fn a_request_is_what_its_variables_say() {
    type Row = (Variables, u16, &'static str, &'static str);
    let put = |target: &str, more: &[(&str, &str)]| request("PUT", target, more);
    let twice = |first: (&str, &str), second: (&str, &str)| {
        let mut all = get("/header");
        all.extend(variables(&[first, second]));
        all
    };
    #[rustfmt::skip]
    let rows: Vec<Row> = vec![
        (get("/facts?a=b"), 200, "GET http://example.org/facts?a=b  /facts Some(\"203.0.113.9\") example.org:80 user=None", "a request"),
        (put("/facts", &[("SCRIPT_NAME", "/app"), ("REQUEST_URI", "/app/facts")]), 200, "PUT http://example.org/app/facts /app /facts", "below a mount"),
        (put("/facts", &[("SCRIPT_NAME", "/"), ("PATH_INFO", "facts")]), 200, "PUT http://example.org/facts  /facts", "the root, written as a path"),
        (put("/facts", &[("HTTPS", "on"), ("SERVER_PORT", "443")]), 200, "https://example.org/facts", "TLS ends in front"),
        (put("/facts", &[("REMOTE_USER", "ada")]), 200, "user=Some(\"ada\")", "a variable of the front"),
        (put("/facts", &[("REMOTE_ADDR", "unix:")]), 200, "None example.org:80", "a client without an address"),
        (put("/facts", &[("HTTP_HOST", "")]), 200, "http://example.org/facts", "no host: HTTP/1.0 in front"),
        (twice(("HTTP_X", "a"), ("HTTP_X", "b\u{e9}")), 200, "[\"a\", \"b\\\\xc3\\\\xa9\"]", "a repeated header, of any bytes"),
        (twice(("HTTP_COOKIE", "a=b"), ("HTTP_COOKIE", "c=d")), 200, "a=b; c=d", "cookies are joined"),
        (twice(("HTTP_PROXY", "evil"), ("HTTP_x", "spoof")), 200, "[] None", "names that no header has"),
        (get("/"), 200, "hello", "anything"),
        (put("/x", &[("REQUEST_METHOD", "")]), 400, "the method is not valid", "no method"),
        (put("/x", &[("CONTENT_LENGTH", "+4")]), 400, "CONTENT_LENGTH", "a length with a sign"),
        (put("/x", &[("PATH_INFO", "/a\0b"), ("REQUEST_URI", "/a%00b")]), 400, "", "a NUL"),
        (put("/x", &[("HTTP_X", "a\r\nb: c")]), 400, "control character", "a line break in a value"),
        (get("/panic"), 500, "", "a panic"),
    ];
    for protocol in PROTOCOLS {
        let host = host(protocol);
        for (variables, status, text, why) in &rows {
            if protocol == Protocol::Scgi && variables.iter().any(|(_, value)| value.contains(&0)) {
                continue;
            }
            let answer = host.ask(variables, b"");
            assert_eq!(answer.status, *status, "{protocol}: {why}: {answer:?}");
            assert!(answer.whole, "{protocol}: {why}: {answer:?}");
            assert!(
                answer.text().contains(text),
                "{protocol}: {why}: {}",
                answer.text()
            );
        }
    }
}

#[test]
fn responses_arrive_as_they_were_made() {
    for protocol in PROTOCOLS {
        let host = host(protocol);
        let large = host.get("/large");
        assert_eq!(
            (large.header("content-length"), large.body.len()),
            (Some("300000"), 300_000),
            "{protocol}"
        );
        let chunks = host.get("/chunks");
        assert_eq!(
            chunks.header("content-length"),
            None,
            "{protocol}: nobody knows it"
        );
        assert!(
            chunks.whole && chunks.text().ends_with("line 98\nline 99\n"),
            "{protocol}"
        );
        let empty = host.get("/empty");
        assert_eq!(
            (
                empty.status,
                empty.body.len(),
                empty.header("content-length")
            ),
            (204, 0, None),
            "{protocol}"
        );
        let there = host.get("/there");
        let location = there.header("location").unwrap();
        assert!(location.ends_with("/facts"), "{protocol}");
        if protocol != Protocol::Uwsgi {
            assert_eq!(
                location, "http://example.org/facts",
                "{protocol}: a path is answered by the front itself"
            );
        }
        let head = host.ask(&request("HEAD", "/large", &[]), b"");
        assert_eq!(
            (head.header("content-length"), head.body.len()),
            (Some("300000"), 0),
            "{protocol}"
        );
    }
}

#[test]
fn a_response_that_fails_half_way_does_not_look_whole() {
    for protocol in PROTOCOLS {
        let host = host(protocol);
        let answer = read(protocol, &mut {
            let mut stream = host.connect();
            stream
                .write_all(&encode(protocol, &get("/cut"), b""))
                .unwrap();
            stream
        });
        // A reset may overtake what was sent.
        assert!(answer.is_none_or(|answer| !answer.whole), "{protocol}");
        assert_eq!(
            host.get("/").text(),
            "hello",
            "{protocol}: the server goes on"
        );
        host.running.log.wait_for("the response was cut off");
    }
}

#[test]
fn bodies_are_as_long_as_they_say() {
    let megabytes = vec![b'x'; 3 << 20];
    for protocol in PROTOCOLS {
        let host = host(protocol);
        #[rustfmt::skip]
        let rows: [(Variables, &[u8], u16, &str, &str); 6] = [
            (post("/length", 4),         b"four",     200, "4 bytes",       "a body"),
            (post("/length", 0),         b"",         200, "0 bytes",       "no body"),
            (post("/length", 4),         b"four more", 200, "4 bytes",      "the rest is not a part of it"),
            (post("/length", 3 << 20),   &megabytes,  200, "3145728 bytes", "a long one"),
            (post("/echo", 4),           b"four",     200, "four",          "as it comes"),
            (post("/unread", 3 << 20),   &megabytes,  403, "not read\n",    "nobody reads it"),
        ];
        for (variables, body, status, text, why) in rows {
            let answer = host.ask(&variables, body);
            assert_eq!(
                (answer.status, answer.text()),
                (status, text),
                "{protocol}: {why}"
            );
            assert!(answer.whole, "{protocol}: {why}");
        }
        let echoed = host.ask(&post("/echo", 3 << 20), &megabytes);
        assert!(
            echoed.whole && echoed.body == megabytes,
            "{protocol}: streamed both ways"
        );
    }
}

#[test]
fn a_body_that_ends_early_is_an_error_for_its_reader() {
    for protocol in PROTOCOLS {
        let host = host(protocol);
        let mut stream = host.connect();
        let mut bytes = encode(protocol, &post("/length", 9), b"four");
        if protocol == Protocol::FastCgi {
            // The connection ends before the stream does.
            bytes.truncate(bytes.len() - 8);
        }
        stream.write_all(&bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let answer = read(protocol, &mut stream).expect("an answer");
        assert_eq!(answer.status, 400, "{protocol}: {answer:?}");
    }
    let host = host(Protocol::FastCgi);
    let answer = host.ask(&post("/length", 9), b"four");
    assert_eq!(
        answer.status, 400,
        "the stream ends before the length is reached"
    );
    let unknown = host.ask(&request("POST", "/length", &[]), b"four");
    assert_eq!(
        unknown.text(),
        "4 bytes",
        "without a length the stream counts"
    );
}

#[test]
fn a_body_of_any_length_is_not_held_in_memory() {
    for protocol in PROTOCOLS {
        // More than the server holds for all bodies.
        let limits = Limits::default().with_budget_memory_bytes(1 << 20);
        let app = async |request: &Request| -> Result<String> {
            let mut body = request.environ().take_body();
            let mut length = 0;
            while let Some(chunk) = body.chunk().await? {
                length += chunk.len();
            }
            Ok(length.to_string())
        };
        let host = Host::with(
            listen(protocol).with_limits(limits),
            protocol,
            app.into_application(),
        );
        let answer = host.ask(&post("/", 40 << 20), &vec![b'x'; 40 << 20]);
        assert_eq!(answer.text(), (40 << 20).to_string(), "{protocol}");
    }
}

#[test]
fn a_plain_function_may_block() {
    for protocol in PROTOCOLS {
        let app =
            |request: &Request| -> Result<String> { Ok(request.text().wait()?.to_uppercase()) };
        let host = Host::new(protocol, app.into_application());
        assert_eq!(
            host.ask(&post("/", 4), b"four").text(),
            "FOUR",
            "{protocol}"
        );
        until("nothing is in flight", || {
            host.running.log.text().len() < 1000
        });
    }
}

#[test]
fn bytes_may_arrive_one_by_one() {
    for protocol in PROTOCOLS {
        let host = host(protocol);
        let mut stream = host.connect();
        stream.set_nodelay(true).unwrap();
        for byte in encode(protocol, &post("/length", 4), b"four") {
            stream.write_all(&[byte]).unwrap();
        }
        let answer = read(protocol, &mut stream).expect("an answer");
        assert_eq!(answer.text(), "4 bytes", "{protocol}");
    }
}
