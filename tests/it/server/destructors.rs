//! Destructors of an application's values that panic: each panic is logged, and nothing else is lost.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use rustzeug::bytes::Bytes;
use rustzeug::gateway::{Application, Environ, Limits, Reply, StartResponse, Upgraded};
use rustzeug::http::StatusCode;
use rustzeug::server::ServerLimits;
use rustzeug::{Error, IntoApplication, Next, Request, Response, Result, with_state, wrap};

use super::fields::fields;
use super::frames::{HEADERS, Peer, reset, window};
use super::pieces::{KINDS, body, kind_in};
use super::upgrades::OFFER;
use super::{Served, counted, status};
use crate::waiting::until_ok;

/// A value whose destructor panics, unless the thread is panicking already.
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(thread::panicking(), "a bomb: {}", self.0);
    }
}

/// Bytes with an owner whose destructor panics.
struct Owner(Bomb);

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        let Bomb(name) = &self.0;
        name.as_bytes()
    }
}

/// A response with a bomb in or next to its body, in as many chunks as the query says.
fn bombed(request: &Request) -> Result<Response> {
    let path = request.path();
    if let Some(kind) = kind_in(path) {
        let left = request.query_string().parse()?;
        return Ok(Response::text("").with_body(body(kind, left, Bomb(kind))));
    }
    match path {
        "/extension" => {
            let mut response = Response::text("x");
            response
                .extensions_mut()
                .insert(Arc::new(Bomb("extension")));
            Ok(response)
        }
        "/owner" => Ok(Response::bytes(Bytes::from_owner(Owner(Bomb("owner"))))),
        "/payload" => std::panic::panic_any(Bomb("payload")),
        _ => Ok(Response::text("fine")),
    }
}

async fn bombed_async(request: &Request) -> Result<Response> {
    bombed(request)
}

fn both_kinds_of_handler() -> [(&'static str, Served); 2] {
    let limits = Limits::default;
    let later = Served::unchecked(bombed_async.into_application(), limits());
    [
        ("fn", Served::unchecked(bombed.into_application(), limits())),
        ("async fn", later),
    ]
}

/// Waits until the server has logged exactly one more bomb.
fn assert_told(served: &Served, before: usize, bomb: &str, why: &str) {
    let log = until_ok(why, || {
        let log = served.log.text();
        if log.matches("a bomb").count() > before {
            Ok(log)
        } else {
            Err(log)
        }
    });
    let lines: Vec<_> = log.lines().filter(|line| line.contains("a bomb")).collect();
    let [line] = &lines[before..] else {
        panic!("{why}: too much is told: {log}")
    };
    assert!(line.contains(&format!("a bomb: {bomb}")), "{why}: {line}");
}

fn bombs_told(served: &Served) -> usize {
    served.log.text().matches("a bomb").count()
}

/// Asserts that the server still works, and that every connection slot is free.
fn assert_free(served: &Served, why: &str) {
    assert_eq!(status(&served.get("/")), 200, "{why}");
    counted(served, why, |counters| {
        counters.open == 0 && counters.in_flight == 0
    });
}

#[test]
fn a_panic_of_a_destructor_is_told_and_frees_the_place() {
    let mut rows = vec![("GET", "extension", 0, "next to a body")];
    for kind in KINDS {
        rows.push(("GET", kind, 3, "sent to its end"));
        rows.push(("HEAD", kind, 3, "not sent at all"));
        rows.push(("GET", kind, usize::MAX, "the client leaves"));
    }
    for (handler, served) in both_kinds_of_handler() {
        for (method, kind, pieces, why) in &rows {
            let why = format!("{handler}: {kind}, {why}");
            let before = bombs_told(&served);
            let mut client = served.connect();
            client.send(&format!(
                "{method} /{kind}?{pieces} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            ));
            assert_eq!(status(&client.head()), 200, "{why}");
            if *pieces == usize::MAX {
                client.until("xxx");
            } else {
                client.rest();
            }
            drop(client);
            assert_told(&served, before, kind, &why);
            assert_free(&served, &why);
        }
    }
}

#[test]
fn in_http2_the_other_streams_go_on() {
    let mut rows = vec![("GET", "extension", 0)];
    for kind in KINDS {
        rows.push(("GET", kind, 3));
        rows.push(("HEAD", kind, 3));
        rows.push(("GET", kind, usize::MAX));
    }
    for (handler, served) in both_kinds_of_handler() {
        let mut peer = Peer::new(served.address);
        for (stream, (method, kind, pieces)) in (1..).step_by(4).zip(&rows) {
            let why = format!("{handler}: {method} {kind}, {pieces} pieces");
            let before = bombs_told(&served);
            peer.ask(stream, &fields(method, &format!("/{kind}?{pieces}")));
            if *pieces == usize::MAX {
                // A plain `fn` is not called if its client has already left.
                peer.next(HEADERS);
                peer.send(&reset(stream));
            } else {
                peer.answer(stream);
            }
            assert_told(&served, before, kind, &why);
            peer.send(&window(0, 1 << 16));
            peer.ask(stream + 2, &fields("GET", "/"));
            assert_eq!(peer.answer(stream + 2).status, 200, "{why}");
        }
        drop(peer);
        assert_free(&served, handler);
    }
}

#[test]
fn a_client_that_leaves_many_streams_leaves_nothing_behind() {
    for (handler, served) in both_kinds_of_handler() {
        let mut peer = Peer::new(served.address);
        for (stream, kind) in (1..).step_by(2).zip(KINDS) {
            peer.ask(stream, &fields("GET", &format!("/{kind}?{}", usize::MAX)));
        }
        counted(&served, handler, |counters| counters.responses[1] == 7);
        drop(peer);
        assert_free(&served, handler);
        for kind in KINDS {
            served.log.wait_for(&format!("a bomb: {kind}"));
        }
    }
}

#[test]
fn what_else_may_panic_when_it_is_dropped() {
    for (handler, served) in both_kinds_of_handler() {
        let before = bombs_told(&served);
        served.get("/owner");
        assert_told(&served, before, "owner", "the owner of bytes that are sent");
        assert_free(&served, handler);
        // The payload is not text, so only the fact of the panic can be logged.
        assert_eq!(status(&served.get("/payload")), 500, "{handler}");
        served.log.wait_for("panicked: a value that is no");
        assert_free(&served, handler);
    }
}

/// A future with a bomb next to it.
struct Holding<F>(Pin<Box<F>>, Bomb);

impl<F: Future> Future for Holding<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let _ = &self.1;
        self.0.as_mut().poll(context)
    }
}

/// An application whose future has a bomb.
struct InFuture;

impl Application for InFuture {
    fn call(
        &self,
        environ: Environ,
        start_response: StartResponse,
    ) -> impl Future<Output = Result<Reply>> + Send {
        let bombed = environ.raw_path() != "/";
        let answer = async move { Ok(start_response.start(200, ())?.body("fine")) };
        let answer = Box::pin(answer);
        async move {
            if bombed {
                Holding(answer, Bomb("future")).await
            } else {
                answer.await
            }
        }
    }
}

/// Middleware that drops the response of the handler and returns another one.
async fn replace(request: Request, next: Next) -> Response {
    let is_bomb = request.path() != "/";
    let response = next.run(request).await;
    if is_bomb {
        drop(response);
    }
    Response::text("mine")
}

/// Middleware that adds a bomb to the extensions of the request.
async fn armed(mut request: Request, next: Next) -> Response {
    if request.path() != "/" {
        let bomb = Arc::new(Bomb("request"));
        request.environ_mut().extensions_mut().insert(bomb);
    }
    next.run(request).await
}

/// An error whose cause is a bomb.
#[derive(Debug)]
struct Armed(#[expect(dead_code, reason = "it is to be dropped")] Arc<Bomb>);

impl std::fmt::Debug for Bomb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::fmt::Display for Armed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("armed")
    }
}

impl std::error::Error for Armed {}

async fn fails(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    if environ.raw_path() == "/" {
        return Ok(start_response.start(200, ())?.body("fine"));
    }
    Err(Error::from(Armed(Arc::new(Bomb("error")))))
}

struct Failing;

impl Application for Failing {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        fails(environ, start_response).await
    }
}

#[test]
fn what_is_dropped_before_the_answer_is_told_too() {
    let fine = async || "fine";
    #[rustfmt::skip]
    let rows: [(_, Served, _); 6] = [
        ("future",  Served::unchecked(InFuture, Limits::default()),                        500),
        ("stream",  Served::unchecked(wrap(bombed, replace), Limits::default()),           200),
        ("stream",  Served::unchecked(wrap(bombed_async, replace), Limits::default()),     500),
        ("request", Served::unchecked(wrap(fine, armed), Limits::default()),               500),
        ("error",   Served::unchecked(fails.into_application(), Limits::default()),        500),
        ("error",   Served::unchecked(Failing, Limits::default()),                         500),
    ];
    for (bomb, served, want) in rows {
        let answer = served.get("/stream?3");
        assert_eq!(status(&answer), want, "{bomb}: {answer}");
        assert_told(&served, 0, bomb, bomb);
        assert_free(&served, bomb);
    }
}

/// Upgrades, with a bomb that is dropped when the other side ends or the connection is cut.
async fn switch(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    let bomb = Bomb("upgrade");
    let Some(upgrade) = environ.upgrade("echo") else {
        std::mem::forget(bomb);
        return Ok(start_response.start(200, ())?.body("fine"));
    };
    start_response.switch(upgrade, (), async move |mut stream: Upgraded| {
        let _bomb = bomb;
        let _ = stream.read(&mut [0; 10]).await;
    })
}

/// Middleware that changes the status, and so makes another answer.
async fn refuse(request: Request, next: Next) -> Response {
    let is_offer = request.headers().contains_key("upgrade");
    let response = next.run(request).await;
    if is_offer {
        return response.with_status(StatusCode::FORBIDDEN);
    }
    response
}

#[test]
fn what_leaves_http_may_panic_as_well() {
    let limits = ServerLimits::default().with_grace_period(Duration::from_millis(50));
    let limits = limits.with_closing_notice(Duration::from_millis(50));
    let served = Served::unchecked(switch.into_application(), limits.clone());
    let mut client = served.connect();
    client.send(OFFER);
    assert_eq!(status(&client.head()), 101);
    drop(client);
    assert_told(&served, 0, "upgrade", "the other side ends");
    assert_free(&served, "the other side ends");

    let mut served = Served::unchecked(switch.into_application(), limits.clone());
    let mut client = served.connect();
    client.send(OFFER);
    assert_eq!(status(&client.head()), 101);
    let log = served.end();
    assert_eq!(client.rest(), "", "it is cut");
    assert!(
        log.contains("a bomb: upgrade"),
        "told before the end: {log}"
    );

    let served = Served::unchecked(wrap(switch, refuse), limits);
    let mut client = served.connect();
    client.send(&OFFER.replace("\r\n\r\n", "\r\nX: y\r\n\r\n"));
    assert_eq!(status(&client.head()), 403, "middleware has refused it");
    drop(client);
    assert_told(&served, 0, "upgrade", "refused");
    assert_free(&served, "refused");
}

#[test]
fn an_application_that_panics_when_it_is_dropped_ends_its_server_in_good_order() {
    let bomb = Bomb("state");
    let app = with_state(bomb, async |_: &Bomb, _: &Request| "fine");
    let mut served = Served::unchecked(app, Limits::default());
    assert_eq!(status(&served.get("/")), 200);
    assert!(served.end().contains("a bomb: state"));
}
