//! Expectations, and the messages of those that fail.

use std::panic::AssertUnwindSafe;

use rustzeug::http::StatusCode;
use rustzeug::testing::{Client, TestResponse};
use rustzeug::{Json, Request, Response};

use super::panic_of;

fn site(request: &Request) -> Response {
    match request.path() {
        "/json" => Response::json(&[("a", 1)]),
        "/moved" => Response::redirect("/new"),
        "/cookie" => Response::text("x").with_header("set-cookie", "a=1; Path=/"),
        "/binary" => Response::bytes(vec![0, 0xff, b'a']),
        "/endless" => Response::iterator(std::iter::repeat("x")),
        _ => Response::html("<p>Hello</p>"),
    }
}

fn get(path: &str) -> TestResponse {
    Client::new(site).get(path).streaming().wait().unwrap()
}

#[test]
fn what_is_as_expected_chains() {
    get("/")
        .expect_status(200)
        .expect_status(StatusCode::OK)
        .expect_header("content-type", "text/html; charset=utf-8")
        .expect_no_header("location")
        .expect_content_type("TEXT/html")
        .expect_text("<p>Hello</p>")
        .expect_text_contains("Hello")
        .expect_bytes(b"<p>Hello</p>")
        .expect_no_cookie("a");
    get("/json")
        .expect_json(&[("a", 1)])
        .expect_json(&Json([("a", 1)]).0);
    get("/moved")
        .expect_redirect("/new")
        .expect_redirect("new")
        .expect_redirect("http://localhost/new");
    get("/cookie").expect_cookie("a", "1").expect_no_cookie("b");
}

#[test]
fn what_is_not_says_so_at_the_line_of_the_caller() {
    type Check = fn(TestResponse);
    #[rustfmt::skip]
    let cases: [(&str, Check, &str); 17] = [
        ("/",        |a| drop(a.expect_status(404)),                "expected the status 404 Not Found, got 200 OK"),
        ("/",        |a| drop(a.expect_status(1)),                  "the expected status is not valid"),
        ("/",        |a| drop(a.expect_header("content-type", "text/html")), "expected the header `content-type: text/html`, got `text/html; charset=utf-8`"),
        ("/",        |a| drop(a.expect_header("x-a", "1")),         "expected the header `x-a: 1`, got none"),
        ("/",        |a| drop(a.expect_no_header("content-type")),  "expected no header `content-type`"),
        ("/",        |a| drop(a.expect_content_type("text/plain")), "expected the content type `text/plain`"),
        ("/",        |a| drop(a.expect_text("Hello")),              "expected the text \"Hello\", got \"<p>Hello</p>\""),
        ("/",        |a| drop(a.expect_text_contains("hello")),     "expected a text with \"hello\" in it"),
        ("/",        |a| drop(a.expect_bytes(b"<p>Help")),          "expected 7 bytes, got 12, different from byte 6 on"),
        ("/",        |a| drop(a.expect_empty()),                    "expected an empty body, got 12 bytes"),
        ("/",        |a| drop(a.expect_redirect("/new")),           "expected a redirect to `/new`, got 200 OK"),
        ("/moved",   |a| drop(a.expect_redirect("/old")),           "expected a redirect to `/old`, got one to `/new`"),
        ("/json",    |a| drop(a.expect_json(&1)),                   "expected the JSON 1, got [[\"a\",1]]"),
        ("/",        |a| drop(a.expect_json(&1)),                   "the body is not the expected JSON"),
        ("/cookie",  |a| drop(a.expect_cookie("a", "2")),           "expected the cookie `a=2`, got `a=1`"),
        ("/cookie",  |a| drop(a.expect_cookie("b", "2")),           "expected the cookie `b=2`, but it is not set"),
        ("/endless", |a| drop(a.expect_text("x")),                  "the body "),
    ];
    let first = line!() - 19;
    for (n, (path, check, want)) in (1..).zip(cases) {
        let answer = get(path);
        let (text, line) = panic_of(AssertUnwindSafe(|| check(answer)));
        assert!(text.starts_with(want), "{want}: {text}");
        assert!(
            text.contains(&format!(
                "\n\n> GET {path} HTTP/1.1\n> host: localhost\n\n< "
            )),
            "{want}: {text}"
        );
        assert_eq!(line, first + n, "{want}");
    }
}

#[test]
fn the_whole_exchange_is_shown() {
    fn broken(request: &Request) -> rustzeug::Result<Response> {
        if request.path() == "/old" {
            return Ok(Response::redirect("/new"));
        }
        Err("no such table".into())
    }
    let client = Client::new(broken).following_redirects();
    client.set_cookie("a", "1");
    let answer = client
        .post("/new")
        .with_header("content-type", "text/plain")
        .with_body("line 1\nline 2")
        .wait()
        .unwrap();
    let text = answer.to_string();
    let head = "> POST /new HTTP/1.1\n> content-type: text/plain\n> host: localhost\n> content-length: 13\n> cookie: a=1\n>\n> line 1\n> line 2\n\n< 500 Internal Server Error\n";
    assert!(text.starts_with(head), "{text}");
    assert!(
        text.contains(
            "\nThe response is the page of an error: 500 Internal Server Error: no such table\n"
        ),
        "{text}"
    );
    assert!(text.contains("\nThe application wrote to its error stream:\nPOST /new: 500 Internal Server Error: no such table (at tests/it/testing/expectations.rs:"), "{text}");

    let text = client.get("/old").wait().unwrap().to_string();
    assert!(
        text.starts_with("GET http://localhost/old was redirected by "),
        "{text}"
    );
}

#[test]
fn bodies_are_shown_so_that_they_can_be_read() {
    #[rustfmt::skip]
    let cases = [
        (b"ab\tc\r\nd".to_vec(),             "> ab\tc\n> d\n",            "text line by line"),
        (b"a\x1b[31mb".to_vec(),             "> a\\u{1b}[31mb\n",         "control characters escaped"),
        (vec![0, 0xff, b'a'],                "> \\x00\\xffa\n",           "bytes that are not text"),
        (vec![b'x'; 2000],                   &format!("> {}\n", "x".repeat(2000)), "as much as is shown"),
        ("ü".repeat(1001).into_bytes(),      &format!("> {}\n> … (2002 bytes in all)\n", "ü".repeat(1000)), "a byte more"),
        (format!("x{}", "ü".repeat(1000)).into_bytes(), &format!("> x{}\n> … (2001 bytes in all)\n", "ü".repeat(999)), "not cut within a character"),
    ];
    let client = Client::new(|| "ok");
    for (body, want, why) in cases {
        let text = client.post("/").with_body(body).wait().unwrap().to_string();
        assert!(
            text.contains(&format!("\n>\n{want}\n< 200 OK")),
            "{why}: {text}"
        );
    }
    let answer = get("/binary").to_string();
    assert!(
        answer.ends_with("<\n< \\x00\\xffa\n") || answer.contains("<\n< \\x00\\xffa\n\n"),
        "{answer}"
    );
    assert!(
        get("/endless")
            .to_string()
            .contains("< (a body that is streamed)")
    );
}
