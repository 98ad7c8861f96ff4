//! The counters of a server, while it runs and afterwards.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use rustzeug::gateway::Limits;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Response, Server, server::Counters};

use super::fields::{block, fields};
use super::frames::{ACK, ALL, HEADERS, PREFACE, Peer, SETTINGS, frame, reset};
use super::stalled::Stalled;
use super::{Served, counted, status};

/// Responds with the status in the path.
fn statuses(request: &Request) -> Response {
    let status: u16 = request.path()[1..].parse().expect("a status");
    Response::text("text").with_status(status)
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

#[test]
fn requests_are_counted_by_what_was_answered() {
    let mut served = Served::unchecked(statuses.into_application(), Limits::default());
    assert_eq!(served.monitor.counters(), Counters::default(), "no client");
    #[rustfmt::skip]
    let cases = [
        (get("/200"),                         [0, 1, 0, 0, 0], "2xx"),
        (get("/204"),                         [0, 2, 0, 0, 0], "without a body"),
        (get("/304"),                         [0, 2, 1, 0, 0], "3xx"),
        (get("/404"),                         [0, 2, 1, 1, 0], "4xx"),
        (get("/503"),                         [0, 2, 1, 1, 1], "5xx"),
        (get("/panic"),                       [0, 2, 1, 1, 2], "the response to a panic"),
        (get("/200").replace("GET", "HEAD"),  [0, 3, 1, 1, 2], "HEAD"),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), [0, 3, 1, 2, 2], "refused before the application"),
    ];
    let (mut asked, mut answered) = (0, 0);
    let mut client = served.connect();
    for (number, (request, want, why)) in (1..).zip(&cases) {
        client.send(request);
        asked += request.len() as u64;
        let head = client.head();
        let length = head.split_once("content-length: ");
        let length = length.and_then(|(_, rest)| rest.split_once("\r\n")?.0.parse().ok());
        let has_body = !request.starts_with("HEAD") && !head.starts_with("http/1.1 304");
        let mut body = vec![0; if has_body { length.unwrap_or(0) } else { 0 }];
        client.0.read_exact(&mut body).unwrap();
        answered += (head.len() + body.len()) as u64;
        let counters = counted(&served, why, |counters| {
            counters.in_flight == 0 && counters.sent >= answered
        });
        assert_eq!(counters.requests, number, "{why}");
        assert_eq!(counters.responses, *want, "{why}");
        assert_eq!(counters.received, asked, "{why}");
        assert_eq!(counters.sent, answered, "{why}");
    }
    assert_eq!(client.rest(), "");
    let after = counted(&served, "closed", |counters| counters.open == 0);
    served.end();
    assert_eq!(
        served.monitor.counters(),
        after,
        "the same after the server has ended"
    );
    assert_eq!((after.connections, after.requests), (1, 8));
    assert_eq!(after.responses, [0, 3, 1, 2, 2]);
    assert_eq!((after.received, after.sent), (asked, answered));
    assert_eq!((after.late_heads, after.idle, after.stuck), (0, 0, 0));
}

#[test]
fn in_http_2_every_stream_is_a_request() {
    let served = Served::unchecked(statuses.into_application(), Limits::default());
    let mut client = served.connect();
    let asked = ["/200", "/204", "/404", "/500", "/panic"];
    let streams = asked.iter().zip((1..).step_by(2)).map(|(path, stream)| {
        let block = block(&fields("GET", path));
        frame(HEADERS, ALL, stream, &block)
    });
    let begin = [
        PREFACE,
        &frame(SETTINGS, 0, 0, &[]),
        &frame(SETTINGS, ACK, 0, &[]),
    ];
    let sent = [begin.concat(), streams.collect::<Vec<_>>().concat()].concat();
    client.0.write_all(&sent).unwrap();
    let open = counted(&served, "all answered", |counters| {
        counters.responses.iter().sum::<u64>() == 5 && counters.in_flight == 0
    });
    assert_eq!((open.connections, open.open), (1, 1), "one connection");
    assert_eq!((open.requests, open.responses), (5, [0, 2, 0, 1, 2]));
    client.0.shutdown(Shutdown::Write).unwrap();
    let mut seen = Vec::new();
    client.0.read_to_end(&mut seen).unwrap();
    let after = counted(&served, "closed", |counters| counters.open == 0);
    assert_eq!((after.requests, after.responses), (5, [0, 2, 0, 1, 2]));
    assert_eq!(after.received, sent.len() as u64, "the preface is counted");
    assert_eq!(after.sent, seen.len() as u64);
}

#[test]
fn what_is_no_http_is_a_request_that_is_refused() {
    let served = Served::new((|| "fine").into_application());
    let mut client = served.connect();
    client.send("what is this?\r\n\r\n");
    let answer = client.rest();
    assert_eq!(status(&answer), 400);
    drop(client);
    let counters = counted(&served, "closed", |counters| counters.open == 0);
    assert_eq!(counters.connections, 1);
    assert_eq!((counters.requests, counters.in_flight), (1, 0));
    assert_eq!(counters.responses, [0, 0, 0, 1, 0]);
    assert_eq!(counters.received, 17);
    assert_eq!(counters.sent, answer.len() as u64);
}

#[test]
fn requests_are_in_flight_until_they_are_answered_or_given_up() {
    let (served, stalled) = Stalled::serve(Limits::default());
    let mut first = served.connect();
    first.send(&get("/stall"));
    let mut second = Peer::new(served.address);
    for stream in [1, 3] {
        second.ask(stream, &fields("GET", "/stall"));
    }
    let begun = counted(&served, "begun", |counters| counters.in_flight == 3);
    assert_eq!((begun.connections, begun.open), (2, 2));
    assert_eq!((begun.requests, begun.responses), (3, [0; 5]));
    second.send(&reset(3));
    first.0.shutdown(Shutdown::Both).unwrap();
    drop(stalled);
    assert_eq!(second.answer(1).text, "fine");
    let over = counted(&served, "over", |counters| counters.in_flight == 0);
    assert_eq!(over.requests, 3);
    assert!(
        (1..=3).contains(&over.responses[1]),
        "the client need not have received them: {over:?}"
    );
    drop(second);
    counted(&served, "closed", |counters| counters.open == 0);
}

#[test]
fn connections_are_counted_over_all_that_were_open() {
    let served = Served::new((|| "fine").into_application());
    let mut clients: Vec<_> = (0..5).map(|_| served.connect()).collect();
    let mut answered = 0;
    for client in &mut clients {
        client.send(&get("/"));
        answered += client.until("fine").len() as u64;
    }
    let all = counted(&served, "all open", |counters| counters.sent == answered);
    assert_eq!((all.connections, all.open, all.requests), (5, 5, 5));
    clients.truncate(2);
    let some = counted(&served, "three have left", |counters| counters.open == 2);
    assert_eq!((some.connections, some.requests), (5, 5));
    assert_eq!((some.received, some.sent), (all.received, all.sent));
}

#[test]
fn the_health_path_is_counted_like_others() {
    let healthy = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_health_path("/healthz");
    let served = Served::by(healthy, (|| "fine").into_application());
    assert_eq!(status(&served.get("/healthz")), 200);
    let counters = counted(&served, "closed", |counters| counters.open == 0);
    assert_eq!(counters.requests, 1);
    assert_eq!(counters.responses, [0, 1, 0, 0, 0]);
}

#[test]
fn who_takes_too_long_is_counted_by_what_for() {
    let short = Duration::from_millis(300);
    let endless = |request: &Request| match request.path() {
        "/endless" => Response::iterator(std::iter::repeat_with(|| "x".repeat(50_000))),
        _ => Response::text("fine"),
    };
    let limits = ServerLimits::default;
    let http2 = [
        PREFACE,
        &frame(SETTINGS, 0, 0, &[]),
        &frame(HEADERS, ALL, 1, &block(&fields("GET", "/"))),
    ];
    #[rustfmt::skip]
    let cases = [
        (limits().with_head_timeout(short), b"GET /".to_vec(),           (1, 0, 0), "half a head"),
        (limits().with_head_timeout(short), Vec::new(),                  (1, 0, 0), "nothing"),
        (limits().with_keep_alive(short),   get("/").into_bytes(),       (0, 1, 0), "no second request"),
        (limits().with_keep_alive(short),   http2.concat(),              (0, 1, 0), "no second request in HTTP/2"),
        (limits().with_write_idle(short),   get("/endless").into_bytes(), (0, 0, 1), "not read"),
    ];
    for (limits, sent, want, why) in cases {
        let limits = limits.with_linger(short);
        let served = Served::with_limits(endless.into_application(), limits);
        let mut client = served.connect();
        client.0.write_all(&sent).unwrap();
        let counters = counted(&served, why, |counters| {
            counters.connections == 1 && counters.open == 0
        });
        let Counters {
            late_heads,
            idle,
            stuck,
            ..
        } = counters;
        assert_eq!((late_heads, idle, stuck), want, "{why}");
    }
}
