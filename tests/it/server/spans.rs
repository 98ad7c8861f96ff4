//! Requests as spans, for subscribers of `tracing`. A process can have only one subscriber, and other tests read errors
//! elsewhere, so each test has its own process.

use rustzeug::gateway::{AsyncBodyWriter, Body, Limits, LogNote};
use rustzeug::{IntoApplication, Request, Response, Result, Server};

use super::fields::fields;
use super::frames::Peer;
use super::processes::{is_started, start};
use super::subscriber::{Recorder, Span};
use super::{Served, status};
use crate::waiting::until;

fn say(what: &str) {
    tracing::info!(target: "application", "{what}");
}

fn chunks(what: &'static str) -> impl Iterator<Item = &'static str> + Send + 'static {
    [what; 2].into_iter().inspect(|what| say(what))
}

fn app(request: &Request) -> Response {
    match request.path() {
        "/fn" => say("a handler"),
        "/iterator" => return Response::iterator(chunks("an iterator")),
        "/writer" => {
            return Response::writer(|out| {
                say("a writer");
                Ok(std::io::Write::write_all(out, b"12345")?)
            });
        }
        "/note" => {
            let note = LogNote::default().with_user("ann").with_route("/{page}");
            let mut response = Response::text("hello");
            response.extensions_mut().insert(note);
            return response;
        }
        "/404" => return Response::text("gone").with_status(404),
        "/cut" => {
            let body = Body::try_iterator([Ok("chunk"), Err("late")]);
            return Response::bytes("").with_body(body);
        }
        "/panic" => panic!("at the disco"),
        _ => {}
    }
    Response::text("hello")
}

async fn app_async(request: &Request) -> Result<Response> {
    request.bytes().await?;
    say("an async handler");
    let write = async |mut out: AsyncBodyWriter| {
        say("an async writer");
        out.write("12345").await
    };
    Ok(Response::bytes("").with_body(Body::async_writer(write)))
}

fn serve() -> Served {
    let server = Server::bind("127.0.0.1:0").unwrap();
    Served::by(server.with_health_path("/healthz"), app.into_application())
}

/// Runs a test in its own process.
fn in_a_process(test: &str) {
    let output = start(&format!("server::spans::{test}")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
    assert!(said.contains("1 passed"), "{said}");
}

fn listen(targets: &'static [&'static str]) -> Recorder {
    let recorder = Recorder::new(targets);
    tracing::subscriber::set_global_default(recorder.clone()).unwrap();
    recorder
}

/// Waits until all spans are closed.
fn all_closed(recorder: &Recorder) {
    until("no span is held", || {
        recorder.told().spans.iter().all(|span| span.held == 0)
    });
}

struct Case {
    send: &'static str,
    want: &'static [(&'static str, &'static str)],
    why: &'static str,
}

#[rustfmt::skip]
const CASES: [Case; 10] = [
    Case { send: "GET /?secret HTTP/1.1\r\nHost: h\r\n",
           want: &[("method", "GET"), ("path", "/"), ("version", "HTTP/1.1"), ("status", "200"), ("bytes", "5"), ("complete", "true")],
           why: "an ordinary request; the query may be secret" },
    Case { send: "GET /a%20b HTTP/1.0\r\n",
           want: &[("path", "/a%20b"), ("version", "HTTP/1.0"), ("status", "200")],
           why: "the path as it was sent" },
    Case { send: "HEAD / HTTP/1.1\r\nHost: h\r\n",
           want: &[("method", "HEAD"), ("status", "200"), ("bytes", "0"), ("complete", "true")],
           why: "a body that is not sent" },
    Case { send: "GET /note HTTP/1.1\r\nHost: h\r\n",
           want: &[("path", "/note"), ("route", "/{page}"), ("user", "ann")],
           why: "what the application has noted" },
    Case { send: "GET /404 HTTP/1.1\r\nHost: h\r\n",
           want: &[("status", "404"), ("bytes", "4"), ("complete", "true")],
           why: "an error of the client" },
    Case { send: "GET /panic HTTP/1.1\r\nHost: h\r\nAccept: text/plain\r\n",
           want: &[("status", "500"), ("bytes", "22"), ("complete", "true")],
           why: "an error of the server" },
    Case { send: "GET /cut HTTP/1.1\r\nHost: h\r\n",
           want: &[("status", "200"), ("bytes", "5"), ("complete", "false")],
           why: "a response that breaks off" },
    Case { send: "GET /iterator HTTP/1.1\r\nHost: h\r\n",
           want: &[("status", "200"), ("bytes", "22"), ("complete", "true")],
           why: "the bytes of the body, not those of its chunks" },
    Case { send: "GET / HTTP/1.1\r\nHost: /\r\n",
           want: &[("path", "/"), ("status", "400")],
           why: "refused before the application" },
    Case { send: "GET /healthz HTTP/1.1\r\n",
           want: &[("path", "/healthz"), ("status", "200"), ("bytes", "3")],
           why: "the server's own answer" },
];

#[test]
fn a_request_is_a_span() {
    if !is_started() {
        return in_a_process("a_request_is_a_span");
    }
    let recorder = listen(&["rustzeug"]);
    let mut served = serve();
    for case in &CASES {
        let mut client = served.connect();
        client.send(&format!("{}Connection: close\r\n\r\n", case.send));
        assert_ne!(client.rest(), "", "{}", case.why);
    }
    let mut peer = Peer::new(served.address);
    peer.ask(1, &fields("GET", "/404"));
    assert_eq!(peer.answer(1).status, 404);
    drop(peer);
    served.end();
    all_closed(&recorder);
    let told = recorder.told();
    let (http2, http1) = told.spans.split_last().unwrap();
    assert_eq!(http1.len(), CASES.len());
    for (span, Case { want, why, .. }) in http1.iter().zip(&CASES) {
        assert_whole(span, why);
        for (name, want) in *want {
            assert_eq!(span.values.get(name), Some(*want), "{why}: {name}");
        }
        let noted = span.values.get("path") == Some("/note");
        for name in ["route", "user"] {
            assert_eq!(span.values.get(name).is_some(), noted, "{why}: {name}");
        }
    }
    assert_whole(http2, "a stream");
    assert_eq!(http2.values.get("version"), Some("HTTP/2.0"));
    assert_eq!(http2.values.get("status"), Some("404"));
}

/// Asserts the properties of every span.
fn assert_whole(span: &Span, why: &str) {
    assert_eq!(span.name(), "request", "{why}");
    let peer = span.values.get("peer").unwrap_or_default();
    assert!(peer.starts_with("127.0.0.1"), "{why}: {peer}");
    let duration = span.values.get("duration_ms").map(str::parse);
    let duration: f64 = duration.unwrap().unwrap();
    assert!((0.0..60_000.0).contains(&duration), "{why}: {duration} ms");
    assert!(!format!("{span:?}").contains("secret"), "{why}: {span:?}");
}

#[test]
fn what_is_said_for_a_request_is_within_its_span() {
    if !is_started() {
        return in_a_process("what_is_said_for_a_request_is_within_its_span");
    }
    let recorder = listen(&["rustzeug", "application"]);
    let (mut plain, mut later) = (serve(), Served::new(app_async.into_application()));
    #[rustfmt::skip]
    let cases = [
        (&plain, "/fn",       "a handler",                  "on a worker"),
        (&plain, "/iterator", "an iterator",                "a body that is made on workers"),
        (&plain, "/writer",   "a writer",                   "a body with its own thread"),
        (&plain, "/panic",    "GET /panic: 500 Internal",   "the cause of an error"),
        (&plain, "/cut",      "the response was cut off",   "after the head"),
        (&later, "/async",    "an async handler",           "on the event loop"),
        (&later, "/writing",  "an async writer",            "a body that is made there"),
    ];
    for (served, path, _, why) in &cases {
        assert_ne!(status(&served.get(path)), 0, "{why}");
    }
    let wanted = cases.map(|(_, path, said, why)| (path, said, why));
    let log = plain.end() + &later.end();
    all_closed(&recorder);
    let told = recorder.told();
    for (path, said, why) in wanted {
        let within = |number: &usize| told.spans[*number].values.get("path") == Some(path);
        let found = told.events.iter().any(|(span, values)| {
            let text = values.get("message").unwrap_or_default();
            text.contains(said) && span.as_ref().is_some_and(within)
        });
        assert!(found, "{why}: {said}: {:?}", told.events);
    }
    let lost = told.events.iter().find(|(span, _)| span.is_none());
    assert!(lost.is_none(), "nothing is said elsewhere: {lost:?}");
    assert!(!log.contains(": 500 "), "errors are reported once: {log}");
}

#[test]
fn where_nobody_listens_errors_go_to_the_error_stream() {
    if !is_started() {
        return in_a_process("where_nobody_listens_errors_go_to_the_error_stream");
    }
    let recorder = listen(&["application"]);
    let mut served = Served::with_limits(app.into_application(), Limits::default());
    assert_eq!(status(&served.get("/panic")), 500);
    let log = served.end();
    assert!(
        log.contains("GET /panic: 500 Internal Server Error"),
        "{log}"
    );
    assert!(recorder.told().spans.is_empty());
}
