//! Charsets that a client declares, in any place: the text is decoded, or the error names the charset. It never
//! silently becomes U+FFFD.

use rustzeug::form::FormEntry;
use rustzeug::{Request, Result};

use crate::common::block_on;

const MULTIPART: &str = "multipart/form-data; boundary=b";
const URLENCODED: &str = "application/x-www-form-urlencoded";

fn post(content_type: &str, body: impl Into<Vec<u8>>) -> Request {
    Request::blank("/")
        .with_method("POST")
        .with_header("content-type", content_type)
        .with_body(body.into())
}

/// Parts of a body: the text after `form-data; `, further header lines, content.
fn parts(parts: &[(&[u8], &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (parameters, lines, content) in parts {
        let head = [b"--b\r\nContent-Disposition: form-data; ", *parameters].concat();
        let lines = format!("\r\n{lines}\r\n");
        body.extend([&head, lines.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend(b"--b--");
    body
}

/// The fields of a form, or the error.
fn told(request: &Request) -> String {
    let form = match request.form().wait() {
        Ok(form) => form,
        Err(error) => return format!("{} {}", error.status().as_u16(), error.message()),
    };
    let entries = form.entries().map(|entry| match entry {
        FormEntry::Field(name, text) => format!("{name}={text}"),
        FormEntry::File(file) => format!("{}=<{}>", file.name(), file.filename()),
    });
    entries.collect::<Vec<_>>().join("|")
}

/// With the feature, checks the decoded text; without it, that the error names the charset.
fn check(request: &Request, decoded: &str, why: &str) {
    let told = told(request);
    if cfg!(feature = "charsets") {
        assert_eq!(told, decoded, "{why}");
        return;
    }
    let refused = [
        "415 the form is refused: the charset `iso-8859-1` needs the feature `charsets`",
        "415 the form is refused: a name is in a charset that is not supported",
    ];
    assert!(refused.contains(&&*told), "{why}: {told}");
}

#[test]
fn a_form_is_read_in_the_charset_that_it_declares() {
    let latin = format!("{MULTIPART}; charset=iso-8859-1");
    let line = "Content-Type: text/plain; charset=iso-8859-1\r\n";
    let name: &[u8] = b"name=\"a\"";
    let charset: &[u8] = b"name=\"_charset_\"";
    #[rustfmt::skip]
    let cases = [
        (post(MULTIPART, parts(&[(name, line, b"\xe9")])), "a=é", "the charset of a part"),
        (post(&latin, parts(&[(name, "", b"\xe9")])), "a=é", "the charset of the form"),
        (post(&latin, parts(&[(b"name=\"\xe9\"", "", b"1")])), "é=1", "in a name too"),
        (post(&latin, parts(&[(b"name=\"a\"; filename=\"\xe9\"", "", b"\xff")])), "a=<é>", "in the name of a file too"),
        (post(MULTIPART, parts(&[(charset, "", b"iso-8859-1"), (name, "", b"\xe9")])),
            "_charset_=iso-8859-1|a=é", "the charset in a field"),
        (post(MULTIPART, parts(&[(name, "", b"\xe9"), (b"name=\"\xe9\"", "", b"1"), (charset, "", b"iso-8859-1")])),
            "a=é|é=1|_charset_=iso-8859-1", "`_charset_` may be the last field"),
        (post(MULTIPART, parts(&[(b"name=\"f\"; filename=\"\xe9\"", "", b""), (charset, "", b"iso-8859-1"), (b"name=\"\xe9\"", "", b"\xe8")])),
            "f=<é>|_charset_=iso-8859-1|é=è", "in names too"),
        (post(&format!("{URLENCODED}; charset=iso-8859-1"), "a=%E9&b=\u{e9}"), "a=é|b=Ã©", "the charset of an urlencoded form"),
        (post(URLENCODED, "a=%E9&_charset_=iso-8859-1&%E9=1"), "a=é|_charset_=iso-8859-1|é=1", "the charset in a field of an urlencoded form"),
    ];
    for (request, decoded, why) in &cases {
        check(request, decoded, why);
    }
}

#[test]
fn what_stands_nearer_counts_more() {
    let line = "Content-Type: text/plain; charset=utf-8\r\n";
    let field: (&[u8], &str, &[u8]) = (b"name=\"_charset_\"", "", b"iso-8859-1");
    let body = parts(&[field, (b"name=\"a\"", line, "é".as_bytes())]);
    assert_eq!(told(&post(MULTIPART, body)), "_charset_=iso-8859-1|a=é");

    let utf8 = format!("{MULTIPART}; charset=utf-8");
    let body = parts(&[field, (b"name=\"a\"", "", "é".as_bytes())]);
    assert_eq!(
        told(&post(&utf8, body)),
        "_charset_=iso-8859-1|a=é",
        "the content type"
    );
}

#[test]
fn utf_8_and_plain_text_are_read_in_every_build() {
    for charset in [
        "utf-8",
        "UTF8",
        "\"utf-8\"",
        "nonsense",
        "us-ascii",
        "iso-8859-1",
    ] {
        let line = format!("Content-Type: text/plain; charset={charset}\r\n");
        let body = parts(&[(b"name=\"a\"", &line, b"one\r\ntwo")]);
        assert_eq!(told(&post(MULTIPART, body)), "a=one\r\ntwo", "{charset}");
        let request = post(&format!("{URLENCODED}; charset={charset}"), "a=1");
        assert_eq!(told(&request), "a=1", "{charset}");
    }
    let body = parts(&[(
        b"name=\"a\"",
        "Content-Type: text/plain; charset=utf-8\r\n",
        b"\xe9",
    )]);
    assert_eq!(
        told(&post(MULTIPART, body)),
        "a=\u{fffd}",
        "malformed, and nothing else is declared"
    );
}

#[test]
fn a_charset_that_nobody_knows_is_an_error() {
    let line = "Content-Type: text/plain; charset=nonsense\r\n";
    for request in [
        post(MULTIPART, parts(&[(b"name=\"a\"", line, b"\xe9")])),
        post(
            &format!("{MULTIPART}; charset=nonsense"),
            parts(&[(b"name=\"a\"", "", b"\xe9")]),
        ),
        post(&format!("{URLENCODED}; charset=nonsense"), "a=%E9"),
        post(URLENCODED, "_charset_=nonsense&a=%E9"),
    ] {
        let told = told(&request);
        assert!(
            told.starts_with("415 the form is refused: the charset `nonsense` "),
            "{told}"
        );
    }
}

#[test]
fn a_filename_may_say_its_own() {
    let body = parts(&[(
        b"name=\"a\"; filename=\"x\"; filename*=GBK''%C4%E3",
        "",
        b"1",
    )]);
    let want = if cfg!(feature = "charsets") {
        "a=<你>"
    } else {
        "a=<x>"
    };
    assert_eq!(
        told(&post(MULTIPART, body)),
        want,
        "RFC 8187 §3.2.1: a reader may ignore it"
    );
}

#[test]
fn text_is_read_in_the_charset_of_its_type() -> Result<()> {
    let latin = post("text/plain; charset=iso-8859-1", b"\xe9");
    let text = latin.text().wait();
    if cfg!(feature = "charsets") {
        assert_eq!(text?, "é");
        let malformed = post("text/plain; charset=shift_jis", b"\x82").text().wait();
        assert_eq!(malformed.unwrap_err().status(), 400);
    } else {
        let error = text.unwrap_err();
        let told = "the body cannot be read: the charset `iso-8859-1` needs the feature `charsets`";
        assert_eq!((error.status().as_u16(), error.message()), (415, told));
    }
    assert_eq!(post("text/plain; charset=utf-8", "é").text().wait()?, "é");
    assert_eq!(
        post("text/plain; charset=us-ascii", "e").text().wait()?,
        "e"
    );
    assert_eq!(latin.bytes().wait()?, &b"\xe9"[..], "the bytes are there");
    Ok(())
}

#[test]
fn parts_are_read_in_their_charset_as_they_arrive() {
    let line = "Content-Type: text/plain; charset=iso-8859-1\r\n";
    let request = post(MULTIPART, parts(&[(b"name=\"a\"", line, b"\xe9")]));
    let text = block_on(async {
        let mut parts = request.multipart();
        let mut part = parts.next_part().await?.expect("a part");
        part.read_text(10).await
    });
    match text {
        Ok(text) => assert_eq!(text, "é"),
        Err(error) => assert!(!cfg!(feature = "charsets") && error.status() == 415),
    }
}
