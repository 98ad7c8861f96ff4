//! `GET /time` without a socket, library against library: allocations, bytes and wall time.
//!
//! ```sh
//! cargo run --release -p peers --bin in_process                 # a table
//! benches/peers/instructions                                    # instructions, by callgrind
//! ```
//!
//! Each call builds an `http::Request` with the headers of a browser, has it answered, and
//! reads the answer whole. `build` is the first of these alone, to be taken off. `raw` and
//! `webob` are driven in place, without the edge of a server; `rustzeug` is what the embedded
//! server does with a request, short of the socket.

use std::alloc::GlobalAlloc;
use std::alloc::Layout;
use std::alloc::System;
use std::convert::Infallible;
use std::hint::black_box;
use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;
use http::HeaderValue;
use http::Request;
use http::Response;
use http_body::Body as _;
use http_body::Frame;
use http_body::SizeHint;
use peers::by_axum;
use peers::by_hyper;
use peers::by_rustzeug;
use rustzeug::IntoApplication;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Facts;
use rustzeug::gateway::StartResponse;
use rustzeug::gateway::call;
use tower::ServiceExt;

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

// SAFETY: everything is passed on to `System` unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        BYTES.fetch_add(layout.size() as u64, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        BYTES.fetch_add(size.saturating_sub(layout.size()) as u64, Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// An empty body of a type that no library knows.
struct Nothing;

impl http_body::Body for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}

fn prototype() -> Request<()> {
    let mut request = Request::new(());
    *request.uri_mut() = "/time".parse().expect("a path");
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let headers = [
        ("host", "example.org"),
        ("user-agent", agent),
        ("accept", accept),
        ("accept-encoding", "gzip, deflate, br"),
    ];
    for (name, value) in headers {
        // From a `String`, so that cloning it counts references, as with what a server read.
        let value = HeaderValue::try_from(value.to_owned()).expect("a value");
        request.headers_mut().insert(name, value);
    }
    request
}

fn build(prototype: &Request<()>) -> Request<Nothing> {
    let mut request = Request::new(Nothing);
    *request.method_mut() = prototype.method().clone();
    *request.uri_mut() = prototype.uri().clone();
    *request.headers_mut() = prototype.headers().clone();
    request
}

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

fn read<B: http_body::Body<Data = Bytes>>(response: Response<B>) -> usize {
    assert_eq!(response.status(), 200);
    let (mut body, mut size) = (pin!(response.into_body()), 0);
    let mut context = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut context) {
        size += frame.data_ref().map_or(0, Bytes::len);
    }
    size
}

type Call = Box<dyn Fn(Request<Nothing>) -> usize>;

fn in_place(application: impl Application) -> Call {
    let facts = Arc::new(Facts::default());
    Box::new(move |request| {
        let environ = Environ::new(request.map(Body::new), Arc::clone(&facts));
        read(
            now(application.call(environ, StartResponse::new()))
                .expect("it answers")
                .into(),
        )
    })
}

fn peers() -> Vec<(&'static str, Call)> {
    let facts = Arc::new(Facts::default());
    let ours = by_rustzeug::app();
    let axum = by_axum::app();
    vec![
        (
            "build",
            Box::new(|request| usize::from(black_box(request).body().is_end_stream())),
        ),
        (
            "hyper",
            Box::new(|request| {
                read(now(by_hyper::handle(request)).unwrap_or_else(|never| match never {}))
            }),
        ),
        (
            "rustzeug",
            Box::new(move |request| {
                let environ = Environ::new(request.map(Body::new), Arc::clone(&facts));
                read(now(call(&ours, environ)))
            }),
        ),
        (
            "axum",
            Box::new(move |request| {
                let response = now(axum.clone().oneshot(request.map(axum::body::Body::new)));
                read(response.unwrap_or_else(|never| match never {}))
            }),
        ),
        ("raw", in_place(by_rustzeug::raw.into_application())),
        (
            "webob",
            in_place(by_rustzeug::webob_style.into_application()),
        ),
    ]
}

fn main() {
    let prototype = prototype();
    let peers = peers();
    let arguments: Vec<_> = std::env::args().collect();
    if let [_, once, name, count] = arguments.as_slice() {
        assert_eq!(once, "--once");
        let (_, call) = peers
            .iter()
            .find(|(known, _)| known == name)
            .expect("a peer");
        for _ in 0..count.parse::<u32>().expect("a number") {
            black_box(call(build(&prototype)));
        }
        return;
    }
    println!("| peer | allocations | bytes | ns, best batch |\n|---|---|---|---|");
    let mut best = vec![f64::MAX; peers.len()];
    for _ in 0..40 {
        for ((_, call), best) in peers.iter().zip(&mut best) {
            let start = Instant::now();
            for _ in 0..2_000 {
                black_box(call(build(&prototype)));
            }
            *best = best.min(start.elapsed().as_nanos() as f64 / 2_000.0);
        }
    }
    for ((name, call), best) in peers.iter().zip(best) {
        let before = (ALLOCATIONS.load(Relaxed), BYTES.load(Relaxed));
        for _ in 0..100 {
            black_box(call(build(&prototype)));
        }
        let allocations = (ALLOCATIONS.load(Relaxed) - before.0) as f64 / 100.0;
        let bytes = (BYTES.load(Relaxed) - before.1) / 100;
        println!("| {name} | {allocations:.1} | {bytes} | {best:.0} |");
    }
}
