//! Request bodies that outlive their responses.

use std::io::Read;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustzeug::gateway::{Body, Environ, Reply, StartResponse, Upgraded};
use rustzeug::server::ServerLimits;
use rustzeug::{Error, IntoApplication, Request, Result, with_state};

use super::upgrades::{assert_echoes, echo};
use super::{End, Served, status};
use crate::waiting::pass;

const SHORT: Duration = Duration::from_millis(300);

const OFFER: &str = "Connection: upgrade\r\nUpgrade: echo\r\n";

fn post(path: &str, rest: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: a\r\n{rest}")
}

#[test]
fn a_body_that_is_given_up_after_its_answer_ends_its_connection() {
    let kept: Arc<Mutex<Option<Body>>> = Arc::default();
    let early = async |kept: &Arc<Mutex<Option<Body>>>, request: &Request| {
        *kept.lock().unwrap() = Some(request.take_body());
        "early"
    };
    let early = with_state(Arc::clone(&kept), early).into_application();
    let served = Served::with_limits(early, ServerLimits::default().with_keep_alive(SHORT * 2));
    #[rustfmt::skip]
    let cases = [
        ("Content-Length: 9\r\n\r\nhalf",                       "a part of the body has come"),
        ("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",     "of unknown length"),
        ("Content-Length: 9\r\n\r\n",                           "no byte of the body has come"),
        ("Content-Length: 9\r\nExpect: 100-continue\r\n\r\n",   "the body was not requested"),
    ];
    for (rest, why) in cases {
        let mut client = served.connect();
        client.send(&post("/", rest));
        let answer = client.until("early");
        assert!(answer.ends_with("early"), "{rest}: {why}: {answer}");
        drop(kept.lock().unwrap().take());
        let end = client.ending();
        assert_eq!(end, (String::new(), End::Closed), "{rest}: {why}");
    }
}

#[test]
fn a_body_in_the_hands_of_the_new_protocol_is_not_waited_for() {
    async fn keep(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        if environ.raw_path() == "/read" {
            environ.read(|_, bytes| Ok(bytes)).await?;
        }
        let upgrade = environ.upgrade("echo").ok_or_else(Error::bad_request)?;
        start_response.switch(upgrade, (), async move |stream: Upgraded| {
            echo(stream).await;
            drop(environ);
        })
    }
    let served = Served::new(keep.into_application());
    #[rustfmt::skip]
    let cases = [
        ("/",     "\r\n",                                                    101, "no body"),
        ("/read", "Content-Length: 4\r\n\r\nbody",                           101, "the body was read"),
        ("/",     "Content-Length: 9\r\n\r\nhalf",                           413, "a part of the body has come"),
        ("/",     "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n",  413, "of unknown length"),
    ];
    for (path, rest, want, why) in cases {
        let mut client = served.connect();
        client.send(&post(path, &format!("{OFFER}{rest}")));
        assert_eq!(status(&client.head()), want, "{rest}: {why}");
        if want == 101 {
            assert_echoes(&mut client, why);
        }
    }
}

#[test]
fn a_body_of_an_earlier_request_is_not_taken_for_that_of_a_later_one() {
    let kept: Arc<Mutex<Option<Body>>> = Arc::default();
    let application = move |environ: Environ, start_response: StartResponse| {
        let kept = Arc::clone(&kept);
        async move {
            let Some(upgrade) = environ.upgrade("echo") else {
                *kept.lock().unwrap() = Some(environ.take_body());
                let started = start_response.start(200, [("content-type", "text/plain")])?;
                return Ok::<_, Error>(started.body("kept"));
            };
            drop(environ);
            drop(kept.lock().unwrap().take());
            start_response.switch(upgrade, (), echo)
        }
    };
    let served = Served::unchecked(
        application.into_application(),
        ServerLimits::default().with_drain_bytes(10),
    );
    let mut client = served.connect();
    client.send(&post("/", "Content-Length: 4\r\n\r\nbody"));
    assert_eq!(status(&client.until("kept")), 200);
    client.send(&post(
        "/",
        &format!("{OFFER}Content-Length: 99\r\n\r\nhalf"),
    ));
    assert_eq!(
        status(&client.head()),
        413,
        "the rest is not another protocol"
    );
}

#[test]
fn a_body_may_be_read_after_its_answer() {
    let (send, read) = std::sync::mpsc::channel();
    let handler = move |request: Request| {
        let send = send.clone();
        async move {
            let mut body = request.take_body().into_reader();
            thread::spawn(move || {
                let mut text = String::new();
                let result = body.read_to_string(&mut text);
                let _ = send.send(result.map(|_| text));
            });
            "early"
        }
    };
    let limits = ServerLimits::default()
        .with_head_timeout(SHORT)
        .with_keep_alive(SHORT);
    let served = Served::with_limits(handler.into_application(), limits);
    let mut client = served.connect();
    client.send(&post("/", "Content-Length: 9\r\n\r\n"));
    assert_eq!(status(&client.until("early")), 200);
    for piece in ["one", "two", "six"] {
        // As long as a head may take, or an idle connection has.
        pass(SHORT);
        client.offer(piece.as_bytes());
    }
    assert_eq!(read.recv().unwrap().unwrap(), "onetwosix");
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(status(&client.until("early")), 200, "then it is kept");
}
