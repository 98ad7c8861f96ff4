//! Cookies kept between calls. The single rules are tested next to their code.

use rustzeug::testing::Client;
use rustzeug::{IntoApplication, Request, Response};

use super::both;

/// Sets the cookies of the query, and responds with those that arrived.
fn cookies(request: &Request) -> Response {
    let lines = request.headers().get_all("cookie").iter();
    let sent: Vec<_> = lines.map(|line| line.to_str().unwrap_or("?")).collect();
    let mut response = Response::text(sent.join(" and "));
    for line in request
        .query_string()
        .split('&')
        .filter(|line| !line.is_empty())
    {
        response = response.with_appended_header("set-cookie", line.replace('+', " "));
    }
    response
}

#[test]
fn cookies_are_kept_and_sent_back() {
    #[rustfmt::skip]
    let steps = [
        ("/?a=1;+Path=/&b=2",    "",            "nothing yet"),
        ("/",                    "a=1; b=2",    "the cookies that were set"),
        ("/?a=3;+Path=/",        "a=1; b=2",    "a new value"),
        ("/",                    "a=3; b=2",    "the new value replaces the old one"),
        ("/x/y?c=4",             "a=3; b=2",    "a cookie of a directory"),
        ("/x/z",                 "c=4; a=3; b=2", "there"),
        ("/",                    "a=3; b=2",    "a cookie of a directory is not sent elsewhere"),
        ("/?a=;+Path=/;+Max-Age=0", "a=3; b=2", "deleted"),
        ("/",                    "b=2",         "gone"),
        ("/?s=5;+Secure;+HttpOnly", "b=2",      "this machine is trusted"),
        ("/",                    "b=2; s=5",    "a secure cookie is sent to this machine"),
    ];
    for (name, client) in both(|| cookies.into_application()) {
        for (target, want, why) in steps {
            let answer = client.get(target).wait().unwrap();
            assert_eq!(answer.text(), want, "{name}: {target}: {why}");
        }
        client.another().get("/").wait().unwrap().expect_text("");
    }
}

#[test]
fn a_test_reads_and_sets_them() {
    for (_, client) in both(|| cookies.into_application()) {
        client.set_cookie("a", "1");
        client.receive_cookie("/x/", "b=2; Max-Age=60");
        client.get("/x/").wait().unwrap().expect_text("b=2; a=1");
        assert_eq!(client.cookie("b").as_deref(), Some("2"));
        client.end_session();
        assert_eq!(
            (client.cookie("a"), client.cookie("b").as_deref()),
            (None, Some("2"))
        );
        client.set_cookie("a", "1");
        client.remove_cookie("a");
        client.get("/").wait().unwrap().expect_text("");
        client.clear_cookies();
        assert!(client.cookies().is_empty());
    }
}

#[test]
fn a_cookie_for_a_path_is_no_obstacle_to_one_for_all() {
    let client = Client::new(cookies);
    client.receive_cookie("/", "a=1; Path=/x");
    client.set_cookie("a", "2");
    client.get("/x").wait().unwrap().expect_text("a=1; a=2");
    client.get("/").wait().unwrap().expect_text("a=2");
}

#[test]
fn those_of_every_request_are_sent_with_every_request() {
    let app = |request: &Request| match request.path() {
        "/from" => Response::redirect("/"),
        _ => cookies(request),
    };
    for (name, client) in both(|| app.into_application()) {
        let client = client.with_header("cookie", "a=9").following_redirects();
        client.set_cookie("a", "1");
        client.set_cookie("b", "2");
        for target in ["/", "/from"] {
            let answer = client.get(target).wait().unwrap();
            assert_eq!(answer.text(), "a=9; b=2", "{name}: {target}");
        }
        let answer = client.get("/").with_header("cookie", "c=3").wait().unwrap();
        assert_eq!(
            answer.text(),
            "c=3; a=1; b=2",
            "{name}: the cookies of the request"
        );
    }
}

#[test]
fn those_of_the_request_itself_come_first_and_count() {
    let client = Client::new(cookies);
    client.set_cookie("a", "1");
    client.set_cookie("b", "2");
    let answer = client
        .get("/")
        .with_header("cookie", "a=9; c=3")
        .wait()
        .unwrap();
    answer.expect_text("a=9; c=3; b=2");
    client.get("/").wait().unwrap().expect_text("a=1; b=2");
}

#[test]
fn a_client_without_cookies_keeps_none() {
    let client = Client::new(cookies).without_cookies();
    client.get("/?a=1").wait().unwrap().expect_cookie("a", "1");
    client.get("/").wait().unwrap().expect_text("");
    assert!(client.cookies().is_empty());
}

#[test]
fn hosts_have_cookies_of_their_own() {
    let client = Client::new(cookies).with_base("https://www.example.org");
    client.get("/?a=1&b=2;+Domain=example.org").wait().unwrap();
    client
        .get("https://api.example.org/")
        .wait()
        .unwrap()
        .expect_text("b=2");
    client
        .get("https://example.com/")
        .wait()
        .unwrap()
        .expect_text("");
    client.get("/").wait().unwrap().expect_text("a=1; b=2");
}

#[test]
fn cookies_of_redirects_are_kept() {
    let login = |request: &Request| match request.path() {
        "/login" => Response::redirect("/").with_header("set-cookie", "user=ada; Path=/"),
        _ => cookies(request),
    };
    for (_, client) in both(|| login.into_application()) {
        client
            .post("/login")
            .following_redirects()
            .wait()
            .unwrap()
            .expect_text("user=ada");
    }
}
