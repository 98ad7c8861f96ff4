//! Requests without a socket, library by library: allocations, bytes and wall time.
//!
//! ```sh
//! cargo run --release -p peers --bin in_process                 # tables: time, hello, missing, tagged, known, picture, …
//! cargo run --release -p peers --bin in_process -- form         # one of them
//! benches/peers/instructions form                               # instructions, by callgrind
//! ```
//!
//! Each call builds an `http::Request` with the headers of a browser and a body in pieces of 16 KiB, gets the response,
//! and reads all of it. `build` is only the first step; subtract it from the others. `raw` and `webob` run in place,
//! without the edge of a server. `tower` is the bridge, called as a service, and `boxed` is the same work without it: the
//! environ, the edge, and a future in a box. `rustzeug` is everything that the embedded server does with a request, except the
//! socket.

use std::convert::Infallible;
use std::hint::black_box;
use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
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
use peers::counting::Counting;
use peers::counting::count;
use peers::work::Asked;
use peers::work::COOKIES;
use peers::work::made_up;
use peers::work::requests;
use rustzeug::IntoApplication;
use rustzeug::gateway::Application;
use rustzeug::gateway::Blocking;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::ErrorStream;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::StartResponse;
use rustzeug::gateway::call;
use rustzeug::server::ServerLimits;
use rustzeug::server::WorkerPool;
use tower::ServiceExt;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A body of a custom type, in pieces as from a socket.
struct Pieces(Bytes);

const PIECE: usize = 16 << 10;

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = self.0.len().min(PIECE);
        let piece = (length > 0).then(|| Ok(Frame::data(self.0.split_to(length))));
        Poll::Ready(piece)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

fn prototype((path, content_type, body): &Asked) -> Request<Bytes> {
    let mut request = Request::new(body.clone());
    *request.uri_mut() = path.parse().expect("a path");
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let length = body.len().to_string();
    let mut headers = vec![
        ("host", "example.org"),
        ("user-agent", agent),
        ("accept", accept),
        ("accept-encoding", "gzip, deflate, br"),
    ];
    if path.starts_with("/hello/") {
        headers.push(("cookie", COOKIES));
    }
    if matches!(*path, "/tagged" | "/known") {
        headers.push(("if-none-match", "\"v7\""));
    }
    if !body.is_empty() {
        *request.method_mut() = http::Method::POST;
        headers.extend([
            ("content-type", *content_type),
            ("content-length", &*length),
        ]);
    }
    for (name, value) in headers {
        // From a `String`, so that a clone only counts references, as for bytes that a server has read.
        let value = HeaderValue::try_from(value.to_owned()).expect("a value");
        let name = http::HeaderName::from_bytes(name.as_bytes()).expect("a name");
        request.headers_mut().insert(name, value);
    }
    request
}

fn build(prototype: &Request<Bytes>) -> Request<Pieces> {
    let mut request = Request::new(Pieces(prototype.body().clone()));
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
    assert!(matches!(response.status().as_u16(), 200 | 304 | 404));
    let (mut body, mut size) = (pin!(response.into_body()), 0);
    let mut context = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut context) {
        size += frame.data_ref().map_or(0, Bytes::len);
    }
    size
}

type Answered = Result<Response<Body>, Infallible>;

type Call = Box<dyn Fn(Request<Pieces>) -> usize>;

fn in_place(application: impl Application) -> Call {
    // As under `serve`: no access log.
    let server_info = Arc::new(ServerInfo::default().with_log_notes(false));
    Box::new(move |request| {
        let environ = Environ::new(request.map(Body::new), Arc::clone(&server_info));
        read(
            now(application.call(environ, StartResponse::new()))
                .expect("it answers")
                .into(),
        )
    })
}

fn peers() -> Vec<(&'static str, Call)> {
    // As under `serve`: no access log.
    let server_info = Arc::new(ServerInfo::default().with_log_notes(false));
    let ours = by_rustzeug::app();
    let (axum, pages) = (by_axum::app(), by_axum::with_pages());
    let routes = made_up(1000);
    let (our_thousand, their_thousand) = (by_rustzeug::large(&routes), by_axum::large(&routes));
    let same_server = Arc::clone(&server_info);
    let pool = WorkerPool::new(&ServerLimits::default(), &ErrorStream::default());
    let boxed_server = ServerInfo::default().with_log_notes(false);
    let boxed_server = Arc::new(boxed_server.with_blocking(Blocking::on(Arc::new(pool))));
    let boxed = Arc::new(by_rustzeug::app());
    let service = rustzeug::tower::into_service(by_rustzeug::app());
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
                let environ = Environ::new(request.map(Body::new), Arc::clone(&server_info));
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
        (
            "axum_pages",
            Box::new(move |request| {
                let response = now(pages.clone().oneshot(request.map(axum::body::Body::new)));
                read(response.unwrap_or_else(|never| match never {}))
            }),
        ),
        (
            "rustzeug_1000",
            Box::new(move |request| {
                let environ = Environ::new(request.map(Body::new), Arc::clone(&same_server));
                read(now(call(&our_thousand, environ)))
            }),
        ),
        (
            "axum_1000",
            Box::new(move |request| {
                let request = request.map(axum::body::Body::new);
                let response = now(their_thousand.clone().oneshot(request));
                read(response.unwrap_or_else(|never| match never {}))
            }),
        ),
        (
            "boxed",
            Box::new(move |request| {
                let environ = Environ::new(request.map(Body::new), Arc::clone(&boxed_server));
                let app = Arc::clone(&boxed);
                // With a result, as every service has it.
                let future: Pin<Box<dyn Future<Output = Answered> + Send>> =
                    Box::pin(async move { Ok(call(&*app, environ).await) });
                read(now(future).unwrap_or_else(|never| match never {}))
            }),
        ),
        (
            "tower",
            Box::new(move |request| {
                let response = now(rustzeug::tower::Service::call(
                    &mut service.clone(),
                    request,
                ));
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
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let peers = peers();
    if let [once, case, name, count] = arguments.as_slice() {
        assert_eq!(once, "--once");
        let (_, asked) = requests()
            .into_iter()
            .find(|(known, _)| known == case)
            .expect("a case");
        let (_, call) = peers
            .iter()
            .find(|(known, _)| known == name)
            .expect("a peer");
        let prototype = prototype(&asked);
        for _ in 0..count.parse::<u32>().expect("a number") {
            black_box(call(build(&prototype)));
        }
        return;
    }
    for (case, asked) in requests() {
        if arguments.is_empty() || arguments.iter().any(|named| named == case) {
            table(case, &prototype(&asked), &peers);
        }
    }
}

fn table(case: &str, prototype: &Request<Bytes>, peers: &[(&'static str, Call)]) {
    println!("\n| {case} | allocations | bytes | ns, best batch |\n|---|---|---|---|");
    // Those that run in place serve only `/time`.
    let known = |name: &str| match case {
        "time" => name != "axum_pages",
        "missing" => ["build", "rustzeug", "axum", "axum_pages"].contains(&name),
        // The same request, of which one handler takes notice.
        "tagged" | "known" => ["build", "rustzeug"].contains(&name),
        "picture" | "wrapped" | "encoded" => ["build", "rustzeug"].contains(&name),
        "large" => ["build", "rustzeug_1000", "axum_1000"].contains(&name),
        _ => !["raw", "webob", "axum_pages", "boxed", "tower"].contains(&name),
    };
    let known = |name: &str| known(name) && (case == "large" || !name.ends_with("1000"));
    let peers: Vec<_> = peers.iter().filter(|(name, _)| known(name)).collect();
    let calls = if prototype.body().len() > 100_000 {
        20
    } else {
        2_000
    };
    let mut best = vec![f64::MAX; peers.len()];
    for _ in 0..40 {
        for ((_, call), best) in peers.iter().zip(&mut best) {
            let start = Instant::now();
            for _ in 0..calls {
                black_box(call(build(prototype)));
            }
            *best = best.min(start.elapsed().as_nanos() as f64 / f64::from(calls));
        }
    }
    for ((name, call), best) in peers.iter().zip(best) {
        let (allocations, bytes) = count(|| {
            for _ in 0..100 {
                black_box(call(build(prototype)));
            }
        });
        let (allocations, bytes) = (allocations as f64 / 100.0, bytes / 100);
        println!("| {name} | {allocations:.1} | {bytes} | {best:.0} |");
    }
}
