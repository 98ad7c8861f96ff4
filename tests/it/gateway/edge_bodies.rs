//! The edge and the body of a reply: panics in it, and the workers it runs on.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use http_body::Frame;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::bytes::Bytes;
use rustzeug::gateway::Application;
use rustzeug::gateway::Blocking;
use rustzeug::gateway::Body;
use rustzeug::gateway::BoxError;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Job;
use rustzeug::gateway::Reply;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::StartResponse;
use rustzeug::gateway::Workers;

use super::Lines;
use super::Raw;
use super::Says;
use super::drain;
use crate::common::block_on;
use crate::common::serve;
use crate::waiting::pass;

/// Checks what a server sees if a body panics: an error, and no unwinding.
fn breaks(body: fn() -> Body, which: &str) {
    let app = Says {
        status: 200,
        headers: &[],
        body,
    };
    let response = serve(&app, Request::blank("/"));
    assert_eq!(
        response.status(),
        200,
        "{which}: the head was right when it was made"
    );
    let drained = catch_unwind(AssertUnwindSafe(|| drain(response.into_body())));
    let (text, error) = drained.unwrap_or_else(|_| panic!("{which}: unwound into the server"));
    assert_eq!(text, "one", "{which}");
    assert!(error.is_some(), "{which}: not a clean end");
}

struct Reads(bool);

impl std::io::Read for Reads {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        assert!(std::mem::take(&mut self.0), "in the reader");
        buffer[..3].copy_from_slice(b"one");
        Ok(3)
    }
}

/// Yields `one`, then panics.
struct Breaks(bool);

impl http_body::Body for Breaks {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        assert!(std::mem::take(&mut self.0), "in the body");
        Poll::Ready(Some(Ok(Frame::data("one".into()))))
    }
}

#[test]
fn a_panic_in_a_blocking_body_is_an_error_of_the_body() {
    breaks(
        || {
            Body::iterator((0..2).map(|n| {
                if n == 0 {
                    "one"
                } else {
                    panic!("in the iterator")
                }
            }))
        },
        "iterator",
    );
    breaks(|| Body::reader(Reads(true)), "reader");
    breaks(
        || {
            Body::writer(|out| {
                std::io::Write::write_all(out, b"one")?;
                std::io::Write::flush(out)?;
                panic!("in the writer")
            })
        },
        "writer",
    );
}

#[test]
fn a_panic_in_a_polled_body_is_an_error_of_the_body() {
    breaks(|| Body::new(Breaks(true)), "http_body");
}

#[test]
fn a_panic_in_an_async_writer_is_an_error_of_the_body() {
    breaks(
        || {
            Body::async_writer(async |mut out| {
                out.write("one").await?;
                let mut again = false;
                poll_fn(|context| {
                    context.waker().wake_by_ref();
                    if std::mem::replace(&mut again, true) {
                        Poll::Ready(())
                    } else {
                        Poll::Pending
                    }
                })
                .await;
                panic!("in the writer")
            })
        },
        "async writer",
    );
}

/// Workers that count their jobs; each job has a new thread.
#[derive(Default)]
struct Counted(AtomicUsize);

impl Workers for Counted {
    fn submit(&self, job: Arc<dyn Job>) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst);
        std::thread::spawn(move || job.run());
        true
    }

    fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
        self.submit(job)
    }
}

/// A body as a server receives it, and the workers on which it runs.
fn bound(app: &impl Application) -> (Body, Arc<Counted>) {
    let workers = Arc::<Counted>::default();
    let server_info =
        ServerInfo::default().with_blocking(Blocking::on(Arc::clone(&workers) as Arc<_>));
    let response = serve(app, Request::blank("/").with_server(server_info));
    (response.into_body(), workers)
}

fn jobs(app: &impl Application) -> usize {
    let (body, workers) = bound(app);
    assert_eq!(drain(body).0, "onetwo");
    workers.0.load(Ordering::SeqCst)
}

/// An application whose only answer has this body.
fn once(body: Body) -> impl Application {
    let body = Mutex::new(Some(body));
    Raw(move |_, start_response: StartResponse| {
        let body = body.lock().unwrap().take().unwrap();
        Ok(start_response.start(200, ())?.body(body))
    })
}

#[test]
fn short_items_share_jobs() {
    let line = |number: usize| format!("{number:029}\n");
    let want: String = (0..10_000).map(line).collect();
    let (body, workers) = bound(&once(Body::iterator((0..10_000).map(line))));
    let (text, error) = drain(body);
    assert_eq!((text == want, error), (true, None));
    let jobs = workers.0.load(Ordering::SeqCst);
    assert!(jobs <= 5_000, "{jobs} jobs");

    let mixed = [
        "one".to_owned(),
        "x".repeat(100_000),
        String::new(),
        "two".into(),
    ];
    let (text, error) = drain(bound(&once(Body::iterator(mixed.clone()))).0);
    assert_eq!((text == mixed.concat(), error), (true, None), "in order");
}

#[test]
fn an_item_is_sent_before_the_iterator_waits_for_the_next() {
    let (send, receive) = mpsc::channel::<&str>();
    let (mut body, _) = bound(&once(Body::iterator(receive)));
    for items in [&["one"][..], &["two", "three"], &["four"]] {
        for item in items {
            send.send(item).unwrap();
        }
        let (mut text, want) = (Vec::new(), items.concat());
        while text.len() < want.len() {
            text.extend_from_slice(&block_on(body.chunk()).unwrap().unwrap());
        }
        assert_eq!(text, want.as_bytes(), "though nothing follows");
    }
    drop(send);
    assert_eq!(block_on(body.chunk()).unwrap(), None);
}

#[test]
fn slow_items_are_made_one_by_one_when_they_are_asked_for() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let slow = std::iter::repeat_with(move || {
        pass(Duration::from_millis(2));
        count.fetch_add(1, Ordering::SeqCst);
        "tick"
    });
    let (mut body, workers) = bound(&once(Body::iterator(slow)));
    for asked in 1..=5 {
        assert_eq!(block_on(body.chunk()).unwrap().unwrap(), "tick");
        let (made, jobs) = (
            made.load(Ordering::SeqCst),
            workers.0.load(Ordering::SeqCst),
        );
        assert_eq!((made, jobs), (asked, asked));
    }
}

#[test]
fn what_came_before_a_failure_is_sent() {
    type End = fn() -> Option<Result<&'static str>>;
    let items = |end: End| {
        let before = ["one", "two"].map(Ok);
        Body::try_iterator(before.into_iter().chain(std::iter::from_fn(end).take(1)))
    };
    let cases: [(End, &str); 2] = [
        (|| Some(Err("disk gone".into())), "disk gone"),
        (|| panic!("in the middle"), "in the middle"),
    ];
    for (end, why) in cases {
        let (text, error) = drain(bound(&once(items(end))).0);
        assert_eq!(text, "onetwo", "{why}");
        assert!(error.unwrap().contains(why), "{why}");
    }
}

#[test]
fn binds_blocking_bodies_to_the_workers() {
    type Make = fn() -> Body;
    let says = |headers, body| Says {
        status: 200,
        headers,
        body,
    };
    let iterator = || Body::iterator(["one", "two"]);
    let chain = || Body::chain([Body::iterator(["one"]), Body::iterator(["two"])]);
    let length: Lines = &[("content-length", "6")];
    let cases: [(Lines, Make, _, &str); 3] = [
        (
            &[],
            iterator,
            1..=3,
            "at most one for each chunk and the end",
        ),
        (length, iterator, 1..=3, "with a declared length"),
        (&[], chain, 2..=4, "one after another, as each alone"),
    ];
    for (headers, body, want, why) in cases {
        let jobs = jobs(&says(headers, body));
        assert!(want.contains(&jobs), "{why}: {jobs}");
    }
    let writer = || Body::writer(|out| Ok(std::io::Write::write_all(out, b"onetwo")?));
    assert_eq!(jobs(&says(&[], writer)), 1, "a writer is one job");
}

/// How middleware reads a body, or wraps it.
#[derive(Clone, Copy)]
enum Handles {
    Wrapped,
    Whole,
    ByChunk,
}

struct Middleware(Says, Handles);

impl Application for Middleware {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let reply = self.0.call(environ, start_response).await?;
        match self.1 {
            Handles::Wrapped => Ok(reply.map_body(Body::new)),
            Handles::Whole => {
                let mut response = Response::from(reply);
                response.read_bytes().await?;
                response.start(StartResponse::new())
            }
            Handles::ByChunk => {
                let (mut body, mut text) = (Response::from(reply).into_body(), Vec::new());
                while let Some(chunk) = body.chunk().await? {
                    text.extend_from_slice(&chunk);
                }
                Response::empty(200)
                    .with_body(text)
                    .start(StartResponse::new())
            }
        }
    }
}

#[test]
fn binds_blocking_bodies_that_middleware_wraps_or_reads() {
    for (handles, why) in [
        (Handles::Wrapped, "wrapped"),
        (Handles::Whole, "read whole"),
        (Handles::ByChunk, "read by chunks"),
    ] {
        let says = Says {
            status: 200,
            headers: &[],
            body: || Body::iterator(["one", "two"]),
        };
        let jobs = jobs(&Middleware(says, handles));
        assert!((1..=3).contains(&jobs), "{why}: {jobs}");
    }
}
