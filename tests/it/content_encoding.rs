//! `Content-Encoding` of a request: reading the body as text is refused, reading bytes returns them as they were sent.

use rustzeug::form::MultipartForm;
use rustzeug::{Error, IntoApplication, Request, Response, Result};

use crate::common::{block_on, serve};

const CODED: &[u8] = b"\x1f\x8b not for reading";

fn coded(content_type: &str, coding: &str) -> Request {
    Request::blank("/")
        .with_method("POST")
        .with_header("content-type", content_type)
        .with_header("content-encoding", coding)
        .with_body(CODED)
}

/// A way to read the body, with the content type that it needs.
type Reading = (&'static str, fn(&Request) -> Result<()>);

const READINGS: [Reading; 8] = [
    ("text/plain", |request| request.text().wait().map(drop)),
    ("application/json", |request| {
        request.json::<u8>().wait().map(drop)
    }),
    ("application/x-www-form-urlencoded", |request| {
        request.form().wait().map(drop)
    }),
    ("application/x-www-form-urlencoded", |request| {
        request.params().wait().map(drop)
    }),
    ("application/x-www-form-urlencoded", |request| {
        request.form_as::<Vec<(String, String)>>().wait().map(drop)
    }),
    ("multipart/form-data; boundary=b", |request| {
        request.form().wait().map(drop)
    }),
    ("multipart/form-data; boundary=b", |request| {
        request.params().wait().map(drop)
    }),
    ("multipart/form-data; boundary=b", |request| {
        block_on(async { request.multipart().next_part().await.map(drop) })
    }),
];

fn is_refused(error: &Error) -> bool {
    let told = "the body is coded as `gzip`, which is not decoded here";
    let is_told = error.status() == 415 && error.message() == told;
    is_told
        && error
            .headers()
            .get("accept-encoding")
            .is_some_and(|value| value == "identity")
}

#[test]
fn what_reads_text_forms_and_json_refuses_a_coded_body() {
    for (index, (content_type, read)) in READINGS.into_iter().enumerate() {
        for coding in ["gzip", "identity, gzip"] {
            let request = coded(content_type, coding);
            let error = read(&request).expect_err("it should be refused");
            assert!(
                is_refused(&error),
                "{index}: {error:?} {:?}",
                error.headers()
            );
            let again = read(&request).expect_err("it should be refused");
            let is_taken = content_type.contains("multipart");
            assert!(is_taken || is_refused(&again), "{index}: {again:?}");
        }
    }
}

#[test]
fn the_client_is_told_what_it_may_send() {
    let app = (async |request: &Request| request.text().await).into_application();
    let response = serve(&app, coded("text/plain", "gzip"));
    assert_eq!(response.status(), 415);
    assert_eq!(response.headers()["accept-encoding"], "identity");
}

#[test]
fn bytes_and_streams_are_as_they_were_sent() {
    let bytes = coded("text/plain", "gzip").bytes().wait().unwrap();
    assert_eq!(bytes, CODED);
    let request = coded("multipart/form-data; boundary=b", "gzip");
    assert!(request.form().wait().is_err());
    assert_eq!(
        request.bytes().wait().unwrap(),
        CODED,
        "after it was refused"
    );
    let mut body = coded("text/plain", "gzip").take_body();
    let chunk = block_on(async { body.chunk().await });
    assert_eq!(chunk.unwrap().unwrap(), CODED);

    // Like a proxy, which forwards the head and the body.
    let app = (async |request: Request| {
        let coding = request.headers()["content-encoding"].clone();
        let mut response = Response::empty(200).with_header("content-encoding", coding);
        *response.body_mut() = request.take_body();
        response
    })
    .into_application();
    let mut response = Response::from(serve(&app, coded("text/plain", "gzip")));
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(response.read_bytes().wait().unwrap(), CODED);
}

#[test]
fn identity_is_no_coding() {
    for coding in [
        "",
        "identity",
        "IDENTITY",
        "identity, identity",
        " , identity",
    ] {
        let with = |request: Request| request.with_header("content-encoding", coding);
        let form = with(Request::blank("/").with_form(&[("a", "1")]));
        assert_eq!(form.form().wait().unwrap().get("a"), Some("1"), "{coding}");
        let multipart = MultipartForm::new().text("a", "1");
        let form = with(Request::blank("/").with_multipart(multipart));
        assert_eq!(form.form().wait().unwrap().get("a"), Some("1"), "{coding}");
        let json = with(Request::blank("/").with_json(&1));
        assert_eq!(json.json::<u8>().wait().unwrap(), 1, "{coding}");
        assert_eq!(
            with(Request::blank("/").with_body("a"))
                .text()
                .wait()
                .unwrap(),
            "a"
        );
    }
}

#[test]
fn a_form_of_another_type_is_none_whatever_it_is_coded_as() {
    let request = coded("text/plain", "gzip");
    let error = request.form().wait().unwrap_err();
    assert_eq!(error.status(), 415);
    assert!(
        request.params().wait().unwrap().is_empty(),
        "the query alone"
    );
}
