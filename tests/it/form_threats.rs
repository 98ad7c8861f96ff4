//! Malicious bodies, as seen by a caller of `request.form()` and `request.json()`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;
use std::iter;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use http_body::{Frame, SizeHint};
use rustzeug::bytes::Bytes;
use rustzeug::form::{Form, MultipartForm};
use rustzeug::gateway::{Body, Limits, ServerInfo};
use rustzeug::{Request, Result};
use serde::Deserialize;

const TYPE: &str = "multipart/form-data; boundary=b";
const URLENCODED: &str = "application/x-www-form-urlencoded";

pub(crate) fn post(content_type: &str, body: impl Into<Body>) -> Request {
    Request::blank("/")
        .with_method("POST")
        .with_header("content-type", content_type)
        .with_body(body)
}

/// A body that is `start`, then `rest` without end, and the number of bytes that were read.
fn endless(start: &str, rest: &'static str) -> (Body, Arc<AtomicU64>) {
    let read = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&read);
    let chunks = iter::once(start.to_owned()).chain(iter::repeat_with(|| rest.repeat(500)));
    let body = Body::iterator(chunks.inspect(move |chunk| {
        count.fetch_add(chunk.len() as u64, Ordering::Relaxed);
    }));
    (body, read)
}

fn head(rest: &str) -> String {
    format!("--b\r\nContent-Disposition: form-data; {rest}\r\n\r\n")
}

/// The status and message of the error.
fn refusal(form: Result<Form>) -> (u16, String) {
    let error = form.expect_err("it should be refused");
    (error.status().as_u16(), error.message().to_owned())
}

#[test]
fn a_body_without_end_is_read_no_further_than_its_limit() {
    let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
    let (named, file) = (head("name=\"a\""), head("name=\"a\"; filename=\"a\""));
    let header = "--b\r\nX-A: ";
    #[rustfmt::skip]
    let cases = [
        (URLENCODED, "a=",    "xxxxxxxx",     413, "form_bytes",            512 << 10, "a value"),
        (URLENCODED, "",      "a=1&",         413, "form_bytes",            512 << 10, "pairs"),
        (TYPE,       &*named, "xxxxxxxx",     413, "multipart_field_bytes", 512 << 10, "a field"),
        (TYPE,       &*file,  "xxxxxxxx",     413, "multipart_bytes",       16 << 20,  "a file"),
        (TYPE,       &*file,  "\r",           413, "multipart_bytes",       16 << 20,  "line ends, nearly"),
        (TYPE,       &*file,  "\r\n--",       413, "multipart_bytes",       16 << 20,  "boundaries, nearly"),
        (TYPE,       "",      part,           413, "multipart_parts",       60 << 10,  "tiny parts"),
        (TYPE,       "",      "preamble",     400, "preamble_bytes",        16 << 10,  "a preamble"),
        (TYPE,       "",      "\r\n",         400, "preamble_bytes",        16 << 10,  "empty lines"),
        (TYPE,       header,  "xxxxxxxx",     400, "part_header_bytes",     8 << 10,   "a header line"),
        (TYPE,       "--b\r\n", "X-A: 1\r\n", 400, "part_header_lines",     1 << 10,   "header lines"),
    ];
    for (content_type, start, rest, status, setting, most, why) in cases {
        let (body, read) = endless(start, rest);
        let (got, message) = refusal(post(content_type, body).form().wait());
        let named = format!("(limit `{setting}`)");
        assert!(
            got == status && message.ends_with(&named),
            "{why}: {message}"
        );
        let read = read.load(Ordering::Relaxed);
        assert!(read <= most + 32_000, "{why}: {read} bytes were read");
    }
}

/// A body that claims to have ten gigabytes.
struct Unread;

impl http_body::Body for Unread {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        panic!("it was read")
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(10_000_000_000)
    }
}

#[test]
fn a_length_that_is_too_large_is_refused_before_anything_is_read() {
    for (content_type, setting) in [(URLENCODED, "form_bytes"), (TYPE, "multipart_bytes")] {
        let body = Body::new(Unread);
        let (status, message) = refusal(post(content_type, body).form().wait());
        assert_eq!(status, 413);
        assert!(message.contains(setting), "{message}");
    }
}

#[test]
fn an_epilogue_is_dropped_but_counted() {
    let body = |length| {
        let field = head("name=\"a\"");
        format!("{field}1\r\n--b--\r\n{}", "x".repeat(length))
    };
    let form = post(TYPE, body(10 << 20)).form().wait().unwrap();
    assert_eq!((form.get("a"), form.len()), (Some("1"), 1));
    let (status, _) = refusal(post(TYPE, body(16 << 20)).form().wait());
    assert_eq!(status, 413);
}

#[test]
fn a_file_of_line_ends_alone_is_that_file() {
    for content in ["\r", "\n", "\r\n", "\r\n--", "--b", "\r\n--a"] {
        let content = content.repeat(1 << 20 >> 2);
        let file = MultipartForm::new().bytes("f", "f", "text/plain", content.clone());
        let form = Request::blank("/").with_multipart(file).form().wait();
        let bytes = form.unwrap().file("f").unwrap().bytes().wait().unwrap();
        assert!(bytes == content, "{} bytes", bytes.len());
    }
}

#[test]
fn heads_made_for_backtracking_are_refused_or_read() {
    let long = |piece: &str| piece.repeat(7_000 / piece.len());
    #[rustfmt::skip]
    let heads = [
        (long(";"),                                  Some(400), "no name"),
        (format!("{}; name=a", long(";")),           None,      "empty parameters"),
        (format!("{}; name=a", long("x=1;")),        None,      "unknown parameters"),
        (format!("name=\"{}\"", long("\\\"")),       None,      "escapes"),
        (format!("name=\"{}", long("\\\"")),         Some(400), "a quote that does not close"),
        (format!("name=\"a\"; filename={}", long("\"\"")), Some(400), "quotes"),
        (long("filename*0=a;"),                      Some(400), "pieces"),
        (long("name=a;"),                            None,      "a name, many times the same"),
        (format!("{}name=b", long("name=a;")),       Some(400), "many names"),
    ];
    for (rest, want, why) in heads {
        let body = format!("{}1\r\n--b--", head(&rest));
        let form = post(TYPE, body).form().wait();
        let got = form.err().map(|error| error.status().as_u16());
        assert_eq!(got, want, "{why}");
    }
    for (rest, want) in [
        (long(";"), 200),
        (long("x=\\;"), 200),
        (long("\""), 200),
        (long("\";"), 400),
    ] {
        let content_type = format!("multipart/form-data; boundary=b;{rest}");
        let form = post(&content_type, format!("{}1\r\n--b--", head("name=a")))
            .form()
            .wait();
        let got = form.map_or_else(|error| error.status().as_u16(), |_| 200);
        assert_eq!(got, want, "{}", &rest[..9]);
    }
}

#[test]
fn a_filename_is_never_a_path() {
    let folder = tempfile_folder();
    for name in ["../../x", "/etc/x", "..\\..\\x", "C:\\x", "./x", "x/"] {
        let file = MultipartForm::new().bytes("f", name, "text/plain", "1");
        let form = Request::blank("/")
            .with_multipart(file)
            .form()
            .wait()
            .unwrap();
        let file = form.file("f").unwrap();
        assert!(!file.filename().contains(['/', '\\']), "{name}");
        let path = file.save_in(&folder).wait().unwrap();
        assert_eq!(path.parent(), Some(&*folder), "{name}");
        assert_eq!(file.raw_filename(), name);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

fn tempfile_folder() -> std::path::PathBuf {
    let name = format!("rustzeug-threats-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir(&folder).unwrap();
    folder
}

#[test]
fn a_semicolon_separates_nothing() {
    let form = post(URLENCODED, "a=1;b=2").form().wait().unwrap();
    assert_eq!((form.len(), form.get("a")), (1, Some("1;b=2")));
}

#[test]
fn fields_have_the_same_limit_in_both_kinds_of_form() {
    let (urlencoded, many) = ("a&".repeat(1_001), head("name=a") + "\r\n");
    let multipart = format!("{}--b--", many.repeat(1_001));
    for (content_type, body, setting) in [
        (URLENCODED, urlencoded, "form_fields"),
        (TYPE, multipart, "multipart_parts"),
    ] {
        let (status, message) = refusal(post(content_type, body).form().limit(u64::MAX).wait());
        assert_eq!(status, 413);
        assert!(
            message.ends_with(&format!("(limit `{setting}`)")),
            "{message}"
        );
    }
}

#[test]
fn empty_files_count_as_parts_and_take_no_descriptors() {
    let files = |count: usize| {
        let file = |index| head(&format!("name=f; filename=\"empty{index}\"")) + "\r\n";
        format!("{}--b--", (0..count).map(file).collect::<String>())
    };
    let form = post(TYPE, files(1_000)).form().wait().unwrap();
    assert_eq!(form.files().len(), 1_000);
    assert!(
        form.files()
            .all(|file| format!("{file:?}").contains("in memory"))
    );
    assert_eq!(refusal(post(TYPE, files(1_001)).form().wait()).0, 413);
}

#[test]
fn a_form_that_is_longer_than_memory_bytes_is_on_disk_and_its_files_read_the_same() {
    let content: Vec<u8> = (0..=250).cycle().take(1_000).collect();
    let request = |memory| {
        let file = MultipartForm::new().bytes("f", "f", "text/plain", content.clone());
        let limits = Limits::default().with_memory_bytes(memory);
        let server_info = ServerInfo::default().with_limits(limits);
        Request::blank("/")
            .with_server(server_info)
            .with_multipart(file)
    };
    let all = usize::try_from(request(0).environ().body_length().unwrap()).unwrap();
    for (memory, place) in [(all, "in memory"), (all - 1, "on disk"), (0, "on disk")] {
        let form = request(memory).form().wait().unwrap();
        let file = form.file("f").unwrap();
        assert!(format!("{file:?}").contains(place), "{memory}: {file:?}");
        assert_eq!(file.bytes().wait().unwrap(), content, "{memory}");
    }
}

#[test]
fn many_names_are_all_found() {
    let body = (0..1_000).fold(String::new(), |mut text, index| {
        let _ = write!(text, "name{index}={index}&");
        text
    });
    let form = post(URLENCODED, body).form().wait().unwrap();
    assert_eq!(form.get("name999"), Some("999"));
    let map: HashMap<String, u32> = form.read_as().unwrap();
    assert_eq!((map.len(), map["name500"]), (1_000, 500));
    let same = post(URLENCODED, "a=1&".repeat(1_000))
        .form()
        .wait()
        .unwrap();
    assert_eq!((same.get_all("a").count(), same.keys().count()), (1_000, 1));
}

#[test]
fn json_that_is_too_deep_or_too_odd_is_an_error() {
    #[derive(Debug, Deserialize)]
    struct Note {
        #[expect(dead_code, reason = "it is never read")]
        id: u32,
    }
    let json = |text: String| {
        let read = post("application/json", text).json::<Note>().wait();
        read.map_err(|error| error.status().as_u16()).err()
    };
    for nested in ["[", r#"{"a":"#] {
        let request = post("application/json", nested.repeat(100_000));
        let error = request.json::<serde_json::Value>().wait().unwrap_err();
        assert_eq!(error.status(), 400, "{nested}");
    }
    assert_eq!(
        json(format!("{{\"id\": {}}}", "9".repeat(1 << 20))),
        Some(400),
        "a long number"
    );
    assert_eq!(
        json(r#"{"id": 1, "id": 2}"#.to_owned()),
        Some(422),
        "a field twice"
    );
    assert_eq!(
        json(format!("[{}]", "1,".repeat(2 << 20))),
        Some(413),
        "too long"
    );
    assert_eq!(json(r#"{"id": 1}"#.to_owned()), None);
}
