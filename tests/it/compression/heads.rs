//! What becomes of the head of a response that is compressed, or could be.

use rustzeug::Error;
use rustzeug::Next;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;
use rustzeug::http::HeaderMap;
use rustzeug::middleware::compress;
use rustzeug::middleware::conditional;
use rustzeug::wrap;

use super::ask;
use super::coding;
use super::text;
use crate::common::serve;

const TAG: &str = "\"v7\"";

fn page() -> Response {
    Response::text(text(4000)).with_header("etag", TAG)
}

#[test]
fn a_strong_tag_becomes_a_weak_one_and_others_stay() {
    #[rustfmt::skip]
    let cases = [
        ("\"v7\"",    "W/\"v7\"",    "other bytes, the same meaning"),
        ("W/\"v7\"",  "W/\"v7\"",    "weak already"),
        ("\"a,b\"",   "W/\"a,b\"",   "whatever is in it"),
        ("v7",        "v7",          "no tag: not ours to mend"),
    ];
    for (tag, want, why) in cases {
        let app = wrap(move || page().with_header("etag", tag), compress);
        assert_eq!(ask(&app, "gzip").headers()["etag"], want, "{why}");
        assert_eq!(
            ask(&app, "identity").headers()["etag"],
            tag,
            "not compressed"
        );
    }
}

#[test]
fn a_client_asks_with_the_weak_tag_and_gets_a_304() {
    // An application that knows of no compression.
    let app = wrap(
        |request: &Request| match request.header_text("if-none-match") {
            Some(known) if known.contains(TAG) => Response::empty(304).with_header("etag", TAG),
            _ => page(),
        },
        compress,
    );
    let etag = ask(&app, "gzip").headers()["etag"].clone();
    assert_eq!(etag, "W/\"v7\"");
    let again = |known: &str| {
        let request = Request::blank("/").with_header("accept-encoding", "gzip");
        Response::from(serve(
            &app,
            request.with_header("if-none-match", known.to_owned()),
        ))
    };
    let response = again(etag.to_str().unwrap());
    assert_eq!(response.status(), 304);
    assert_eq!(
        response.headers()["etag"],
        "W/\"v7\"",
        "that of the response that it is about"
    );
    assert_eq!(response.headers()["vary"], "accept-encoding");
    assert_eq!(coding(&response), "-");
    // A client that got it as it is.
    let response = again(TAG);
    assert_eq!(
        (response.status().as_u16(), &response.headers()["etag"]),
        (304, &TAG.parse().unwrap())
    );
}

#[test]
fn what_is_true_of_the_content_as_it_was_goes() {
    let fields = [
        "accept-ranges",
        "content-md5",
        "digest",
        "content-digest",
        "repr-digest",
    ];
    let app = wrap(
        move || {
            let response = page()
                .with_header("content-length", "4000")
                .with_header("x-own", "stays");
            fields
                .into_iter()
                .fold(response, |response, name| response.with_header(name, "x"))
        },
        compress,
    );
    let response = ask(&app, "gzip");
    assert_eq!(coding(&response), "gzip");
    for name in fields {
        assert!(!response.headers().contains_key(name), "{name}");
    }
    assert!(!response.headers().contains_key("content-length"));
    assert!(
        response.body().length().is_some_and(|length| length < 2000),
        "the server sends this one"
    );
    assert_eq!(response.headers()["x-own"], "stays");
    let plain = ask(&app, "identity");
    assert!(
        fields
            .iter()
            .all(|name| plain.headers().contains_key(*name))
    );
}

#[test]
fn vary_is_added_once() {
    #[rustfmt::skip]
    let cases = [
        (&[][..],                          "accept-encoding",          "alone"),
        (&["cookie"][..],                  "cookie, accept-encoding",   "beside others"),
        (&["Accept-Encoding"][..],         "accept-encoding",          "said already"),
        (&["cookie, accept-encoding"][..], "cookie, accept-encoding",  "in a list"),
        (&["*"][..],                       "*",                        "more than any field"),
    ];
    for (lines, want, why) in cases {
        let app = wrap(
            move || {
                let add = |response: Response, line: &&'static str| {
                    response.with_appended_header("vary", *line)
                };
                lines.iter().fold(page(), add)
            },
            compress,
        );
        for accepts in ["gzip", "identity"] {
            let response = ask(&app, accepts);
            let lines: Vec<_> = response.headers().get_all("vary").iter().collect();
            let lines: Vec<_> = lines.iter().map(|line| line.to_str().unwrap()).collect();
            assert_eq!(lines.join("|"), want, "{accepts}: {why}");
        }
    }
}

fn head(app: &impl Application, accepts: &str) -> (HeaderMap, Option<u64>) {
    let request = Request::blank("/")
        .with_method("HEAD")
        .with_header("accept-encoding", accepts.to_owned());
    let response = Response::from(serve(app, request));
    (response.headers().clone(), response.body().length())
}

#[test]
fn head_tells_what_get_would() {
    // The handler makes the body, as a route does that answers HEAD by its GET.
    let app = wrap(page, compress);
    let get = ask(&app, "gzip").headers().clone();
    let (headers, length) = head(&app, "gzip");
    assert_eq!(
        headers, get,
        "no length: that of the compressed content is not known"
    );
    assert_eq!(length, Some(0));

    // The handler leaves the body out, and says how long it is.
    let app = wrap(
        || {
            page()
                .with_body(Body::empty())
                .with_header("content-length", "4000")
        },
        compress,
    );
    assert_eq!(head(&app, "gzip").0, get);
    let (headers, _) = head(&app, "identity");
    assert_eq!(
        (&headers["content-length"], headers.get("content-encoding")),
        (&"4000".parse().unwrap(), None)
    );
    assert_eq!(headers["vary"], "accept-encoding");

    // It does not say that: whether GET would be compressed is not known.
    let app = wrap(|| page().with_body(Body::empty()), compress);
    let (headers, _) = head(&app, "gzip");
    assert_eq!(
        (headers.get("content-encoding"), &headers["etag"]),
        (None, &TAG.parse().unwrap())
    );
    assert_eq!(headers["vary"], "accept-encoding");

    // Too short.
    let app = wrap(|| Response::text("short"), compress);
    assert_eq!(head(&app, "gzip").0.get("vary"), None);
}

#[test]
fn no_status_without_content_is_touched() {
    for status in [204, 205, 304] {
        let app = wrap(
            move || {
                Response::empty(status)
                    .with_header("content-type", "text/html")
                    .with_header("etag", TAG)
            },
            compress,
        );
        let response = ask(&app, "gzip");
        assert_eq!(
            (coding(&response), &response.headers()["etag"]),
            ("-", &TAG.parse().unwrap()),
            "{status}"
        );
        assert!(!response.headers().contains_key("vary"), "{status}");
    }
}

#[test]
fn conditional_requests_and_ranges_are_answered_inside() {
    let app = wrap(wrap(page, conditional), compress);
    let ask = |name: &'static str, value: &'static str| {
        let request = Request::blank("/").with_header("accept-encoding", "gzip");
        Response::from(serve(&app, request.with_header(name, value)))
    };
    let response = ask("x-nothing", "1");
    assert_eq!(
        (coding(&response), &response.headers()["etag"]),
        ("gzip", &"W/\"v7\"".parse().unwrap())
    );
    assert!(!response.headers().contains_key("accept-ranges"));
    let response = ask("if-none-match", "W/\"v7\"");
    assert_eq!(
        (response.status().as_u16(), &response.headers()["etag"]),
        (304, &"W/\"v7\"".parse().unwrap())
    );
    let mut response = ask("range", "bytes=0-9");
    assert_eq!((response.status().as_u16(), coding(&response)), (206, "-"));
    assert_eq!(response.read_text().wait().unwrap(), text(10));
}

/// Refuses, or panics.
struct Failing(bool);

impl Application for Failing {
    async fn call(&self, _: Environ, _: StartResponse) -> Result<Reply> {
        assert!(self.0, "at the disco");
        Err(Error::forbidden().with_message(text(4000)))
    }
}

#[test]
fn errors_and_panics_of_a_custom_application_get_their_pages() {
    for (refuses, status) in [(true, 403), (false, 500)] {
        let app = wrap(Failing(refuses), compress);
        let response = ask(&app, "gzip");
        assert_eq!(response.status(), status);
        assert_eq!(coding(&response), "-", "{status}");
        let again = wrap(app, |request: Request, next: Next| next.run(request));
        assert_eq!(ask(&again, "gzip").status(), status, "in other middleware");
    }
}
