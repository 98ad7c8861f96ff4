//! A table of applications by the first segments of the path.

use rustzeug::Application;
use rustzeug::Request;
use rustzeug::Router;
use rustzeug::middleware::Dispatcher;

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../examples/dispatcher.rs"]
pub(crate) mod example;

fn place(request: &Request) -> String {
    format!("{}|{}", request.raw_script_name(), request.raw_path_info())
}

fn seen(app: &impl Application, path: &str) -> String {
    let request = Request::blank(path);
    request
        .send(app)
        .wait()
        .unwrap()
        .read_text()
        .wait()
        .unwrap()
}

#[test]
fn the_longest_mount_gets_the_request() {
    let app = Dispatcher::new(|request: &Request| format!("rest {}", place(request)))
        .mount("/a", |request: &Request| format!("a {}", place(request)))
        .mount("/a/b", |request: &Request| format!("ab {}", place(request)))
        .mount("/café/", |request: &Request| {
            format!("café {}", place(request))
        });
    #[rustfmt::skip]
    let cases = [
        ("/a",            "a /a|",             "the mount itself"),
        ("/a/",           "a /a|/",            "with a slash"),
        ("/a/x%2Fy?q",    "a /a|/x%2Fy",       "escapes are kept"),
        ("/a/b",          "ab /a/b|",          "the longest"),
        ("/a/bc",         "a /a|/bc",          "whole segments"),
        ("/ab",           "rest |/ab",         "whole segments"),
        ("/%61/%62/c",    "ab /%61/%62|/c",    "decoded for the comparison"),
        ("/a%2Fb",        "rest |/a%2Fb",      "an encoded slash does not end a segment"),
        ("//a",           "rest |//a",         "an empty segment is one"),
        ("/caf%C3%A9/x",  "café /caf%C3%A9|/x", "written decoded"),
        ("/A",            "rest |/A",          "case matters"),
        ("/",             "rest |/",           "the rest"),
    ];
    for (path, want, why) in cases {
        assert_eq!(seen(&app, path), want, "{path}: {why}");
    }
}

#[test]
fn tables_nest_and_take_routers() {
    let router = Router::new().get("/page", place);
    let inner = Dispatcher::new(place).mount("/b", router);
    let app = Dispatcher::new(|| "rest").mount("/a", inner);
    assert_eq!(seen(&app, "/a/b/page"), "/a/b|/page");
    assert_eq!(seen(&app, "/a/c"), "/a|/c");
}

#[test]
fn a_table_that_is_put_together_wrongly_says_so() {
    #[rustfmt::skip]
    let cases = [
        ("/a",    "mounted twice",   "twice"),
        ("/a/",   "mounted twice",   "the same with a slash"),
        ("a",     "is not a mount",  "no slash"),
        ("/",     "is not a mount",  "no segment"),
        ("",      "is not a mount",  "nothing"),
        ("/b//c", "is not a mount",  "an empty segment"),
    ];
    for (path, want, why) in cases {
        let app = Dispatcher::new(|| "rest")
            .mount("/a", || "a")
            .mount(path, || "b");
        let error = app.check().unwrap_err();
        assert!(
            format!("{error:?}").contains(want),
            "{path}: {why}: {error:?}"
        );
        assert_eq!(
            Request::blank("/").send(&app).wait().unwrap_err().status(),
            500
        );
    }
    let invalid = Router::new().get("/x", || "1").get("/x", || "2");
    assert!(
        Dispatcher::new(|| "rest")
            .mount("/a", invalid)
            .check()
            .is_err()
    );
    assert!(
        Dispatcher::new(|| "rest")
            .mount("/a", || "a")
            .check()
            .is_ok()
    );
}

#[test]
fn the_example_with_applications_side_by_side() {
    let app = example::app();
    assert_eq!(seen(&app, "/"), "the front page\n");
    assert_eq!(seen(&app, "/wiki/Home"), "/Home in /wiki\n");
    assert_eq!(seen(&app, "/status"), "fine\n");
}
