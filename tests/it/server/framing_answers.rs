//! The promises of the edge for responses, as bytes: where they end, and what they never contain.

use rustzeug::gateway::{Application, Body, Environ, Limits, Reply, StartResponse};
use rustzeug::http::HeaderValue;
use rustzeug::{Error, IntoApplication, Request, Response, Result};

use super::{Served, status};

/// The head and the rest of the response to a request, and to another one that follows at once.
fn talk(served: &Served, request_line: &str, fields: &str) -> (String, String) {
    let mut client = served.connect();
    client.send(&format!(
        "{request_line}\r\nHost: a\r\n{fields}\r\n\
         GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    ));
    (client.head(), client.rest())
}

/// The values of a field in a head that is in lower case.
fn values<'a>(head: &'a str, name: &str) -> Vec<&'a str> {
    let lines = head.lines().skip(1);
    let fields = lines.filter_map(|line| line.split_once(": "));
    fields
        .filter(|field| field.0 == name)
        .map(|field| field.1)
        .collect()
}

fn unknown() -> Body {
    Body::iterator(["four"])
}

#[test]
#[rustfmt::skip]
fn the_next_answer_begins_where_this_one_ends() {
    fn bodies(request: &Request) -> Result<Response> {
        let path = request.path();
        let status: u16 = path[1..4].parse()?;
        if path.ends_with("error") {
            return Err(Error::new(status, "four"));
        }
        assert!(!path.ends_with("panic"));
        let body = if path.ends_with("unknown") { unknown() } else { Body::from("four") };
        Ok(Response::empty(200).with_header("content-type", "text/plain").with_body(body).with_status(status))
    }
    const CHUNKS: &str = "4\r\nfour\r\n0\r\n\r\n";
    const ANY: &str = "a length";
    let served = Served::unchecked(bodies.into_application(), Limits::default());
    let cases = [
        ("GET /200",          200, Some("4"),  "four", "as it should be"),
        ("GET /200/unknown",  200, None,       CHUNKS, "chunked"),
        ("HEAD /200",         200, Some("4"),  "",     "RFC 9110 §9.3.2: the head of the answer to GET"),
        ("HEAD /200/unknown", 200, None,       "",     "HEAD, if the length is not known"),
        ("HEAD /404/error",   404, Some("5"),  "",     "an error"),
        ("HEAD /200/panic",   500, Some("22"), "",     "a panic"),
        ("GET /204",          204, None,       "",     "RFC 9112 §6.3: ends with the head"),
        ("GET /204/unknown",  204, None,       "",     "204 with a body of unknown length"),
        ("HEAD /204",         204, None,       "",     "no length with 204, also for HEAD"),
        ("GET /205",          205, Some("0"),  "",     "RFC 9110 §15.3.6: no content, and the length says so"),
        ("GET /205/unknown",  205, Some("0"),  "",     "205 with a body of unknown length"),
        ("GET /304",          304, None,       "",     "RFC 9112 §6.3: ends with the head; hyper removes the length that the edge has kept"),
        ("GET /304/unknown",  304, None,       "",     "304 with a body of unknown length"),
        ("HEAD /304",         304, Some("4"),  "",     "for HEAD the length is kept"),
        ("GET /101",          500, Some("22"), "Internal Server Error\n", "a 1xx is not a final response"),
        ("HEAD *",            400, Some(ANY),  "",     "refused before the application; closes"),
    ];
    for (line, want, length, body, why) in cases {
        let (head, rest) = talk(&served, &format!("{line} HTTP/1.1"), "");
        assert_eq!(status(&head), want, "{line}: {why}");
        let lengths = values(&head, "content-length");
        let is_any = length == Some(ANY) && lengths.len() == 1;
        assert!(is_any || lengths == Vec::from_iter(length), "{line}: {why}: {head}");
        let coding = if body == CHUNKS { vec!["chunked"] } else { vec![] };
        assert_eq!(values(&head, "transfer-encoding"), coding, "{line}: {why}: {head}");
        let next = rest.strip_prefix(body).unwrap_or_else(|| panic!("{line}: {why}: {rest}"));
        assert!(next.is_empty() == (want == 400), "{line}: {why}: {rest}");
        assert!(next.is_empty() || next.starts_with("HTTP/1.1 "), "{line}: {why}: {rest}");
    }
}

#[test]
fn http_1_0_gets_no_chunks() {
    let served = Served::new((|| Response::iterator(["fo", "ur"])).into_application());
    for fields in ["", "Connection: keep-alive\r\n", "TE: chunked\r\n"] {
        let (head, rest) = talk(&served, "GET / HTTP/1.0", fields);
        assert!(head.starts_with("http/1.0 200 ok\r\n"), "{fields}: {head}");
        assert!(values(&head, "transfer-encoding").is_empty(), "{head}");
        assert_eq!(
            rest, "four",
            "{fields}: the end of the connection is that of the body"
        );
    }
}

#[test]
fn there_is_one_date() {
    fn dates(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let mut reply = start_response.start(200, ())?.body(());
        for date in environ
            .query_string()
            .split('&')
            .filter(|date| !date.is_empty())
        {
            let value = HeaderValue::from_str(&date.replace('+', " "))?;
            reply.headers_mut().append("date", value);
        }
        Ok(reply)
    }
    const OWN: &str = "Sun,+06+Nov+1994+08:49:37+GMT";
    let mut served = Served::new(dates.into_application());
    for (query, own, why) in [
        (String::new(), false, "the line of the server"),
        (
            OWN.to_owned(),
            true,
            "RFC 9110 §6.6.1: the date at which the response was made",
        ),
        (format!("{OWN}&{OWN}"), false, "two values are invalid"),
        (format!("{OWN}&"), true, "one"),
    ] {
        let (head, _) = talk(&served, &format!("GET /?{query} HTTP/1.1"), "");
        let dates = values(&head, "date");
        assert_eq!(dates.len(), 1, "{query}: {why}: {head}");
        assert_eq!(
            dates[0] == "sun, 06 nov 1994 08:49:37 gmt",
            own,
            "{query}: {why}: {head}"
        );
    }
    let (refusal, _) = talk(&served, "GET  / HTTP/1.1", "");
    assert_eq!(
        values(&refusal, "date").len(),
        1,
        "also where hyper answers: {refusal}"
    );
    assert_eq!(
        served
            .end()
            .matches("the application set Date twice")
            .count(),
        1
    );
}

/// Sends invalid headers, past the checks of an adapted function.
struct Meddler;

impl Application for Meddler {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let status: u16 = environ.query_string().parse().unwrap_or(200);
        let mut reply = start_response.start(status, ())?.body("four");
        for (name, value) in [
            ("connection", "keep-alive, x-secret"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("te", "trailers"),
            ("trailer", "x-sum"),
            ("transfer-encoding", "gzip, chunked"),
            ("upgrade", "h2c"),
        ] {
            let value = HeaderValue::from_static(value);
            reply.headers_mut().insert(name, value);
        }
        Ok(reply)
    }
}

#[test]
fn what_belongs_to_the_connection_is_the_servers_to_say() {
    let served = Served::unchecked(Meddler, Limits::default());
    for code in [200, 404, 426] {
        let (head, rest) = talk(&served, &format!("GET /?{code} HTTP/1.1"), "");
        assert!(rest.starts_with("fourHTTP/1.1 "), "{code}: {rest}");
        for name in [
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
        ] {
            assert!(values(&head, name).is_empty(), "{code}: {name}: {head}");
        }
        // RFC 9110 §15.5.22: a 426 names the protocols for an upgrade.
        let (upgrade, connection) = match code {
            426 => (vec!["h2c"], vec!["upgrade"]),
            _ => (vec![], vec![]),
        };
        assert_eq!(values(&head, "upgrade"), upgrade, "{code}: {head}");
        assert_eq!(values(&head, "connection"), connection, "{code}: {head}");
    }
}

#[test]
fn no_value_splits_an_answer() {
    const TEXTS: [&str; 4] = [
        "a\r\nInjected: b",
        "a\nInjected: b",
        "a\rInjected: b",
        "a\0Injected: b",
    ];
    fn chosen(query: &str) -> &'static str {
        query.parse::<usize>().map_or("", |at| TEXTS[at])
    }
    fn webob(request: &Request) -> Response {
        let text = chosen(request.query_string());
        match request.path() {
            "/name" => Response::text("four").with_header(text, "x"),
            "/location" => Response::redirect(text),
            _ => Response::text("four").with_header("x", text),
        }
    }
    fn raw(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let text = chosen(environ.query_string());
        Ok(start_response.start(200, [("x", text)])?.body(()))
    }
    let webob = Served::new(webob.into_application());
    let raw = Served::new(raw.into_application());
    for (at, text) in TEXTS.iter().enumerate() {
        for (served, path) in [
            (&webob, "/"),
            (&webob, "/name"),
            (&webob, "/location"),
            (&raw, "/"),
        ] {
            let (head, _) = talk(served, &format!("GET {path}?{at} HTTP/1.1"), "");
            assert_eq!(status(&head), 500, "{path} {text:?}: {head}");
            let split = head.contains("\ninjected") || head.contains("\rinjected");
            assert!(!split, "{path} {text:?}: {head}");
        }
    }
}

#[test]
fn an_answer_that_was_cut_is_the_last_one() {
    let body = |request: &Request| match request.path() {
        "/panic" => {
            Response::iterator((0..2).map(|at| if at == 1 { panic!("late") } else { "chunk" }))
        }
        "/short" => Response::iterator(["chunk"]).with_header("content-length", "9"),
        "/long" => {
            // The second piece is too long to be sent together with the first.
            let pieces = ["chunk".to_owned(), "x".repeat(5_000)];
            Response::iterator(pieces).with_header("content-length", "9")
        }
        _ => Response::text("never asked for"),
    };
    let served = Served::unchecked(body.into_application(), Limits::default());
    for (path, want) in [
        ("/panic", "5\r\nchunk\r\n"),
        ("/short", "chunk"),
        ("/long", "chunk"),
    ] {
        let (head, rest) = talk(&served, &format!("GET {path} HTTP/1.1"), "");
        assert_eq!(status(&head), 200, "{path}: the head had been sent");
        assert_eq!(
            rest, want,
            "{path}: no regular end of the body, and nothing after it"
        );
        assert!(
            served.get("/").ends_with("never asked for"),
            "{path}: the server is alive"
        );
    }
}
