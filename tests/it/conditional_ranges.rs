//! Ranges, answered: what a client gets of every kind of body, and what is read of it.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustzeug::gateway::{Body, Limits};
use rustzeug::headers::{AcceptRanges, HttpDate};
use rustzeug::middleware::conditional;
use rustzeug::testing::Client;
use rustzeug::{Error, Request, Response, Result, wrap};

const CONTENT: &str = "0123456789";

fn ranged(range: &str) -> Request {
    Request::blank("/").with_header("range", range)
}

/// A reader that counts what is read of it.
struct Counted(Cursor<Vec<u8>>, Arc<AtomicU64>);

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(position)
    }
}

fn file(content: &[u8]) -> File {
    let mut file = tempfile();
    file.write_all(content).unwrap();
    file.rewind().unwrap();
    file
}

/// A file without a name.
fn tempfile() -> File {
    let path = std::env::temp_dir().join(format!(
        "rustzeug-conditional-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    ));
    let mut options = File::options();
    let file = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(&path)
        .unwrap();
    std::fs::remove_file(path).unwrap();
    file
}

/// The content as every kind of body of which parts can be sent.
fn bodies() -> Vec<(&'static str, Body)> {
    let mut half = file(b"xx0123456789");
    half.seek(SeekFrom::Start(2)).unwrap();
    vec![
        ("bytes", CONTENT.into()),
        ("a file", Body::file(file(CONTENT.as_bytes())).unwrap()),
        ("a file from the middle", Body::file(half).unwrap()),
        ("a reader", Body::seekable(Cursor::new(CONTENT)).unwrap()),
    ]
}

#[test]
fn a_part_of_every_kind_of_body() {
    for (range, status, content_range, text) in [
        ("bytes=0-0", 206, "bytes 0-0/10", "0"),
        ("bytes=2-4", 206, "bytes 2-4/10", "234"),
        ("bytes=-3", 206, "bytes 7-9/10", "789"),
        ("bytes=0-", 206, "bytes 0-9/10", CONTENT),
        ("bytes=5-4", 200, "", CONTENT),
        ("x=0-1", 200, "", CONTENT),
    ] {
        for (kind, body) in bodies() {
            // What the application says of the whole is not said of a part.
            let whole = Response::text(body)
                .with_etag("v1")
                .with_header("content-length", "10");
            let mut response = whole.conditional(&ranged(range));
            let what = format!("{range} of {kind}");
            assert_eq!(response.status(), status, "{what}");
            let got = response.header_text("content-range").unwrap_or_default();
            assert_eq!(got, content_range, "{what}");
            assert_eq!(response.body().length(), Some(text.len() as u64), "{what}");
            assert_eq!(response.headers()["accept-ranges"], "bytes", "{what}");
            assert_eq!(response.read_text().wait().unwrap(), text, "{what}");
            let length = response.header_text("content-length");
            assert_eq!(length, (status == 200).then_some("10"), "{what}");
        }
    }
}

#[test]
fn several_parts_of_every_kind_of_body() {
    for (kind, body) in bodies() {
        let whole = Response::text(body).with_etag("v1");
        let mut response = whole.conditional(&ranged("bytes=8-, 0-1"));
        assert_eq!(response.status(), 206, "{kind}");
        assert!(!response.headers().contains_key("content-range"), "{kind}");
        let content_type = response.header_text("content-type").unwrap().to_owned();
        let boundary = content_type
            .strip_prefix("multipart/byteranges; boundary=")
            .unwrap();
        let want = format!(
            "--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 8-9/10\r\n\r\n89\
             \r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/10\r\n\r\n01\
             \r\n--{boundary}--\r\n"
        );
        assert_eq!(response.body().length(), Some(want.len() as u64), "{kind}");
        assert_eq!(response.read_text().wait().unwrap(), want, "{kind}");
    }
}

#[test]
fn what_is_not_asked_for_is_not_read() {
    let count = Arc::new(AtomicU64::new(0));
    let content = vec![b'x'; 10 << 20];
    let reader = Counted(Cursor::new(content), Arc::clone(&count));
    let whole = Response::seekable(reader).unwrap();
    let mut response = whole.conditional(&ranged("bytes=1000000-1000099, 5000000-5000099"));
    assert_eq!(response.status(), 206);
    response.read_bytes().wait().unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 200);
}

#[test]
fn bodies_that_cannot_be_cut_are_sent_whole() {
    let bodies: [fn() -> Response; 4] = [
        || Response::reader(CONTENT.as_bytes()),
        || Response::iterator([CONTENT]),
        || Response::text(CONTENT).with_accept_ranges(AcceptRanges::none()),
        || Response::text(CONTENT).with_status(203),
    ];
    for (index, whole) in bodies.into_iter().enumerate() {
        let mut response = whole().with_etag("v1").conditional(&ranged("bytes=0-1"));
        assert_ne!(response.status(), 206, "{index}");
        assert_eq!(response.read_text().wait().unwrap(), CONTENT, "{index}");
        assert_ne!(
            response.header_text("accept-ranges"),
            Some("bytes"),
            "{index}"
        );
    }
}

#[test]
fn ranges_are_offered_where_states_can_be_told_apart() {
    let request = Request::blank("/");
    let offered = |response: Response| response.conditional(&request).accept_ranges().is_some();
    assert!(offered(Response::text("x").with_etag("v1")));
    assert!(offered(
        Response::text("x").with_last_modified(HttpDate::from_unix_seconds(0))
    ));
    assert!(!offered(Response::text("x")));
    assert!(!offered(Response::iterator(["x"]).with_etag("v1")));
}

#[test]
fn a_range_behind_the_end_is_a_416_that_says_the_length() -> Result<()> {
    let app = wrap(|| Response::text(CONTENT).with_etag("v1"), conditional);
    let client = Client::new(app);
    let answer = client.get("/").with_header("range", "bytes=10-").wait()?;
    answer
        .expect_status(416)
        .expect_header("content-range", "bytes */10")
        .expect_text("Range Not Satisfiable\n");
    Ok(())
}

#[test]
fn the_limit_of_ranges_is_a_setting() {
    let ask = |count: usize, limits: Option<Limits>| {
        let parts: Vec<_> = (0..count).map(|at| format!("{0}-{0}", at * 2)).collect();
        let mut request = ranged(&format!("bytes={}", parts.join(",")));
        if let Some(limits) = limits {
            request.environ_mut().set_limits(limits);
        }
        let whole = Response::text("x".repeat(100));
        whole.conditional(&request).status().as_u16()
    };
    assert_eq!((ask(16, None), ask(17, None)), (206, 200));
    let two = || Some(Limits::default().with_ranges(2));
    assert_eq!((ask(2, two()), ask(3, two())), (206, 200));
    let none = Limits::default().with_ranges(0);
    assert_eq!(ask(1, Some(none)), 200);
}

#[test]
fn an_answer_is_never_much_longer_than_the_whole() {
    arbtest::arbtest(|u| {
        let size = u.int_in_range(0..=300)?;
        let count = u.int_in_range(1..=20_u64)?;
        let mut parts = Vec::new();
        for _ in 0..count {
            let first: u16 = u.int_in_range(0..=310)?;
            parts.push(match u.int_in_range(0..=2)? {
                0 => format!("{first}-"),
                1 => format!("-{first}"),
                _ => format!("{first}-{}", first + u.int_in_range(0..=9)?),
            });
        }
        let content_type = "text/".to_owned() + &"x".repeat(u.int_in_range(1..=2000)?);
        let whole = Response::text("x".repeat(size)).with_header("content-type", content_type);
        let response = whole.conditional(&ranged(&format!("bytes={}", parts.join(","))));
        if response.status().is_success() {
            let length = response.body().length().unwrap();
            assert!(
                length <= size as u64 + count * 1024,
                "{length} for {size} and {count}"
            );
        }
        Ok(())
    });
}

#[test]
fn head_says_what_get_would_and_knows_no_ranges() -> Result<()> {
    let app =
        || Ok::<_, Error>(Response::text(Body::file(File::open("Cargo.toml")?)?).with_etag("v1"));
    let client = Client::new(wrap(app, conditional));
    let length = std::fs::metadata("Cargo.toml")?.len().to_string();
    let head = client.head("/").with_header("range", "bytes=0-1").wait()?;
    head.expect_status(200)
        .expect_header("content-length", &length)
        .expect_header("accept-ranges", "bytes")
        .expect_empty();
    let part = client.get("/").with_header("range", "bytes=0-10").wait()?;
    part.expect_status(206)
        .expect_header("content-length", "11");
    Ok(())
}

#[test]
fn a_file_is_cut_on_a_server_with_workers() -> Result<()> {
    let plain = || Ok::<_, Error>(Response::file(File::open("Cargo.lock")?)?.with_etag("v1"));
    let client = Client::serve(wrap(plain, conditional))?;
    let whole = client.get("/").wait()?.expect_status(200);
    let content = whole.bytes();
    let last = client.get("/").with_header("range", "bytes=-1000").wait()?;
    last.expect_status(206)
        .expect_bytes(&content[content.len() - 1000..]);
    let two = client
        .get("/")
        .with_header("range", "bytes=0-9,100-109")
        .wait()?;
    let two = two.expect_status(206);
    assert!(
        two.bytes()
            .windows(10)
            .any(|part| part == &content[100..110]),
        "{two}"
    );
    let known = client
        .get("/")
        .with_header("if-none-match", "\"v1\"")
        .wait()?;
    known
        .expect_status(304)
        .expect_empty()
        .expect_no_header("content-type");
    Ok(())
}
