//! The body of a request for code that uses the crate `multer`, or axum's extractor over it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustzeug::form::MultipartForm;
use rustzeug::gateway::{Body, Limits};
use rustzeug::multipart::Boundary;
use rustzeug::{IntoApplication, Request, Response, Result, multer};

use crate::common::{block_on, serve};
use crate::form_threats::post;
use crate::fuzz_seeds::multer::compare;
use crate::recorded_multipart::mutated::Numbers;

const TYPE: &str = "multipart/form-data; boundary=b";

fn part(more: &str, content: &str) -> String {
    format!("--b\r\nContent-Disposition: form-data; {more}\r\n\r\n{content}\r\n")
}

/// Reads as code for axum reads its `Multipart`.
async fn read(mut multipart: multer::Multipart<'static>) -> Result<String> {
    let mut told = Vec::new();
    while let Some(mut field) = multipart.next_field().await? {
        let name = field.name().unwrap_or("?").to_owned();
        let Some(filename) = field.file_name().map(str::to_owned) else {
            told.push(format!("{name}={}", field.text().await?));
            continue;
        };
        let mut size = 0;
        while let Some(chunk) = field.chunk().await? {
            size += chunk.len();
        }
        told.push(format!("{name}=<{filename}>{size}"));
    }
    Ok(told.join("|"))
}

async fn handler(request: Request) -> Result<String> {
    read(request.into_multer()?).await
}

/// The status and text of the response.
fn answer(request: Request) -> (u16, String) {
    let mut response = Response::from(serve(&handler.into_application(), request));
    let text = response.read_text().wait().unwrap();
    (response.status().as_u16(), text)
}

#[test]
fn code_for_multer_reads_fields_and_files() {
    let form = MultipartForm::new()
        .text("title", "Cat")
        .bytes("photo", "cat.png", "image/png", vec![7; 200_000])
        .text("tag", "x");
    let request = Request::blank("/").with_multipart(form);
    let told = "title=Cat|photo=<cat.png>200000|tag=x";
    assert_eq!(answer(request), (200, told.into()));
}

#[test]
fn what_is_refused_is_an_error_of_the_client() {
    let one = part("name=\"a\"", "1");
    let form = format!("{one}--b--\r\n");
    let long = format!("{}\r\n{form}", "x".repeat(17 << 10));
    let head = format!("--b\r\nX-Note: {}\r\n", "x".repeat(9 << 10));
    let parts = one.repeat(1001) + "--b--";
    let two_types = "multipart/form-data; boundary=b; boundary=c";
    #[rustfmt::skip]
    let cases = [
        (post("text/plain", form.clone()),  415, "the content type is not multipart/form-data"),
        (post(two_types, form.clone()),     400, "the content type has two boundaries"),
        (post(TYPE, form.clone()).with_header("content-encoding", "gzip"), 415, "coded as `gzip`"),
        (post(TYPE, one.clone()),           400, "the body ends before its closing boundary"),
        (post(TYPE, form.replace("\r\n", "\n")), 400, "a line ends with LF instead of CR LF"),
        (post(TYPE, long),                  400, "(limit `preamble_bytes`)"),
        (post(TYPE, head),                  400, "(limit `part_header_bytes`)"),
        (post(TYPE, parts),                 413, "(limit `multipart_parts`)"),
        (post(TYPE, "x".repeat(17 << 20)),  413, "(limit `multipart_bytes`)"),
        (post(TYPE, form.replace("\r\nContent", "\r\nX: 1\r\n 2\r\nContent")), 400, "failed to read headers"),
    ];
    for (request, status, message) in cases {
        let (got, text) = answer(request);
        assert!(
            got == status && text.contains(message),
            "{message}: {got} {text}"
        );
    }
}

#[test]
fn options_and_limits_of_the_request_stay() {
    let file = part("name=\"a\"; filename=\"a.html\"", "12345");
    let body = format!("{file}--b--\r\n");
    let told = |multipart: rustzeug::form::Multipart| {
        block_on(async { read(multipart.into_multer()?).await })
    };
    let status = |multipart| told(multipart).map_or_else(|error| error.status().as_u16(), |_| 200);
    let request = || post(TYPE, body.clone());
    assert_eq!(status(request().multipart().file_limit(5)), 200);
    assert_eq!(status(request().multipart().file_limit(4)), 413);
    assert_eq!(status(request().multipart().limit(body.len() as u64)), 200);
    assert_eq!(
        status(request().multipart().limit(body.len() as u64 - 1)),
        413
    );
    assert_eq!(status(request().multipart().allow_types(["image/*"])), 415);
    let mut limited = request();
    let limits = Limits::default().with_multipart_parts(0);
    limited.environ_mut().set_limits(limits);
    assert_eq!(status(limited.multipart()), 413);
}

#[test]
fn a_body_that_was_begun_is_not_given_away() {
    let body = part("name=\"a\"", "1") + "--b--";
    let mut multipart = post(TYPE, body).multipart();
    assert!(multipart.next_part().wait().unwrap().is_some());
    assert_eq!(multipart.into_multer().unwrap_err().status(), 500);
}

/// multer reads its source until the source is pending; this source is always ready.
#[test]
fn a_source_that_never_waits_is_not_read_into_memory() {
    const PIECES: usize = 1000;
    let pulled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&pulled);
    let head = part("name=\"a\"; filename=\"a\"", "");
    let pieces = (0..PIECES).map(move |number| {
        count.fetch_add(1, Ordering::Relaxed);
        match number {
            0 => head.trim_end().to_owned() + "\r\n\r\n",
            _ if number + 1 == PIECES => "\r\n--b--".to_owned(),
            _ => "x".repeat(10_000),
        }
    });
    let request = post(TYPE, Body::iterator(pieces));
    let (before, size) = block_on(async {
        let mut multipart = request.into_multer().unwrap();
        let mut field = multipart.next_field().await.unwrap().unwrap();
        field.chunk().await.unwrap().unwrap();
        let before = pulled.load(Ordering::Relaxed);
        let mut size = 0;
        while let Some(chunk) = field.chunk().await.unwrap() {
            assert!(chunk.len() <= 128 << 10, "{} bytes at a time", chunk.len());
            size += chunk.len();
        }
        (before, size)
    });
    assert!(before < 10, "{before} pieces before the first is read");
    assert!(size > 9_900_000, "{size}");
}

/// The property test against a peer: no body gives, without an error, a form with fewer parts than multer finds; if
/// both find equally many, the parts are the same.
#[test]
fn ten_thousand_mutated_bodies_are_read_as_multer_reads_them() {
    let boundary = Boundary::new("b").unwrap();
    let mut numbers = Numbers(8);
    let mut count = 0;
    for _ in 0..10_000 {
        let (_, body) = numbers.case();
        count += usize::from(compare(&boundary, &body));
    }
    assert!(count > 500, "{count} were read by both");
}
