//! Where the work of compression is done.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::gateway::Blocking;
use rustzeug::gateway::Body;
use rustzeug::gateway::Job;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::Workers;
use rustzeug::middleware::Coding;
use rustzeug::middleware::Compression;
use rustzeug::middleware::compress;
use rustzeug::middleware::compress_with;
use rustzeug::with_state;
use rustzeug::wrap;

use super::coding;
use super::read;
use super::text;
use crate::common::Counting;
use crate::common::serve;

/// Asks for `/` on a server with these workers.
fn ask(app: &impl rustzeug::Application, workers: Arc<dyn Workers>) -> Response {
    let request = Request::blank("/")
        .with_header("accept-encoding", "gzip")
        .into_environ()
        .into_http();
    let server = ServerInfo::default().with_blocking(Blocking::on(workers));
    let environ = rustzeug::gateway::Environ::new(request, server);
    serve(app, Request::new(environ)).into()
}

#[test]
fn short_content_is_compressed_in_place_and_long_content_on_a_worker() {
    for (length, jobs) in [(1024, 0), (8 << 10, 0), ((8 << 10) + 1, 1), (1 << 20, 1)] {
        let workers = Arc::new(Counting::default());
        let app = wrap(move || async move { text(length) }, compress);
        let response = ask(&app, Arc::clone(&workers) as _);
        assert_eq!(coding(&response), "gzip", "{length}");
        assert!(
            response.body().length().is_some(),
            "{length}: it is compressed as a whole"
        );
        assert!(read(response) == text(length), "{length}");
        assert_eq!(workers.0.load(Ordering::Relaxed), jobs, "{length}");
    }
}

#[test]
fn the_higher_the_level_the_less_is_done_in_place() {
    let workers = Arc::new(Counting::default());
    let settings = Compression::default().with_level(Coding::Gzip, 9);
    let app = wrap(async || text(4096), with_state(settings, compress_with));
    assert_eq!(read(ask(&app, Arc::clone(&workers) as _)), text(4096));
    assert_eq!(workers.0.load(Ordering::Relaxed), 1);
}

#[test]
fn content_in_memory_beyond_a_mebibyte_is_sent_while_it_is_compressed() {
    let workers = Arc::new(Counting::default());
    let app = wrap(async || text((1 << 20) + 1), compress);
    let response = ask(&app, Arc::clone(&workers) as _);
    assert_eq!(
        (coding(&response), response.body().length()),
        ("gzip", None)
    );
    assert!(read(response) == text((1 << 20) + 1));
    let jobs = workers.0.load(Ordering::Relaxed);
    assert!((16..=40).contains(&jobs), "a job for each 64 KiB: {jobs}");
}

#[test]
fn a_blocking_body_is_still_read_on_a_worker() {
    static ON_WORKER: AtomicUsize = AtomicUsize::new(0);
    let here = std::thread::current().id();
    let workers = Arc::new(Counting::default());
    let app = wrap(
        move || async move {
            let lines = (0..100).map(move |number| {
                ON_WORKER.fetch_add(
                    usize::from(std::thread::current().id() != here),
                    Ordering::Relaxed,
                );
                format!("line {number}\n")
            });
            Response::text("").with_body(Body::iterator(lines))
        },
        compress,
    );
    let response = ask(&app, workers);
    assert_eq!(coding(&response), "gzip");
    assert!(read(response).ends_with("line 98\nline 99\n"));
    assert_eq!(ON_WORKER.load(Ordering::Relaxed), 100);
}

/// Takes no work.
struct Full;

impl Workers for Full {
    fn submit(&self, _: Arc<dyn Job>) -> bool {
        false
    }

    fn submit_writer(&self, _: Arc<dyn Job>) -> bool {
        false
    }
}

#[test]
fn without_a_free_worker_the_response_is_sent_as_it_is() {
    let app = wrap(async || text(50_000), compress);
    let response = ask(&app, Arc::new(Full));
    assert_eq!((response.status().as_u16(), coding(&response)), (200, "-"));
    assert_eq!(response.headers()["vary"], "accept-encoding");
    assert_eq!(read(response), text(50_000));
}
