//! Bodies that are compressed while they are sent.

use std::collections::VecDeque;
use std::io::Read;
use std::io::Write;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use rustzeug::Response;
use rustzeug::bytes::Bytes;
use rustzeug::gateway::Body;
use rustzeug::gateway::BoxError;
use rustzeug::http::HeaderMap;
use rustzeug::middleware::compress;
use rustzeug::testing::Client;
use rustzeug::wrap;

use super::ask;
use super::by_middleware;
use super::coding;
use super::names;
use super::read;
use super::text;

/// A body of these chunks; `None` is a pause.
struct Paced(VecDeque<Option<&'static str>>, Option<HeaderMap>);

impl http_body::Body for Paced {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        match self.0.pop_front() {
            Some(Some("fail")) => Poll::Ready(Some(Err("the source failed".into()))),
            Some(Some(chunk)) => Poll::Ready(Some(Ok(http_body::Frame::data(chunk.into())))),
            Some(None) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(self.1.take().map(http_body::Frame::trailers).map(Ok)),
        }
    }
}

fn paced(chunks: &'static [Option<&'static str>]) -> Response {
    let body = Body::new(Paced(chunks.iter().copied().collect(), None));
    Response::text("").with_body(body)
}

#[test]
fn no_chunk_waits_for_the_next_one() {
    let app = wrap(
        || {
            paced(&[
                Some("one "),
                None,
                Some("two "),
                Some("three "),
                None,
                Some("four"),
            ])
        },
        compress,
    );
    let mut response = ask(&app, "gzip");
    let mut decoder = flate2::write::GzDecoder::new(Vec::new());
    let mut read = Vec::new();
    while let Some(chunk) = response.body_mut().chunk().wait().unwrap() {
        decoder.write_all(&chunk).unwrap();
        decoder.flush().unwrap();
        read.push(String::from_utf8(decoder.get_ref().clone()).unwrap());
    }
    assert!(
        read.starts_with(&["one ".to_owned()]) || read.contains(&"one ".to_owned()),
        "{read:?}"
    );
    assert!(
        read.contains(&"one two three ".to_owned()),
        "together, before the pause: {read:?}"
    );
    assert_eq!(read.last().unwrap(), "one two three four");
}

#[test]
fn every_coding_carries_streams_of_any_shape() {
    let shapes: [fn() -> Body; 5] = [
        || Body::iterator([text(10)]),
        || Body::iterator((0..300).map(|_| text(1000))),
        || Body::reader(std::io::Cursor::new(text(300_000))),
        || text(3 << 20).into(),
        || Body::writer(|out| (0..50).try_for_each(|_| Ok(out.write_all(text(5000).as_bytes())?))),
    ];
    for (index, shape) in shapes.into_iter().enumerate() {
        let mut plain = String::new();
        shape().into_reader().read_to_string(&mut plain).unwrap();
        for name in names() {
            let app = wrap(move || Response::text("").with_body(shape()), compress);
            let response = ask(&app, name);
            assert_eq!(coding(&response), name, "{index}");
            assert!(read(response) == plain, "{index} {name}");
        }
    }
}

#[test]
fn a_source_that_fails_cuts_the_response() {
    for name in names() {
        let app = wrap(
            || paced(&[Some("one "), None, Some("two "), Some("fail")]),
            compress,
        );
        let mut response = ask(&app, name);
        let mut bytes = Vec::new();
        let error = loop {
            match response.body_mut().chunk().wait() {
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => panic!("{name}: it does not pass for a whole one"),
                Err(error) => break error,
            }
        };
        assert!(
            format!("{error:?}").contains("the source failed"),
            "{error:?}"
        );
        assert!(!bytes.is_empty(), "{name}: what came before the pause");
    }
}

#[test]
fn trailers_follow_the_last_byte() {
    let app = wrap(
        || {
            let trailers = [("x-sum".parse().unwrap(), "7".parse().unwrap())]
                .into_iter()
                .collect();
            let body = Body::new(Paced([Some("one "), Some("two")].into(), Some(trailers)));
            Response::text("").with_body(body)
        },
        compress,
    );
    let mut body = ask(&app, "gzip").into_body();
    let (mut bytes, mut trailers) = (Vec::new(), None);
    let mut context = Context::from_waker(std::task::Waker::noop());
    while let Poll::Ready(Some(frame)) =
        http_body::Body::poll_frame(Pin::new(&mut body), &mut context)
    {
        match frame.unwrap().into_data() {
            Ok(data) => bytes.extend_from_slice(&data),
            Err(other) => trailers = other.into_trailers().ok(),
        }
    }
    assert_eq!(by_middleware("gzip", bytes), "one two");
    assert_eq!(trailers.unwrap()["x-sum"], "7");
}

#[test]
fn over_a_socket_a_line_arrives_before_the_next_is_made() {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(Some(wait));
    let handler = move || {
        let wait = wait.lock().unwrap().take().unwrap();
        Response::writer(move |out| {
            for line in ["first\n", "second\n", "third\n"] {
                out.write_all(line.as_bytes())?;
                out.flush()?;
                // The client says that it has read the line.
                wait.recv_timeout(Duration::from_secs(10))?;
            }
            Ok(())
        })
        .with_header("content-type", "text/plain")
    };
    let client = Client::serve(wrap(handler, compress)).unwrap();
    let mut response = client
        .get("/")
        .with_header("accept-encoding", "gzip")
        .streaming()
        .wait()
        .unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let mut decoder = flate2::write::GzDecoder::new(Vec::new());
    for lines in ["first\n", "first\nsecond\n", "first\nsecond\nthird\n"] {
        while decoder.get_ref() != lines.as_bytes() {
            let chunk = response.chunk().wait().unwrap().expect("another chunk");
            decoder.write_all(&chunk).unwrap();
            decoder.flush().unwrap();
        }
        go.send(()).unwrap();
    }
    while let Some(chunk) = response.chunk().wait().unwrap() {
        decoder.write_all(&chunk).unwrap();
    }
    assert_eq!(decoder.finish().unwrap(), b"first\nsecond\nthird\n");
}

#[test]
fn a_long_response_in_every_coding_over_a_socket() {
    let client = Client::serve(wrap(|| text(2 << 20), compress)).unwrap();
    for name in names() {
        let response = client
            .get("/")
            .with_header("accept-encoding", name)
            .wait()
            .unwrap();
        assert_eq!(response.headers()["content-encoding"], name);
        assert!(
            by_middleware(name, response.bytes().clone()) == text(2 << 20),
            "{name}"
        );
        let head = client
            .head("/")
            .with_header("accept-encoding", name)
            .wait()
            .unwrap();
        assert_eq!(head.headers().get("content-length"), None, "{name}");
        assert_eq!(head.headers()["content-encoding"], name);
    }
    let plain = client.get("/").wait().unwrap();
    assert_eq!(plain.headers()["content-length"], "2097152");
}
