//! The examples for request data: called as the headers of their files say, then with bad input.

use std::collections::VecDeque;

use rustzeug::form::MultipartForm;
use rustzeug::gateway::Application;
use rustzeug::gateway::Lint;
use rustzeug::{Request, Response};

use crate::common::{Log, serve};

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/form.rs"]
pub(crate) mod form;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/json_api.rs"]
pub(crate) mod json_api;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/negotiate.rs"]
pub(crate) mod negotiate;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/query.rs"]
pub(crate) mod query;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/raw_modules.rs"]
pub(crate) mod raw_modules;
#[cfg(feature = "signed")]
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/upload.rs"]
pub(crate) mod upload;

/// A call in the syntax of curl, with the expected status, headers and parts of the text.
struct Case<'c> {
    curl: &'static str,
    status: u16,
    headers: &'c [&'c str],
    text: &'c [&'c str],
    why: &'static str,
}

const PLAIN: &[&str] = &["content-type: text/plain; charset=utf-8"];
const HTML: &[&str] = &["content-type: text/html; charset=utf-8"];
const JSON: &[&str] = &["content-type: application/json"];

/// The curl commands in the header of an example, without their comments.
fn lines(source: &str) -> impl Iterator<Item = &str> {
    let calls = source
        .lines()
        .filter_map(|line| line.strip_prefix("//! curl "));
    calls.map(|call| call.split("  ").next().unwrap_or_default())
}

fn words(line: &str) -> VecDeque<String> {
    let mut words = VecDeque::from([String::new()]);
    for (index, piece) in line.split('\'').enumerate() {
        let mut pieces = if index % 2 == 0 {
            piece.split(' ')
        } else {
            piece.split('\n')
        };
        words.back_mut().unwrap().push_str(pieces.next().unwrap());
        words.extend(pieces.map(ToOwned::to_owned));
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The request that curl would send.
fn request(line: &str) -> Request {
    let mut words = words(line);
    let url = words.pop_back().unwrap();
    let target = url.strip_prefix("http://127.0.0.1:8000").unwrap();
    let (mut headers, mut method, mut body, mut form) = (Vec::new(), None, None, None);
    while let Some(option) = words.pop_front() {
        let mut value = || words.pop_front().unwrap();
        match &*option {
            "-i" => {}
            "-b" => headers.push(format!("cookie: {}", value())),
            "-H" => headers.push(value()),
            "-X" => method = Some(value()),
            "-d" => body = Some(value()),
            "-F" => {
                let field = value();
                let (name, value) = field.split_once('=').unwrap();
                let fields: MultipartForm = form.take().unwrap_or_default();
                form = Some(match value.strip_prefix('@') {
                    Some(path) => fields.file(name, path),
                    None => fields.text(name, value),
                });
            }
            other => panic!("{other} in {line}"),
        }
    }
    let mut request = Request::blank(target).with_server(Log::default().server());
    if let Some(body) = body {
        request = request.with_method("POST").with_body(body);
        if !headers.iter().any(|line| line.starts_with("content-type")) {
            headers.push("content-type: application/x-www-form-urlencoded".to_owned());
        }
    }
    if let Some(form) = form {
        request = request.with_multipart(form);
    }
    if let Some(method) = method {
        request = request.with_method(&*method);
    }
    headers.iter().fold(request, |request, line| {
        let (name, value) = line.split_once(": ").unwrap();
        request.with_header(name, value)
    })
}

fn check(source: &str, app: impl Application, cases: &[Case<'_>]) {
    let app = Lint::new(app);
    for line in lines(source) {
        assert!(
            cases.iter().any(|case| case.curl == line),
            "no row for: {line}"
        );
    }
    for Case {
        curl,
        status,
        headers,
        text,
        why,
    } in cases
    {
        let mut response = Response::from(serve(&app, request(curl)));
        let body = response.read_text().wait().unwrap();
        let what = format!("{curl}: {why}: {response:?}: {body}");
        assert_eq!(response.status().as_u16(), *status, "{what}");
        for line in *headers {
            let (name, value) = line.split_once(": ").unwrap();
            assert_eq!(response.headers()[name], value, "{what}");
        }
        assert!(
            text.iter().all(|text| body.contains(text)),
            "{what}: {text:?}"
        );
        let is_plain = !body.starts_with("<!doctype html>");
        assert!(
            is_plain || !body.contains("<i>"),
            "{what}: markup that was sent"
        );
    }
}

#[test]
#[rustfmt::skip]
fn raw_modules_greet_whom_a_form_a_path_a_query_or_a_cookie_names() {
    check(include_str!("../../examples/raw_modules.rs"), raw_modules::app(), &[
        Case { curl: "http://127.0.0.1:8000/Ada", status: 200, headers: PLAIN, text: &["Hello, Ada!\n"], why: "by the path" },
        Case { curl: "'http://127.0.0.1:8000/?name=Ada'", status: 200, headers: PLAIN, text: &["Hello, Ada!\n"], why: "by the query" },
        Case { curl: "-b name=B http://127.0.0.1:8000/A?name=C", status: 200, headers: PLAIN, text: &["Hello, A!\n"], why: "the path before the query" },
        Case { curl: "-b name=Grace http://127.0.0.1:8000/", status: 200, headers: PLAIN, text: &["Hello, Grace!\n"], why: "by a cookie" },
        Case { curl: "-d name=Barbara http://127.0.0.1:8000/", status: 200, headers: PLAIN, text: &["Hello, Barbara!\n"], why: "by a form" },
        Case { curl: "-d name=A -b name=B http://127.0.0.1:8000/?name=C", status: 200, headers: PLAIN, text: &["Hello, A!\n"], why: "the form comes before the query" },
        Case { curl: "-b name=B http://127.0.0.1:8000/?name=C%C3%A9", status: 200, headers: PLAIN, text: &["Hello, Cé!\n"], why: "the query comes before the cookie" },
        Case { curl: "http://127.0.0.1:8000/", status: 200, headers: PLAIN, text: &["Hello, you!\n"], why: "without a name" },
        Case { curl: "-H 'content-type: text/plain' -d name=A http://127.0.0.1:8000/", status: 415, headers: PLAIN, text: &["the content type is not that of a form\n"], why: "no form" },
    ]);
}

#[test]
#[rustfmt::skip]
fn a_greeting_is_in_the_form_and_the_language_that_the_client_prefers() {
    check(include_str!("../../examples/negotiate.rs"), negotiate::app(), &[
        Case { curl: "-i -H 'Accept-Language: de-CH' http://127.0.0.1:8000/", status: 200, headers: &["content-type: text/html; charset=utf-8", "content-language: de", "vary: accept, accept-language"], text: &["<p>Guten Tag"], why: "the language" },
        Case { curl: "-i -H 'Accept: application/json' http://127.0.0.1:8000/", status: 200, headers: &["content-type: application/json", "content-language: en"], text: &["{\"greeting\":\"Good day\"}"], why: "the form" },
        Case { curl: "-i -H 'Accept: image/png' http://127.0.0.1:8000/", status: 406, headers: &["content-type: text/plain; charset=utf-8", "vary: accept"], text: &["available: `text/html`, `text/plain`, `application/json`\n"], why: "nothing fits" },
        Case { curl: "-H 'Accept: text/*;q=0.5, text/html;q=0' -H 'Accept-Language: ja' http://127.0.0.1:8000/", status: 200, headers: PLAIN, text: &["Good day\n"], why: "HTML is excluded; another language is better than none" },
        Case { curl: "http://127.0.0.1:8000/", status: 200, headers: HTML, text: &["<p>Good day"], why: "a client that says nothing" },
    ]);
}

#[test]
#[rustfmt::skip]
fn the_search_reads_its_query_and_links_to_the_next_page() {
    check(include_str!("../../examples/query.rs"), query::app(), &[
        Case { curl: "'http://127.0.0.1:8000/?q=red+apple&tag=a&tag=b&page=2'", status: 200, headers: HTML, text: &["Page 2 of what is called <b>red apple</b>", "/?q=red+apple&amp;tag=a&amp;tag=b&amp;page=3\">Next"], why: "typed" },
        Case { curl: "'http://127.0.0.1:8000/?page=two'", status: 400, headers: PLAIN, text: &["`page` is `two`: expected a whole number; `q` is missing\n"], why: "all mistakes" },
        Case { curl: "http://127.0.0.1:8000/?q=%3Ci%3E%22%26&tag=%3Ci%3E", status: 200, headers: HTML, text: &["<title>&lt;i&gt;&quot;&amp;</title>", "?q=%3Ci%3E%22%26&amp;tag=%3Ci%3E&amp;page=2"], why: "markup" },
        Case { curl: "http://127.0.0.1:8000/?q=%ff&tag=", status: 200, headers: HTML, text: &["<b>\u{fffd}</b>"], why: "no UTF-8" },
        Case { curl: "http://127.0.0.1:8000/?q=a&page=4294967295", status: 200, headers: HTML, text: &["/?q=a\">Next"], why: "no overflow" },
        Case { curl: "http://127.0.0.1:8000/?q=a&page=4294967296", status: 400, headers: PLAIN, text: &["`page` is `4294967296`: "], why: "too large" },
        Case { curl: "http://127.0.0.1:8000/?page=%3Ci%3E", status: 400, headers: PLAIN, text: &["`q` is missing"], why: "an error is plain unless asked for" },
        Case { curl: "-H 'accept: text/html' http://127.0.0.1:8000/?page=%3Ci%3E", status: 400, headers: HTML, text: &["`&lt;i&gt;`"], why: "markup in an error" },
    ]);
}

#[test]
#[rustfmt::skip]
fn the_guest_book_keeps_what_was_typed_and_marks_every_mistake() {
    check(include_str!("../../examples/form.rs"), form::app(), &[
        Case { curl: "http://127.0.0.1:8000/", status: 200, headers: HTML, text: &["<ul>\n</ul>", "name='name' value=''>", "</label> <em></em>"], why: "empty" },
        Case { curl: "-i -d 'name=Ada&stars=5&text=Fine' http://127.0.0.1:8000/", status: 303, headers: &["location: http://localhost/"], text: &[], why: "signed" },
        Case { curl: "-i -d 'name=&stars=many' http://127.0.0.1:8000/", status: 422, headers: HTML, text: &["value=''></label> <em>is missing</em>\n<p><label>stars", "value='many'></label> <em>expected a whole number</em>", "<em>is missing</em>\n<p><button>"], why: "three mistakes" },
        Case { curl: "-d 'name=&stars=6&text=%27%3Ci%3E%22%26%C3%BC' http://127.0.0.1:8000/", status: 422, headers: HTML, text: &["<em>is missing</em>", "value='6'></label> <em>expected 0 to 5</em>", "value='&#39;&lt;i&gt;&quot;&amp;ü'></label> <em></em>"], why: "types fit" },
        Case { curl: "-d 'name=%3Ci%3E&stars=0&text=%26' http://127.0.0.1:8000/", status: 303, headers: &[], text: &[], why: "markup" },
        Case { curl: "http://127.0.0.1:8000/", status: 200, headers: HTML, text: &["<ul>\n<li><b>Ada</b> (5): Fine\n<li><b>&lt;i&gt;</b> (0): &amp;\n</ul>"], why: "the two entries, escaped" },
        Case { curl: "-F name=Eve -F stars=1 -F text=. http://127.0.0.1:8000/", status: 303, headers: &[], text: &[], why: "either kind of form" },
        Case { curl: "-H 'content-type: application/json' -d {} http://127.0.0.1:8000/", status: 415, headers: PLAIN, text: &["the content type is not that of a form\n"], why: "no form" },
    ]);
    let long = Request::blank("/").with_form(&[("name", "x".repeat(600_000))]);
    let mut response = Response::from(serve(&Lint::new(form::app()), long));
    assert_eq!(response.status(), 413);
    assert_eq!(response.read_text().wait().unwrap(), "the body is longer than 524288 bytes (limit `form_bytes`)\n");
}

#[cfg(feature = "signed")]
#[test]
#[rustfmt::skip]
fn uploads_are_named_counted_and_hashed() {
    use rustzeug::bytes::Bytes;
    use sha2::{Digest, Sha256};

    let row = |path: &str| {
        let content = std::fs::read(path).unwrap();
        let hash = Bytes::copy_from_slice(&Sha256::digest(&content));
        format!("<tr><td>{path}<td>{}<td>{hash:x}\n", content.len())
    };
    let rows = [row("Cargo.toml"), row("README.md")].concat();
    check(include_str!("../../examples/upload.rs"), upload::app(), &[
        Case { curl: "http://127.0.0.1:8000/", status: 200, headers: HTML, text: &["<th>SHA-256\n</table>"], why: "the form" },
        Case { curl: "-F files=@Cargo.toml -F files=@README.md http://127.0.0.1:8000/", status: 200, headers: HTML, text: &[&rows], why: "both, in their order" },
        Case { curl: "-F title=abc http://127.0.0.1:8000/", status: 200, headers: HTML, text: &["<tr><td>no file<td>3<td>ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"], why: "a field" },
        Case { curl: "-d a=b http://127.0.0.1:8000/", status: 415, headers: PLAIN, text: &["the content type is not multipart/form-data\n"], why: "the other kind of form" },
        Case { curl: "-H 'content-type: multipart/form-data' -d x http://127.0.0.1:8000/", status: 400, headers: PLAIN, text: &["the content type has no boundary\n"], why: "nothing to look for" },
        Case { curl: "-H 'content-type: multipart/form-data; boundary=b' -d x http://127.0.0.1:8000/", status: 400, headers: PLAIN, text: &["the body has no line that begins with the boundary\n"], why: "nothing found" },
    ]);
    let odd = [("naïve \"quoted\" <i>.txt", "naïve &quot;quoted&quot; &lt;i&gt;.txt<td>0<td>e3b0c4"), ("", "no file<td>0<td>e3b0c4")];
    for (name, shown) in odd {
        let form = MultipartForm::new().bytes("files", name, "text/plain", "");
        let mut response = Response::from(serve(&Lint::new(upload::app()), Request::blank("/").with_multipart(form)));
        let text = response.read_text().wait().unwrap();
        assert!(text.contains(&format!("<tr><td>{shown}")), "{text}");
    }
}

#[test]
fn the_handler_of_uploads_has_at_most_fourteen_lines() {
    let source = include_str!("../../examples/upload.rs");
    let (_, handler) = source.split_once("async fn upload(").unwrap();
    let (handler, _) = handler.split_once("\n}\n").unwrap();
    let lines = handler.lines().count() + 1;
    assert!(lines <= 14, "{lines} lines");
}

#[test]
#[rustfmt::skip]
fn notes_are_listed_read_and_made() {
    check(include_str!("../../examples/json_api.rs"), json_api::app(), &[
        Case { curl: "-i -H 'content-type: application/json' -d '{\"title\":\"Milk\"}' http://127.0.0.1:8000/notes", status: 201, headers: &["location: http://localhost/notes/1", "content-type: application/json"], text: &["{\"title\":\"Milk\",\"done\":false}"], why: "made" },
        Case { curl: "http://127.0.0.1:8000/notes/1", status: 200, headers: JSON, text: &["{\"title\":\"Milk\",\"done\":false}"], why: "read" },
        Case { curl: "'http://127.0.0.1:8000/notes?done=false'", status: 200, headers: JSON, text: &["[{\"title\":\"Milk\",\"done\":false}]"], why: "listed" },
        Case { curl: "http://127.0.0.1:8000/notes?done=true", status: 200, headers: JSON, text: &["[]"], why: "not done" },
        Case { curl: "-H 'content-type: application/json' -d '{\"title\":7}' http://127.0.0.1:8000/notes", status: 422, headers: PLAIN, text: &["`title` is `7`: expected a string"], why: "another type" },
        Case { curl: "-H 'content-type: application/json' -d {} http://127.0.0.1:8000/notes", status: 422, headers: PLAIN, text: &["`title` is missing"], why: "a member is missing" },
        Case { curl: "-H 'content-type: application/json' -d '{\"title\":' http://127.0.0.1:8000/notes", status: 400, headers: PLAIN, text: &["the body is not valid JSON: "], why: "cut" },
        Case { curl: "-d '{\"title\":\"Milk\"}' http://127.0.0.1:8000/notes", status: 415, headers: PLAIN, text: &["the content type is not application/json\n"], why: "curl declares a form" },
        Case { curl: "http://127.0.0.1:8000/notes?done=maybe", status: 400, headers: PLAIN, text: &["`done` is `maybe`: "], why: "not a truth value" },
        Case { curl: "http://127.0.0.1:8000/notes/0", status: 404, headers: PLAIN, text: &[], why: "before the first" },
        Case { curl: "http://127.0.0.1:8000/notes/2", status: 404, headers: PLAIN, text: &[], why: "none of the bad ones was kept" },
        Case { curl: "http://127.0.0.1:8000/notes/one", status: 404, headers: PLAIN, text: &[], why: "no number" },
        Case { curl: "-X DELETE http://127.0.0.1:8000/notes", status: 404, headers: PLAIN, text: &[], why: "another method" },
    ]);
    let long = Request::blank("/notes").with_json(&"x".repeat(3_000_000));
    let response = serve(&Lint::new(json_api::app()), long.with_method("POST"));
    assert_eq!(response.status(), 413);
}
