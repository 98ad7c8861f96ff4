//! Redirects: which ones are followed, how, and when following stops.

use rustzeug::gateway::Body;
use rustzeug::testing::Client;
use rustzeug::{IntoApplication, Request, Response, Result};

use super::both;

/// `/302/x` redirects with a 302 to `/x`; other paths respond with what arrived.
async fn site(request: &Request) -> Result<Response> {
    let path = request.path().to_owned();
    let body = request.text().await?;
    let steps = path.trim_start_matches('/').split_once('/');
    if let Some((Ok(status), rest)) = steps.map(|(status, rest)| (status.parse::<u16>(), rest)) {
        let response = match status {
            304 => Response::empty(304),
            _ => Response::text("elsewhere"),
        };
        return Ok(response
            .with_status(status)
            .with_header("location", format!("/{rest}")));
    }
    let content = request.headers().get("content-type").is_some();
    Ok(match &*path {
        "/loop" => Response::redirect("/loop"),
        "/there" => Response::redirect("/back"),
        "/back" => Response::redirect("/there"),
        "/relative/a" => Response::redirect("b?x#y"),
        "/away" => Response::text("")
            .with_status(302)
            .with_header("location", "http://evil.example:8000/x"),
        "/mail" => Response::text("")
            .with_status(302)
            .with_header("location", "mailto:a@b.org"),
        "/nowhere" => Response::text("")
            .with_status(302)
            .with_header("location", "http:///x"),
        _ => Response::text(format!(
            "{} {path}?{} {content} {body}",
            request.method(),
            request.query_string()
        )),
    })
}

#[test]
fn redirects_are_answers_unless_they_are_followed() {
    for (_, client) in both(|| site.into_application()) {
        client.get("/302/x").wait().unwrap().expect_redirect("/x");
        client
            .get("/302/x")
            .following_redirects()
            .wait()
            .unwrap()
            .expect_text("GET /x? false ");
        let client = client.following_redirects();
        let answer = client.get("/302/x").wait().unwrap().expect_status(200);
        assert_eq!(answer.history().len(), 1);
        assert!(answer.history()[0].request().url().ends_with("/302/x"));
        assert!(answer.request().url().ends_with("/x"));
    }
}

#[test]
fn the_status_decides_what_becomes_of_method_and_body() {
    #[rustfmt::skip]
    let cases = [
        ("POST",   "/301/x",         "GET /x? false ",   "as browsers do"),
        ("POST",   "/302/x",         "GET /x? false ",   "as browsers do"),
        ("POST",   "/303/x",         "GET /x? false ",   "303 is always followed by a GET"),
        ("PUT",    "/303/x",         "GET /x? false ",   "303 is followed by a GET after any method"),
        ("POST",   "/307/x",         "POST /x? true abc", "307 keeps method and body"),
        ("PUT",    "/308/x",         "PUT /x? true abc", "308 keeps method and body"),
        ("POST",   "/307/308/x",     "POST /x? true abc", "twice"),
        ("POST",   "/307/302/x",     "GET /x? false ",   "a 302 after a 307 becomes a GET"),
        ("POST",   "/relative/a",    "GET /relative/b?x false ", "relative to the page, without its fragment"),
        ("POST",   "/304/x",         "",                 "304 is not a redirect, although it has a Location"),
        ("POST",   "/300/x",         "elsewhere",        "300 is not followed"),
    ];
    for (name, client) in both(|| site.into_application()) {
        let client = client.following_redirects();
        for (method, path, want, why) in cases {
            let request = Request::blank(path)
                .with_method(method)
                .with_header("content-type", "text/plain")
                .with_body("abc");
            let answer = client.send(request).wait().unwrap();
            assert_eq!(answer.text(), want, "{name}: {method} {path}: {why}");
        }
        let answer = client.head("/303/x").wait().unwrap();
        assert_eq!(answer.request().method(), "HEAD", "{name}: HEAD stays HEAD");
    }
}

#[test]
fn what_cannot_be_followed_is_an_error_that_says_why() {
    #[rustfmt::skip]
    let cases = [
        ("/loop",    "a loop of redirects: GET http://HOST/loop -> GET http://HOST/loop", "to itself"),
        ("/there",   "GET http://HOST/there -> GET http://HOST/back -> GET http://HOST/there", "there and back"),
        ("/away",    "the redirect leads to another host: `evil.example:8000`, from http://HOST/away", "elsewhere"),
        ("/mail",    "the redirect leads to `mailto:a@b.org`, which is not an http or https URL", "a URL that is not http or https"),
        ("/nowhere", "which is not a valid host", "no host"),
    ];
    for (name, client) in both(|| site.into_application()) {
        let host = client
            .get("/")
            .wait()
            .unwrap()
            .request()
            .host()
            .into_owned();
        for (path, want, why) in cases {
            let error = client.get(path).following_redirects().wait().unwrap_err();
            let want = want.replace("HOST", &host);
            assert!(
                format!("{error:?}").contains(&want),
                "{name}: {path}: {why}: {error:?}"
            );
        }
        let stream = Body::iterator(["abc"]);
        let error = client
            .post("/307/x")
            .with_body(stream)
            .following_redirects()
            .wait()
            .unwrap_err();
        assert!(
            format!("{error:?}").contains("was sent as a stream"),
            "{name}: {error:?}"
        );
    }
}

#[test]
fn twenty_are_followed_and_no_more() {
    let count = |request: &Request| {
        let left: u32 = request.path()[1..].parse().unwrap_or(0);
        if left == 0 {
            return Response::text("there");
        }
        Response::redirect(format!("/{}", left - 1))
    };
    let client = Client::new(count).following_redirects();
    let answer = client.get("/20").wait().unwrap().expect_text("there");
    assert_eq!(answer.history().len(), 20);
    let error = client.get("/21").wait().unwrap_err();
    assert!(
        format!("{error:?}").contains("more than 20 redirects in a row"),
        "{error:?}"
    );
}

#[test]
fn the_same_page_with_other_cookies_is_no_loop() {
    let gate = |request: &Request| {
        if request.headers().contains_key("cookie") {
            return Response::text("come in");
        }
        Response::redirect("/").with_header("set-cookie", "ticket=1")
    };
    for (_, client) in both(|| gate.into_application()) {
        client
            .get("/")
            .following_redirects()
            .wait()
            .unwrap()
            .expect_text("come in");
        let client = client.another().without_cookies();
        assert!(
            client.get("/").following_redirects().wait().is_err(),
            "without cookies it is a loop"
        );
    }
}

#[test]
fn another_scheme_is_not_another_host() {
    let secure = |request: &Request| {
        if request.scheme() == "https" {
            return Response::text(request.url());
        }
        Response::text("").with_status(308).with_header(
            "location",
            format!("https://{}{}", request.host(), request.path()),
        )
    };
    let client = Client::new(secure).following_redirects();
    client
        .get("/x")
        .wait()
        .unwrap()
        .expect_text("https://localhost/x");
    let error = Client::serve(secure)
        .unwrap()
        .get("/x")
        .following_redirects()
        .wait()
        .unwrap_err();
    assert!(
        format!("{error:?}").contains("only plain http"),
        "{error:?}"
    );
}
