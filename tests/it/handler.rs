//! How handlers run: on which thread, when, and how their failures are handled.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::thread::ThreadId;

use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::gateway::Blocking;
use rustzeug::gateway::Body;
use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Job;
use rustzeug::gateway::Reply;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::StartResponse;
use rustzeug::gateway::Workers;
use rustzeug::gateway::call;
use rustzeug::handler::streaming;
use rustzeug::with_state;

use crate::common::Counting;
use crate::common::Log;
use crate::common::answer;
use crate::common::serve;

/// Refuses all work.
struct Full;

impl Workers for Full {
    fn submit(&self, _: Arc<dyn Job>) -> bool {
        false
    }

    fn submit_writer(&self, _: Arc<dyn Job>) -> bool {
        false
    }
}

pub(crate) fn on(workers: &Arc<impl Workers>) -> ServerInfo {
    ServerInfo::default().with_blocking(Blocking::on(Arc::clone(workers) as Arc<dyn Workers>))
}

fn thread() -> String {
    format!("{:?}", std::thread::current().id())
}

fn here(id: ThreadId) -> String {
    format!("{id:?}")
}

#[test]
fn a_plain_function_runs_on_a_worker_and_an_async_one_in_place() {
    fn by_ref(_: &Request) -> String {
        thread()
    }
    fn by_mut(_: &mut Request) -> String {
        thread()
    }
    fn raw(_: Environ, start_response: StartResponse) -> Result<Reply> {
        Ok(start_response.start(200, ())?.body(thread()))
    }
    #[rustfmt::skip]
    let cases = [
        (BoxApplication::new(thread.into_application()),                          1, "()"),
        (BoxApplication::new(by_ref.into_application()),                          1, "&Request"),
        (BoxApplication::new((|_: Request| thread()).into_application()),         1, "Request"),
        (BoxApplication::new(by_mut.into_application()),                          1, "&mut Request"),
        (BoxApplication::new(raw.into_application()),                             1, "raw"),
        (BoxApplication::new(with_state((), |(): &(), _: &Request| thread())),    1, "with state"),
        (BoxApplication::new(streaming(by_ref)),                                  1, "streaming"),
        (BoxApplication::new(streaming(by_ref).into_application()),               1, "adapted twice"),
        (BoxApplication::new((async || thread()).into_application()),             0, "async ()"),
        (BoxApplication::new((async |_: &Request| thread()).into_application()),  0, "async &Request"),
        (BoxApplication::new((async |_: Request| thread()).into_application()),   0, "async Request"),
        (BoxApplication::new((async |_: &mut Request| thread()).into_application()), 0, "async &mut Request"),
        (BoxApplication::new((|| async { thread() }).into_application()),         0, "a closure of a future"),
        (BoxApplication::new(with_state((), async |(): &(), _: &Request| thread())), 0, "async with state"),
        (BoxApplication::new(Response::text(here(std::thread::current().id())).into_application()), 0, "a fixed response"),
    ];
    for (application, want, why) in cases {
        let workers = Arc::new(Counting::default());
        let (status, text) = answer(&application, Request::blank("/").with_server(on(&workers)));
        assert_eq!(
            (status, workers.0.load(Ordering::Relaxed)),
            (200, want),
            "{why}"
        );
        assert_eq!(text == thread(), want == 0, "{why}: {text}");
    }
}

#[test]
fn a_plain_function_called_by_another_runs_on_the_same_worker() {
    fn inner() -> String {
        thread()
    }
    fn outer(request: &Request) -> Result<String> {
        let server_info = Arc::clone(request.environ().server());
        let app = inner.into_application();
        let mut response = Request::blank("/")
            .with_server(server_info)
            .send(&app)
            .wait()?;
        assert_eq!(response.read_text().wait()?, thread());
        Ok("the same".to_owned())
    }
    // Otherwise a pool of one worker would wait forever.
    let workers = Arc::new(Counting::default());
    let request = Request::blank("/").with_server(on(&workers));
    assert_eq!(
        answer(&outer.into_application(), request),
        (200, "the same".into())
    );
    assert_eq!(workers.0.load(Ordering::Relaxed), 1);
}

#[test]
fn no_free_worker_is_a_503_with_retry_after() {
    let log = Log::default();
    let server_info = on(&Arc::new(Full)).with_errors(log.stream());
    let request = Request::blank("/").with_server(server_info);
    let response = serve(&(|| "reached").into_application(), request);
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (503, &"1".parse().unwrap())
    );
    assert!(
        log.text().contains("`queued_jobs`"),
        "the limit is named: {}",
        log.text()
    );
    assert_eq!(log.text().lines().count(), 1, "{}", log.text());
}

#[test]
fn a_503_for_want_of_workers_is_negotiated() {
    let request = Request::blank("/")
        .with_server(on(&Arc::new(Full)).with_errors(Log::default().stream()))
        .with_header("accept", "application/json");
    let response = serve(&(|| "reached").into_application(), request);
    // The handler renders the error, so that the client gets the format that it prefers.
    assert_eq!(response.headers()["content-type"], "application/json");
}

/// A body that never arrives.
struct Never;

impl futures_core::Stream for Never {
    type Item = Result<&'static str>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}

#[test]
fn streaming_is_entered_before_the_body_has_arrived() {
    fn plain(_: &Request) -> &'static str {
        "entered"
    }
    #[rustfmt::skip]
    let cases = [
        (BoxApplication::new(plain.into_application()),                         false, "a plain fn waits for the body"),
        (BoxApplication::new(with_state((), |(): &(), r: &Request| plain(r))),  false, "a plain fn with state waits too"),
        (BoxApplication::new(streaming(plain)),                                 true,  "a streaming fn does not wait"),
        (BoxApplication::new((async |r: &Request| plain(r)).into_application()), true, "an async fn does not wait"),
        (BoxApplication::new(streaming(async |r: &Request| plain(r))),          true,  "an async fn may be declared as streaming"),
    ];
    for (application, want, why) in cases {
        let request = Request::blank("/")
            .with_method("POST")
            .with_body(Body::stream(Never));
        let future = std::pin::pin!(call(&application, request.into_environ()));
        let polled = future.poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled.is_ready(), want, "{why}");
    }
}

#[test]
fn a_body_over_received_body_bytes_is_a_413_before_a_plain_fn_is_entered() {
    let limits = || rustzeug::gateway::Limits::default().with_received_body_bytes(4);
    let request = |body: Body, accept: &'static str| {
        let server_info = ServerInfo::default().with_limits(limits());
        Request::blank("/")
            .with_server(server_info)
            .with_body(body)
            .with_header("accept", accept)
    };
    let app = (|| "entered").into_application();
    let (status, text) = answer(
        &app,
        request(Body::iterator(["ab", "cde"]), "application/json"),
    );
    assert_eq!(status, 413);
    assert!(
        text.starts_with('{') && text.contains("`received_body_bytes`"),
        "negotiated, names the limit: {text}"
    );
    assert_eq!(
        answer(&app, request(Body::iterator(["ab", "cd"]), "*/*")).0,
        200,
        "at the limit"
    );
    assert_eq!(
        answer(
            &streaming(|| "x"),
            request(Body::iterator(["ab", "cde"]), "*/*")
        )
        .0,
        200,
        "not read, not counted"
    );
}
