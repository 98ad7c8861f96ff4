//! The budget for bodies, as seen by applications without a server: when bytes begin and cease to count.

use std::io::{Read, Seek};
use std::sync::Arc;
use std::time::Duration;

use rustzeug::form::MultipartForm;
use rustzeug::gateway::{Body, Budget, Limits, ServerInfo};
use rustzeug::http::HeaderValue;
use rustzeug::{IntoApplication, Request, Response, Result};

use super::{Feed, Flag};
use crate::common::{Counting, Log, answer, block_on};

pub(super) const KIB: usize = 1 << 10;

/// The server facts of a server without requests.
pub(super) fn server_info(limits: Limits) -> ServerInfo {
    ServerInfo::default().with_limits(limits)
}

pub(super) fn held(budget: &Budget) -> (u64, u64) {
    (budget.memory(), budget.disk())
}

/// A body of unknown length.
fn coming(length: usize, chunk: usize) -> Body {
    let bytes: Vec<u8> = (b'a'..=b'z').cycle().take(length).collect();
    Body::iterator(bytes.chunks(chunk).map(<[u8]>::to_vec).collect::<Vec<_>>())
}

/// A body of known length.
fn known(length: usize) -> Body {
    let mut file = tempfile::tempfile().unwrap();
    let mut body = coming(length, length).into_reader();
    std::io::copy(&mut body, &mut file).unwrap();
    file.rewind().unwrap();
    Body::file(file).unwrap()
}

pub(super) fn files(count: usize, length: usize) -> MultipartForm {
    (0..count).fold(MultipartForm::new(), |form, index| {
        let letter = u8::try_from(b'a' as usize + index % 26).unwrap();
        form.bytes("f", &format!("{index}"), "text/plain", vec![letter; length])
    })
}

#[test]
fn whatever_is_read_whole_is_counted_until_the_request_is_gone() {
    type Read = fn(&Request) -> Result<()>;
    let json = |text: &str| {
        Request::blank("/")
            .with_header("content-type", "application/json")
            .with_body(Body::iterator([text.to_owned()]))
    };
    let form = |request: Request| {
        let body = request.bytes().wait().unwrap();
        request.with_body(Body::iterator([body]))
    };
    #[rustfmt::skip]
    let cases: [(&str, Request, Read, u64); 6] = [
        ("bytes", Request::blank("/").with_body(coming(70_000, 999)), |r| r.bytes().wait().map(drop), 70_000),
        ("text",  Request::blank("/").with_body(coming(70_000, 999)), |r| r.text().wait().map(drop), 70_000),
        ("json",  json("[1, 2]"), |r| r.json::<Vec<u8>>().wait().map(drop), 6),
        ("form",  form(Request::blank("/").with_form(&[("a", "1")])), |r| r.form().wait().map(drop), 3),
        ("params", form(Request::blank("/").with_form(&[("a", "1")])), |r| r.params().wait().map(drop), 3),
        ("files", form(Request::blank("/").with_multipart(files(3, 10))), |r| r.form().wait().map(drop), 0),
    ];
    for (what, request, read, length) in cases {
        for memory in [KIB << 10, 0] {
            let server_info = server_info(Limits::default().with_memory_bytes(memory));
            let budget = server_info.budget().clone();
            let body = request.bytes().wait().unwrap();
            let kind = request.headers().get("content-type").cloned();
            let kind = kind.unwrap_or(HeaderValue::from_static("text/plain"));
            let length = if length == 0 {
                body.len() as u64
            } else {
                length
            };
            let request = Request::blank("/")
                .with_method(request.method().clone())
                .with_header("content-type", kind.clone())
                .with_server(server_info)
                .with_body(Body::iterator([body]));
            assert_eq!(
                held(&budget),
                (0, 0),
                "{what}: an unread body holds nothing"
            );
            read(&request).unwrap();
            let want = if memory == 0 {
                (0, length)
            } else {
                (length, 0)
            };
            assert_eq!(held(&budget), want, "{what}");
            read(&request).unwrap();
            assert_eq!(held(&budget), want, "{what}, again");
            drop(request);
            assert_eq!(held(&budget), (0, 0), "{what}: given back");
        }
    }
}

#[test]
fn what_passes_through_or_was_there_is_not_counted() {
    let server_info = server_info(Limits::default());
    let budget = server_info.budget().clone();
    let request = || Request::blank("/").with_server(server_info.clone());
    let there = request().with_body("x".repeat(100_000));
    assert_eq!(there.bytes().wait().unwrap().len(), 100_000);
    let streamed = request().with_body(coming(100_000, 10_000));
    let mut body = streamed.take_body();
    while body.chunk().wait().unwrap().is_some() {
        assert_eq!(held(&budget), (0, 0));
    }
    let parts = request().with_multipart(files(2, 100_000));
    let mut parts = parts.multipart();
    while let Some(mut part) = parts.next_part().wait().unwrap() {
        while part.chunk().wait().unwrap().is_some() {}
    }
    assert_eq!(held(&budget), (0, 0));
}

#[test]
fn a_read_that_is_given_up_loses_nothing_and_keeps_what_has_come() {
    for memory in [KIB << 10, 0] {
        let server_info = server_info(Limits::default().with_memory_bytes(memory));
        let budget = server_info.budget().clone();
        let feed = Feed::default();
        let request = Request::blank("/")
            .with_method("POST")
            .with_header("content-type", "multipart/form-data; boundary=b")
            .with_server(server_info)
            .with_body(feed.body());
        let flag = Arc::<Flag>::default();
        let head = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n";
        for chunk in [head, "one ", "two\r\n", "--b--"] {
            feed.push(chunk);
            assert!(
                flag.poll(&mut request.form()).is_pending(),
                "and dropped at once"
            );
            assert!(
                flag.poll(&mut request.bytes()).is_pending(),
                "by another reader too"
            );
        }
        feed.end();
        let form = request.form().wait().unwrap();
        assert_eq!(form.file("f").unwrap().bytes().wait().unwrap(), "one two");
        assert_eq!(request.bytes().wait().unwrap().len(), head.len() + 14);
        assert_eq!(request.form().wait().unwrap().files().len(), 1);
        drop((request, form));
        assert_eq!(held(&budget), (0, 0));
    }
}

#[test]
fn readers_side_by_side_both_finish_whatever_is_written_meanwhile() {
    for memory in [KIB << 10, 0] {
        // Files are written on a worker, so both reads wait for it.
        let workers = Arc::<Counting>::default();
        let server_info = server_info(Limits::default().with_memory_bytes(memory))
            .with_blocking(rustzeug::gateway::Blocking::on(workers));
        let budget = server_info.budget().clone();
        let request = Request::blank("/")
            .with_server(server_info)
            .with_multipart(files(3, 300 * KIB));
        let length = request.environ().body_length().unwrap();
        let (mut form, mut bytes) = (request.form(), request.bytes());
        let both = block_on(async {
            let flag = Arc::<Flag>::default();
            assert!(memory > 0 || flag.poll(&mut form).is_pending());
            assert!(memory > 0 || flag.poll(&mut bytes).is_pending());
            (form.await.unwrap(), bytes.await.unwrap())
        });
        assert_eq!(both.1.len() as u64, length);
        assert!(both.0.files().all(|file| file.size() == 300 << 10));
        drop((request, both.0));
        assert_eq!(held(&budget), (0, 0));
    }
}

#[test]
fn a_body_taken_half_way_is_a_replay_that_holds_it() {
    for memory in [KIB << 10, 0] {
        let server_info = server_info(Limits::default().with_memory_bytes(memory));
        let budget = server_info.budget().clone();
        let feed = Feed::default();
        let request = Request::blank("/")
            .with_server(server_info)
            .with_body(feed.body());
        feed.push("one ");
        assert!(
            Arc::<Flag>::default()
                .poll(&mut request.bytes())
                .is_pending()
        );
        let (body, before) = (request.take_body(), held(&budget));
        assert_ne!(before, (0, 0));
        feed.push("two");
        feed.end();
        drop(request);
        let mut text = String::new();
        body.into_reader().read_to_string(&mut text).unwrap();
        assert_eq!((&*text, held(&budget)), ("one two", (0, 0)));
    }
}

#[test]
fn a_body_that_breaks_off_holds_no_more_than_has_come() {
    for memory in [KIB << 10, 0] {
        let server_info = server_info(Limits::default().with_memory_bytes(memory));
        let budget = server_info.budget().clone();
        let feed = Feed::default().claiming(100_000);
        let request = Request::blank("/")
            .with_server(server_info)
            .with_body(feed.body());
        feed.push("one");
        assert!(
            Arc::<Flag>::default()
                .poll(&mut request.bytes())
                .is_pending()
        );
        assert!(budget.memory().max(budget.disk()) == 100_000, "{budget:?}");
        feed.fail("reset");
        assert!(request.bytes().wait().is_err());
        assert!(budget.memory() + budget.disk() <= 3, "{budget:?}");
        drop(request);
        assert_eq!(held(&budget), (0, 0));
    }
}

#[test]
fn a_panic_gives_everything_back() {
    let limits = Limits::default().with_memory_bytes(10_000);
    let server_info = Log::default().server().with_limits(limits);
    let budget = server_info.budget().clone();
    let panics = |request: &Request| -> Response {
        let form = request.form().wait();
        assert!(form.is_err(), "on purpose: {form:?}");
        Response::text("")
    };
    for length in [1_000, 100_000] {
        let request = Request::blank("/").with_server(server_info.clone());
        let request = request.with_multipart(files(2, length));
        assert_eq!(answer(&panics.into_application(), request).0, 500);
        assert_eq!(held(&budget), (0, 0), "{length}");
    }
}

#[test]
fn a_body_longer_than_a_connection_may_hold_is_413_and_names_the_setting() {
    let all = 8 << 20;
    #[rustfmt::skip]
    let cases = [
        (all,  all,  1 << 20,       200, "",                    "an eighth of all"),
        (all,  all,  (1 << 20) + 1, 413, "budget_disk_bytes",   "one past it"),
        (all,  0,    1 << 20,       200, "",                    "an eighth of the memory, and no disk"),
        (all,  0,    (1 << 20) + 1, 413, "budget_memory_bytes", "one past it"),
        (0,    all,  1 << 20,       200, "",                    "the same on disk alone"),
        (0,    0,    1,             413, "budget_memory_bytes", "nothing at all"),
    ];
    for (memory, disk, length, want, setting, why) in cases {
        let limits = Limits::default()
            .with_budget_memory_bytes(memory)
            .with_budget_disk_bytes(disk)
            .with_body_bytes(u64::MAX);
        for is_known in [true, false] {
            let body = coming(length, 10_000);
            let body = if is_known { known(length) } else { body };
            let request = Request::blank("/")
                .with_server(server_info(limits.clone()))
                .with_body(body);
            let (status, message) = match request.bytes().wait() {
                Ok(bytes) => (200, bytes.len().to_string()),
                Err(error) => (error.status().as_u16(), error.message().to_owned()),
            };
            assert_eq!(status, want, "{why}: {message}");
            assert!(
                want == 200 || message.contains(&format!("`{setting}`")),
                "{message}"
            );
        }
    }
}

#[test]
fn a_body_of_which_nothing_is_kept_may_be_longer_than_a_connection_may_hold() {
    fn count(mut body: impl Read) -> Result<String> {
        Ok(std::io::copy(&mut body, &mut std::io::sink())?.to_string())
    }
    fn plain(request: &Request) -> Result<String> {
        count(request.take_body().into_reader())
    }
    async fn later(request: &Request) -> Result<String> {
        let (mut body, mut length) = (request.take_body(), 0);
        while let Some(chunk) = body.chunk().await? {
            length += chunk.len();
        }
        Ok(length.to_string())
    }
    async fn parts(request: &Request) -> Result<String> {
        let (mut multipart, mut length) = (request.multipart(), 0);
        while let Some(mut part) = multipart.next_part().await? {
            while let Some(chunk) = part.chunk().await? {
                length += chunk.len();
            }
        }
        Ok(length.to_string())
    }
    const LENGTH: usize = 1_000_000;
    let nothing = Limits::default()
        .with_budget_memory_bytes(0)
        .with_budget_disk_bytes(0);
    let app = rustzeug::Router::new()
        .post("/plain", plain)
        .post("/streaming", rustzeug::handler::streaming(plain))
        .post("/later", later)
        .post("/parts", parts);
    for (path, want) in [
        ("/plain", 413),
        ("/streaming", 200),
        ("/later", 200),
        ("/parts", 200),
    ] {
        for body in [known(LENGTH), coming(LENGTH, 10_000)] {
            let request = Request::blank(path).with_server(server_info(nothing.clone()));
            let request = match path {
                "/parts" => request.with_multipart(files(1, LENGTH)),
                _ => request.with_method("POST").with_body(body),
            };
            let (status, text) = answer(&app, request);
            assert_eq!(status, want, "{path}: {text}");
            assert!(
                status != 200 || text == LENGTH.to_string(),
                "{path}: {text}"
            );
        }
    }
}

#[test]
fn the_sizes_are_those_of_the_server_and_memory_bytes_that_of_the_request() {
    let mut request = Request::blank("/")
        .with_server(server_info(
            Limits::default().with_budget_disk_bytes(8 << 20),
        ))
        .with_body(coming(1_000, 100));
    let narrow = Limits::default()
        .with_budget_disk_bytes(0)
        .with_budget_memory_bytes(0)
        .with_memory_bytes(999);
    request.environ_mut().set_limits(narrow);
    request.bytes().wait().unwrap();
    let budget = request.environ().server().budget();
    assert_eq!(held(budget), (0, 1_000), "on disk, where there is room");
}

#[test]
fn without_a_server_waiting_ends_too() {
    let limits = Limits::default()
        .with_budget_memory_bytes(800)
        .with_budget_disk_bytes(0)
        .with_body_idle(Duration::from_millis(200));
    let server_info = server_info(limits);
    let request = |length| {
        let request = Request::blank("/").with_server(server_info.clone());
        request.with_body(coming(length, length))
    };
    let first = request(60);
    first.bytes().wait().unwrap();
    let second = request(60);
    let error = second.bytes().wait().unwrap_err();
    assert_eq!(error.status(), 503);
    drop(first);
    assert_eq!(second.bytes().wait().unwrap().len(), 60, "nothing was lost");
}
