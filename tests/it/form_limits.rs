//! Each limit on forms, at the limit and one past it, as seen by a caller of `request.form()`.

use rustzeug::form::{Form, MultipartForm};
use rustzeug::gateway::{Body, Limits, ServerInfo};
use rustzeug::{IntoApplication, Request, Result};

use crate::common::{answer, block_on};

fn told(form: &Form) -> String {
    format!("{} fields, {} files", form.len(), form.files().len())
}

fn plain(request: &Request) -> Result<String> {
    Ok(told(&request.form().wait()?))
}

async fn later(request: &Request) -> Result<String> {
    Ok(told(&request.form().await?))
}

type Make = fn() -> Request;

/// The response of both kinds of handler, which must be the same.
fn both(request: impl Fn() -> Request) -> (u16, String) {
    let of_fn = answer(&plain.into_application(), request());
    let of_async = answer(&later.into_application(), request());
    assert_eq!(of_fn, of_async, "a fn and an async fn");
    of_fn
}

/// A server with this limit, and defaults for the others.
fn limited(setting: &str, count: u64) -> ServerInfo {
    let mut limits = Limits::default();
    limits.set(setting, &count.to_string()).unwrap();
    ServerInfo::default().with_limits(limits)
}

/// The same request, with a body of unknown length.
fn chunked(request: Request) -> Request {
    let text = request.bytes().wait().unwrap();
    let chunks: Vec<_> = text.chunks(7).map(<[u8]>::to_vec).collect();
    request.with_body(Body::iterator(chunks))
}

fn urlencoded() -> Request {
    Request::blank("/").with_form(&[("a", "12"), ("b", ""), ("a", "3")])
}

/// Two fields of 4 + 3 bytes, names included, and a file of 5.
fn multipart() -> Request {
    let form = MultipartForm::new().text("a", "123");
    let form = form.bytes("f", "f.bin", "image/png", "12345");
    Request::blank("/").with_multipart(form.text("bcd", ""))
}

const TYPE: &str = "multipart/form-data; boundary=b";

fn raw(body: &'static str) -> Request {
    Request::blank("/")
        .with_method("POST")
        .with_header("content-type", TYPE)
        .with_body(body)
}

/// Three header lines, of 43 + 13 + 8 bytes with their line ends.
fn headed() -> Request {
    raw(concat!(
        "--b\r\nContent-Disposition: form-data; name=\"ab\"\r\n",
        "X-Trace: 123\r\nX-B: 1\r\n\r\n1\r\n--b--"
    ))
}

fn headers_bytes() -> u64 {
    let lines = [
        "Content-Disposition: form-data; name=\"ab\"\r\n",
        "X-Trace: 123\r\n",
        "X-B: 1\r\n",
    ];
    lines.concat().len() as u64
}

/// Nine bytes before the first boundary, and the line end that belongs to the boundary.
fn introduced() -> Request {
    raw("a\r\nthe abc\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--")
}

pub(crate) fn length(request: &Request) -> u64 {
    request.environ().body_length().unwrap()
}

const BODY: &str = concat!(
    "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n",
    "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n2\r\n--b--"
);

#[test]
fn every_limit_holds_at_it_and_one_past_it_and_is_named() {
    let chunked_form: Make = || chunked(urlencoded());
    let chunked_multipart: Make = || chunked(raw(BODY));
    let body: Make = || raw(BODY);
    #[rustfmt::skip]
    let cases: [(&str, Make, u64, u16, &str); 11] = [
        ("form_bytes",            urlencoded,        length(&urlencoded()), 413, "the body is longer than 10 bytes"),
        ("form_bytes",            chunked_form,      length(&urlencoded()), 413, "the body is longer than 10 bytes"),
        ("form_fields",           urlencoded,        3, 413, "the form is refused: there are more than 2 pairs"),
        ("multipart_bytes",       body,              BODY.len() as u64, 413, "the body is longer than 122 bytes"),
        ("multipart_bytes",       chunked_multipart, BODY.len() as u64, 413, "the body is longer than 122 bytes"),
        ("multipart_parts",       multipart,         3, 413, "the form is refused: more than 2 parts"),
        ("multipart_field_bytes", multipart,         7, 413, "the fields together are longer than 6 bytes"),
        ("file_bytes",            multipart,         5, 413, "a file is longer than 4 bytes"),
        ("part_header_bytes",     headed,            headers_bytes(), 400, "the form is refused: part 1: header lines of more than 64 bytes"),
        ("part_header_lines",     headed,            3, 400, "the form is refused: part 1: more than 2 header lines"),
        ("preamble_bytes",        introduced,        10, 400, "the form is refused: more than 9 bytes before the first boundary"),
    ];
    for (setting, request, count, status, message) in cases {
        let at = both(|| request().with_server(limited(setting, count)));
        assert_eq!(at.0, 200, "{setting} of {count}: {}", at.1);
        let past = both(|| request().with_server(limited(setting, count - 1)));
        let want = format!("{message} (limit `{setting}`)\n");
        assert_eq!(past, (status, want), "{setting} of {}", count - 1);
    }
}

#[test]
fn a_query_has_a_limit_whichever_way_it_is_read_whole() {
    type Read = fn(&Request) -> Result<usize>;
    let reads: [(&str, Read); 3] = [
        ("to_dict", |request| Ok(request.query().to_dict()?.len())),
        ("query_as", |request| {
            Ok(request.query_as::<Vec<(String, String)>>()?.len())
        }),
        ("params", |request| Ok(request.params().wait()?.len())),
    ];
    for (name, read) in reads {
        let app = move |request: &Request| read(request).map(|count| count.to_string());
        let app = app.into_application();
        let get = |limit| {
            let server_info = limited("query_pairs", limit);
            answer(&app, Request::blank("/?a&b=1&&a").with_server(server_info))
        };
        assert_eq!(get(3), (200, "3".to_owned()), "{name}");
        let message = "the query is refused: there are more than 2 pairs (limit `query_pairs`)\n";
        assert_eq!(get(2), (400, message.to_owned()), "{name}");
    }
}

#[test]
fn the_names_of_fields_count_too() {
    let form = || MultipartForm::new().text("a_long_name", "").text("b", "");
    let request = || Request::blank("/").with_multipart(form());
    let with = |limit| both(|| request().with_server(limited("multipart_field_bytes", limit)));
    assert_eq!(with(12).0, 200);
    assert_eq!(with(11).0, 413, "one name too many");
    assert_eq!(with(10).0, 413, "the first name alone is too long");
}

#[test]
fn a_body_too_long_within_a_field_is_not_called_a_field_too_long() {
    let request = || {
        chunked(Request::blank("/").with_multipart(MultipartForm::new().text("a", "1".repeat(500))))
    };
    let (status, message) = both(|| request().with_server(limited("multipart_bytes", 300)));
    assert_eq!(status, 413);
    assert!(message.contains("`multipart_bytes`"), "{message}");
}

#[test]
fn a_read_sets_limits_of_its_own_in_either_direction() {
    type Read = fn(&Request, u64) -> Result<Form>;
    let limit: Read = |request, bytes| request.form().limit(bytes).wait();
    let file_limit: Read = |request, bytes| request.form().file_limit(bytes).wait();
    let awaited: Read = |request, bytes| block_on(request.form().limit(bytes));
    let long = length(&multipart());
    let cases: [(&str, Make, Read, u64); 5] = [
        ("form_bytes", urlencoded, limit, length(&urlencoded())),
        ("multipart_bytes", multipart, limit, long),
        ("file_bytes", multipart, file_limit, 5),
        ("form_bytes", urlencoded, awaited, length(&urlencoded())),
        ("multipart_bytes", multipart, awaited, long),
    ];
    for (setting, request, read, count) in cases {
        let strict = || request().with_server(limited(setting, 1));
        assert!(read(&strict(), count).is_ok(), "{setting} raised");
        let error = read(&request(), count - 1).unwrap_err();
        assert_eq!(error.status(), 413, "{setting} lowered");
        let named = format!("(limit `{setting}`)");
        assert!(error.message().ends_with(&named), "{error}");
    }
}

#[test]
fn the_limits_of_streamed_parts_are_the_same() {
    let count = |request: &Request, file_limit: u64| -> Result<u64> {
        let mut parts = request.multipart().file_limit(file_limit);
        let mut count = 0;
        while let Some(mut part) = parts.next_part().wait()? {
            count += part.read_bytes(9).wait()?.len() as u64;
        }
        Ok(count)
    };
    assert_eq!(count(&multipart(), 5).unwrap(), 8);
    let error = count(&multipart(), 4).unwrap_err();
    assert_eq!(error.status(), 413);
    assert!(error.message().contains("`file_bytes`"), "{error}");
    let long = length(&multipart());
    let few = multipart().with_server(limited("multipart_bytes", long - 1));
    let error = count(&few, 5).unwrap_err();
    assert!(error.message().contains("`multipart_bytes`"), "{error}");
}

#[test]
fn files_are_of_the_types_that_are_allowed() {
    let read = |form: MultipartForm| {
        let request = Request::blank("/").with_multipart(form);
        let form = request.form().allow_types(["image/*", "text/csv"]).wait();
        form.map(|form| form.files().len())
            .map_err(|error| error.status().as_u16())
    };
    let file = |name: &str, kind: &str, content: &'static str| {
        read(MultipartForm::new().bytes("f", name, kind, content))
    };
    #[rustfmt::skip]
    let cases = [
        (file("a", "image/png",              "1"), Ok(1),    "a type that `image/*` allows"),
        (file("a", "IMAGE/PNG; q=1",         "1"), Ok(1),    "in any case, with parameters"),
        (file("a", "text/csv",               "1"), Ok(1),    "exactly the allowed type"),
        (file("a", "text/html",              "1"), Err(415), "another"),
        (file("a", "text/csvx",              "1"), Err(415), "longer than the name"),
        (file("a", "image",                  "1"), Err(415), "no type at all"),
        (file("",  "application/octet-stream", ""), Ok(0),   "no file was chosen"),
        (file("",  "text/html",              "1"), Err(415), "a file without a name is checked too"),
        (file("/", "text/html",              "1"), Err(415), "a name of which nothing is left"),
        (file("/", "text/html",              ""),  Err(415), "a name of which nothing is left, and no content"),
        (read(MultipartForm::new().text("f", "<p>")), Ok(0), "a field is not a file"),
    ];
    for (got, want, why) in cases {
        assert_eq!(got, want, "{why}");
    }
    let untyped =
        raw("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n1\r\n--b--");
    let error = untyped.form().allow_types(["image/*"]).wait().unwrap_err();
    for part in ["`f`", "application/octet-stream", "image/*"] {
        assert!(error.message().contains(part), "{part}: {error}");
    }
}

#[test]
fn a_form_that_is_read_again_is_the_same_form_or_the_same_error() {
    let both_times = |request: &Request| {
        let told = |form: Result<Form>| match form {
            Ok(form) => format!("{form:?}"),
            Err(error) => error.to_string(),
        };
        (told(request.form().wait()), told(request.form().wait()))
    };
    let broken = raw("--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--");
    let typed = Request::blank("/").with_header("content-type", "text/plain");
    let cut = raw("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1");
    let few = || limited("multipart_parts", 1);
    #[rustfmt::skip]
    let cases = [
        (urlencoded(),                        "Form {"),
        (multipart(),                         "Form {"),
        (chunked(multipart()),                "Form {"),
        (chunked(multipart()).with_server(few()), "413 "),
        (broken,                              "400 "),
        (chunked(cut),                        "400 "),
        (typed.with_body("x"),                "415 "),
    ];
    for (request, want) in cases {
        let (first, second) = both_times(&request);
        assert!(first.starts_with(want), "{first}");
        assert_eq!(first, second);
    }
}
