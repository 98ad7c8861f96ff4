//! Bodies that are read as they arrive.

use std::time::Duration;

use rustzeug::gateway::Body;
use rustzeug::testing::Client;
use rustzeug::{IntoApplication, Request, Response};

use super::both;

#[test]
fn an_endless_body_is_read_chunk_by_chunk() {
    let ticks = || {
        Response::writer(|out| {
            use std::io::Write;
            for n in 1.. {
                writeln!(out, "tick {n}")?;
                out.flush()?;
            }
            Ok(())
        })
    };
    for (name, client) in both(|| ticks.into_application()) {
        let mut answer = client
            .get("/")
            .streaming()
            .wait()
            .unwrap()
            .expect_status(200);
        let mut text = String::new();
        while text.len() < 100 {
            let chunk = answer.chunk().wait().unwrap().unwrap();
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        assert!(text.starts_with("tick 1\ntick 2\n"), "{name}: {text}");
    }
}

#[test]
fn a_chunk_is_there_before_the_next_is_made() {
    async fn events(request: &Request) -> Response {
        let mut body = request.take_body();
        Response::text(Body::async_writer(async move |mut out| {
            while let Some(chunk) = body.chunk().await? {
                out.write(chunk).await?;
            }
            Ok(())
        }))
    }
    let client = Client::serve(events).unwrap();
    let (send, receive) = std::sync::mpsc::channel::<&str>();
    let body = Body::iterator(receive);
    send.send("one").unwrap();
    let mut answer = client.post("/").with_body(body).streaming().wait().unwrap();
    assert_eq!(answer.chunk().wait().unwrap().unwrap(), "one");
    send.send("two").unwrap();
    assert_eq!(answer.chunk().wait().unwrap().unwrap(), "two");
    drop(send);
    assert_eq!(answer.chunk().wait().unwrap(), None);
}

#[test]
fn a_body_that_is_dropped_closes_the_connection() {
    let (send, receive) = std::sync::mpsc::channel();
    let send = std::sync::Mutex::new(send);
    let app = move || {
        let send = send.lock().unwrap().clone();
        Response::writer(move |out| {
            use std::io::Write;
            let outcome = loop {
                if let Err(error) = out.write_all(&[b'x'; 1000]).and_then(|()| out.flush()) {
                    break error;
                }
            };
            let _ = send.send(outcome.kind());
            Ok(())
        })
    };
    let client = Client::serve(app).unwrap();
    let answer = client.get("/").streaming().wait().unwrap();
    drop(answer);
    let kind = receive.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(kind, std::io::ErrorKind::BrokenPipe);
}

#[test]
fn what_fails_on_its_way_is_an_error_and_never_a_short_body() {
    let failing = || Response::text(Body::try_iterator([Ok("one"), Err("disk gone")]));
    for (name, client) in both(|| failing.into_application()) {
        let error = client.get("/").wait().unwrap_err();
        assert!(
            name == "over a socket" || format!("{error:?}").contains("disk gone"),
            "{name}: {error:?}"
        );
        let mut answer = client
            .get("/")
            .streaming()
            .wait()
            .unwrap()
            .expect_status(200);
        assert_eq!(answer.chunk().wait().unwrap().unwrap(), "one", "{name}");
        assert!(answer.chunk().wait().is_err(), "{name}");
    }
}

#[test]
fn a_body_without_end_is_not_read_whole() {
    let endless = || Response::iterator(std::iter::repeat_with(|| vec![b'x'; 1 << 20]));
    let error = Client::new(endless).get("/").wait().unwrap_err();
    assert!(
        format!("{error:?}").contains("call `.streaming()`"),
        "{error:?}"
    );
}
