//! Bodies of every kind: chunks, lengths, errors, early ends, read in every way.

use std::fs::File;
use std::io;
use std::io::BufRead;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use arbtest::arbtest;
use futures_core::Stream;
use rustzeug::Error;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::bytes::Bytes;
use rustzeug::gateway::Body;

use super::Feed;
use super::drain;
use crate::common::block_on;

/// An iterator as a stream.
struct Streamed<I>(I);

impl<I: Iterator + Unpin> Stream for Streamed<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}

type Fallible = Result<&'static str, Error>;

fn stream(items: Vec<Fallible>) -> Body {
    Body::stream(Streamed(items.into_iter()))
}

fn chunks(body: &mut Body) -> Vec<Bytes> {
    std::iter::from_fn(|| block_on(body.chunk()).unwrap()).collect()
}

/// A new temporary file with this content, positioned at its beginning.
fn file(text: &str) -> File {
    let path = std::env::temp_dir().join(format!("rustzeug-{:p}-{}", text, std::process::id()));
    let mut file = File::options()
        .create(true)
        .truncate(true)
        .read(true)
        .write(true)
        .open(&path)
        .unwrap();
    std::fs::remove_file(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.rewind().unwrap();
    file
}

#[test]
fn gives_the_chunks_of_its_source_and_its_length_where_known() {
    let bytes = |text: &'static str| Bytes::from_static(text.as_bytes());
    #[rustfmt::skip]
    let cases: [(Body, Option<u64>, &[&str], &str); 17] = [
        (Body::empty(),                             Some(0), &[],           "empty"),
        (().into(),                                 Some(0), &[],           "()"),
        ("".into(),                                 Some(0), &[],           "empty text"),
        (Bytes::new().into(),                       Some(0), &[],           "empty bytes"),
        ("one".into(),                              Some(3), &["one"],      "&'static str"),
        (b"one".as_slice().into(),                  Some(3), &["one"],      "&'static [u8]"),
        (String::from("one").into(),                Some(3), &["one"],      "String"),
        (b"one".to_vec().into(),                    Some(3), &["one"],      "Vec<u8>"),
        (bytes("one").into(),                       Some(3), &["one"],      "Bytes"),
        (std::borrow::Cow::Borrowed("one").into(),  Some(3), &["one"],      "Cow"),
        (Body::reader(&b"one"[..]),                 None,    &["one"],      "a reader"),
        (Body::file(file("one")).unwrap(),          Some(3), &["one"],      "a file"),
        (Body::iterator(["a", "", "b"]),            None,    &["a", "b"],   "an iterator; empty chunks say nothing"),
        (Body::try_iterator([Ok::<_, Error>("a"), Ok("b")]), None, &["a", "b"], "a fallible iterator"),
        (stream(vec![Ok("a"), Ok(""), Ok("b")]),    None,    &["a", "b"],   "a stream"),
        (Feed::whole(&["a", "b"]).body(),           None,    &["a", "b"],   "another library's body"),
        (Feed::whole(&["a", "b"]).claiming(2).body(), Some(2), &["a", "b"], "another library's body of known length"),
    ];
    for (mut body, length, want, why) in cases {
        assert_eq!(body.length(), length, "{why}");
        assert_eq!(body.is_empty(), length == Some(0), "{why}");
        assert_eq!(chunks(&mut body), want, "{why}");
        assert_eq!(
            block_on(body.chunk()).unwrap(),
            None,
            "{why}: nothing follows the end"
        );
    }
    let held = Body::from(bytes("one"));
    assert_eq!(
        held.as_bytes().unwrap().as_ptr(),
        "one".as_ptr(),
        "bytes are not copied"
    );
}

#[test]
fn counts_its_length_down() {
    let mut body = Body::file(file(&"x".repeat(100_000))).unwrap();
    let mut left = 100_000;
    while let Some(chunk) = block_on(body.chunk()).unwrap() {
        assert!(chunk.len() <= 64 << 10, "a chunk is at most 64 KiB");
        left -= chunk.len() as u64;
        assert_eq!(body.length(), Some(left));
    }
    assert_eq!(left, 0);
}

/// Returns these results, one for each call.
struct Replies(Vec<io::Result<&'static [u8]>>);

impl Read for Replies {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Ok(0);
        }
        let bytes = self.0.remove(0)?;
        buffer[..bytes.len()].copy_from_slice(bytes);
        Ok(bytes.len())
    }
}

#[test]
fn an_error_of_the_source_comes_after_what_was_there() {
    let broke = || Error::gone().with_message("broke");
    let feed = Feed::whole(&["one"]);
    feed.fail(broke().into_boxed());
    let replies = vec![Ok(&b"one"[..]), Err(io::Error::other(broke().into_boxed()))];
    #[rustfmt::skip]
    let cases = [
        (Body::try_iterator([Ok("one"), Err(broke()), Ok("two")]), "iterator"),
        (stream(vec![Ok("one"), Err(broke()), Ok("two")]),         "stream"),
        (feed.body(),                                              "http_body"),
        (Body::reader(Replies(replies)),                           "reader"),
        (Body::writer(move |out| { write!(out, "one")?; out.flush()?; Err(broke()) }), "writer"),
    ];
    for (body, which) in cases {
        let (text, error) = drain(body);
        assert_eq!(text, "one", "{which}");
        assert_eq!(
            error.as_deref(),
            Some("410 Gone: broke"),
            "{which}: status and message are kept"
        );
    }
}

#[test]
fn goes_on_where_a_reader_was_interrupted() {
    let interrupted = || Err(ErrorKind::Interrupted.into());
    let replies = vec![interrupted(), Ok(&b"one"[..]), interrupted(), Ok(b"two")];
    assert_eq!(
        drain(Body::reader(Replies(replies))),
        ("onetwo".into(), None)
    );
}

#[test]
fn a_file_is_as_long_as_it_was_and_starts_where_it_stood() {
    let mut at = file("0123456789");
    at.seek(SeekFrom::Start(4)).unwrap();
    let body = Body::file(at).unwrap();
    assert_eq!((body.length(), drain(body).0.as_str()), (Some(6), "456789"));

    let mut past = file("0123456789");
    past.seek(SeekFrom::Start(99)).unwrap();
    assert_eq!(
        drain(Body::file(past).unwrap()),
        (String::new(), None),
        "past its end"
    );

    let grows = file("0123");
    let mut other = grows.try_clone().unwrap();
    let body = Body::file(grows).unwrap();
    other.seek(SeekFrom::End(0)).unwrap();
    other.write_all(b"more").unwrap();
    other.rewind().unwrap();
    assert_eq!(
        drain(body),
        ("0123".into(), None),
        "no byte more than declared"
    );

    let shrinks = file("0123");
    let other = shrinks.try_clone().unwrap();
    let body = Body::file(shrinks).unwrap();
    other.set_len(2).unwrap();
    let (text, error) = drain(body);
    assert_eq!(text, "01");
    assert!(error.unwrap().contains("ended 2 bytes early"));
}

#[test]
fn reads_as_io_read_and_buf_read() {
    let mut lines = Body::iterator(["a\nb", "", "c\n", "d"])
        .into_reader()
        .lines();
    let lines: Vec<_> = lines.by_ref().map(Result::unwrap).collect();
    assert_eq!(lines, ["a", "bc", "d"], "lines across chunks");

    let mut reader = Body::iterator(["ab", "c"]).into_reader();
    let mut two = [0; 2];
    assert_eq!(
        (
            reader.read(&mut []).unwrap(),
            reader.read(&mut two).unwrap()
        ),
        (0, 2)
    );
    assert_eq!(
        (
            reader.read(&mut two).unwrap(),
            reader.read(&mut two).unwrap()
        ),
        (1, 0)
    );
    reader.consume(9);
    assert_eq!(
        reader.fill_buf().unwrap(),
        b"",
        "consuming past the end does not panic"
    );

    let failing = Body::try_iterator([Ok("one"), Err(Error::gone())]);
    let mut text = String::new();
    let error = failing.into_reader().read_to_string(&mut text).unwrap_err();
    assert_eq!(
        Error::from(error).status(),
        410,
        "through `io::Error` and back"
    );
}

#[test]
fn any_chunking_gives_the_same_bytes_however_it_is_read() {
    arbtest(|source| {
        let pieces: Vec<Vec<u8>> = source.arbitrary()?;
        let step = source.int_in_range(1..=9)?;
        let want = pieces.concat();
        let body = || Body::iterator(pieces.clone());
        let request = Request::blank("/").with_body(body());
        assert_eq!(request.bytes().wait().unwrap(), want, "bytes");
        assert_eq!(
            chunks(&mut request.take_body()).concat(),
            want,
            "take_body, a replay"
        );
        let request = Request::blank("/").with_body(body());
        assert_eq!(
            chunks(&mut request.take_body()).concat(),
            want,
            "take_body, at first"
        );
        let (mut reader, mut read, mut buffer) = (body().into_reader(), Vec::new(), vec![0; step]);
        while let count @ 1.. = reader.read(&mut buffer).unwrap() {
            read.extend_from_slice(&buffer[..count]);
        }
        assert_eq!(read, want, "into_reader, {step} bytes at a time");
        let mut response = Response::empty(200).with_body(body());
        assert_eq!(response.read_bytes().wait().unwrap(), want, "read_bytes");
        assert_eq!(
            chunks(&mut response.into_body()).concat(),
            want,
            "the body is kept"
        );
        Ok(())
    });
}
