//! The examples for routing, called in process.

use rustzeug::testing::Client;

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/hosts.rs"]
pub(crate) mod hosts;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/microframework.rs"]
pub(crate) mod microframework;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/mounts.rs"]
pub(crate) mod mounts;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/rest_api.rs"]
pub(crate) mod rest_api;
#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/routing.rs"]
pub(crate) mod routing;

fn texts(client: &Client, cases: &[(&str, u16, &str)]) {
    for (path, status, text) in cases {
        let answer = client.get(path).wait().unwrap();
        assert_eq!(answer.status(), *status, "{path}");
        assert!(answer.text().starts_with(text), "{path}: {}", answer.text());
    }
}

#[test]
fn rules_and_urls() {
    let client = Client::new(routing::app());
    texts(
        &client,
        &[
            (
                "/posts/",
                200,
                "/posts/2026-11-24-first.txt\n/posts/2026?by=date\n/files/a/b%20c\n",
            ),
            (
                "/posts/2026",
                200,
                "the posts of 2026, page 1; the next is /posts/2026/2\n",
            ),
            (
                "/posts/2026/2",
                200,
                "the posts of 2026, page 2; the next is /posts/2026/3\n",
            ),
            ("/posts/2026/1", 404, ""),
            (
                "/posts/2026-11-24-first.txt",
                200,
                "first, written on 2026-11-24\n",
            ),
            ("/posts/2026-11-31-first.txt", 404, ""),
            ("/files/a/b%20c", 200, "a/b c\n"),
            ("/posts", 308, ""),
            ("/posts/soon", 404, ""),
        ],
    );
    let answer = client.delete("/posts/").wait().unwrap();
    answer
        .expect_status(405)
        .expect_header("allow", "GET, HEAD, OPTIONS");
}

#[test]
fn items_over_http() {
    let client = Client::new(rest_api::app());
    texts(
        &client,
        &[
            (
                "/items?tag=fruit&tag=red",
                200,
                r#"[{"title":"Cherry","tags":["fruit","red"]}]"#,
            ),
            ("/items?tag=fruit&tag=blue", 200, "[]"),
            ("/items/1", 200, r#"{"title":"Cherry""#),
            ("/items/2", 404, ""),
            ("/items/0", 404, ""),
        ],
    );
    let plum = client
        .post("/items")
        .with_header("content-type", "application/json");
    let made = plum.with_body(r#"{"title":"Plum"}"#).wait().unwrap();
    made.expect_status(201)
        .expect_header("location", "/items/2");
    texts(
        &client,
        &[("/items/2", 200, r#"{"title":"Plum","tags":[]}"#)],
    );
}

#[test]
fn the_handlers_of_the_api_are_short() {
    let source =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/rest_api.rs"));
    let source = source.unwrap();
    let (start, end) = (
        source.find("fn list").unwrap(),
        source.find("/// The application").unwrap(),
    );
    let lines = source[start..end].lines().filter(|line| !line.is_empty());
    assert!(lines.count() <= 18);
}

#[test]
fn applications_below_one_another() {
    let client = Client::new(mounts::app());
    texts(
        &client,
        &[
            ("/", 200, "/wiki\n"),
            ("/wiki/Front", 200, "Front, below /wiki\n"),
            (
                "/ada/blog/7",
                200,
                "post 7 of ada; next /ada/blog/8, home /\n",
            ),
            ("/admin/", 403, ""),
        ],
    );
    let admin = client
        .get("/admin/")
        .with_header("x-admin", "yes")
        .wait()
        .unwrap();
    admin.expect_text("admin\n");
}

#[test]
fn several_hosts() {
    for (base, text) in [
        ("http://127.0.0.1:8000", "see http://ada.localhost:8000/\n"),
        ("https://example.org", "see https://ada.example.org/\n"),
        ("https://api.example.org", "the API\n"),
        ("http://api.localhost:8000", "the API\n"),
        ("http://ada.localhost:8000", "the site of ada\n"),
    ] {
        let client = Client::new(hosts::app()).with_base(base);
        texts(&client, &[("/", 200, text)]);
    }
}

#[test]
fn a_framework_on_the_rules() {
    let client = Client::new(microframework::app().unwrap());
    texts(
        &client,
        &[
            ("/add/2/-3", 200, "{\"sum\":-1}\n"),
            ("/add/2/x", 404, "{\"error\""),
        ],
    );
    let call = client.post("/add/2/3").wait().unwrap();
    call.expect_text("{\"sum\":5}\n");
    let call = client.delete("/add/2/3").wait().unwrap();
    call.expect_status(405).expect_header("allow", "GET, POST");
}
