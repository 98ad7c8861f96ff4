//! Errors as pages: the format, the text for the client, and the log.
#![allow(clippy::type_complexity, reason = "tables say what is in them")]

use std::error::Error as StdError;
use std::fmt;

use rustzeug::Application;
use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::gateway::BoxApplication;
use rustzeug::http;
use rustzeug::http::HeaderValue;
use rustzeug::http::Method;
use rustzeug::middleware::render_errors;
use rustzeug::render;
use rustzeug::render::Format;

use crate::common::Log;
use crate::common::serve;

/// The response that an application sends, and its log.
fn sent(
    application: &impl Application,
    request: Request,
) -> (http::HeaderMap, u16, String, String) {
    let log = Log::default();
    let mut response = Response::from(serve(application, request.with_server(log.server())));
    let text = response.read_text().wait().unwrap();
    (
        response.headers().clone(),
        response.status().as_u16(),
        text,
        log.text(),
    )
}

fn accepting(accept: &str) -> Request {
    Request::blank("/p").with_header("accept", accept)
}

#[test]
fn the_page_has_the_form_that_the_client_prefers() {
    const TEXT: &str = "text/plain; charset=utf-8";
    const HTML: &str = "text/html; charset=utf-8";
    const JSON: &str = "application/json";
    const PROBLEM: &str = "application/problem+json";
    #[rustfmt::skip]
    let cases = [
        ("*/*",                                           TEXT,    "a client that accepts anything"),
        ("text/plain",                                    TEXT,    "text"),
        ("text/html",                                     HTML,    "HTML"),
        ("TEXT/HTML",                                     HTML,    "in any case"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML, "a browser"),
        ("application/json",                              JSON,    "JSON"),
        ("application/problem+json",                      PROBLEM, "RFC 9457"),
        ("application/json, application/problem+json",    PROBLEM, "both: the one made for errors"),
        ("application/*",                                 PROBLEM, "a range"),
        ("application/json;q=0.9, text/html;q=0.5",       JSON,    "weights"),
        ("application/json;q=0.5, text/html;q=0.9",       HTML,    "weights in the other order"),
        ("application/json, text/plain",                  JSON,    "both: text is only for clients that name nothing else"),
        ("text/html, application/json",                   JSON,    "both: a format for programs"),
        ("text/*",                                        TEXT,    "a range"),
        ("text/html;level=1",                             HTML,    "a parameter that the page does not have"),
        ("application/json;charset=utf-8",                JSON,    "another"),
        ("application/vnd.api+json",                      PROBLEM, "a kind of JSON that errors do not have"),
        ("application/vnd.api+json, */*;q=0.1",           PROBLEM, "a named type comes before `*/*`"),
        ("application/vnd.api+json, text/html",           HTML,    "an available format comes first"),
        ("",                                              TEXT,    "empty"),
        (", ,",                                           TEXT,    "empty elements"),
        (",, text/html ,",                                HTML,    "empty elements among others"),
        ("text/*;q=0.1, application/json",                JSON,    "specificity"),
        ("*/*, text/plain;q=0",                           HTML,    "q=0 excludes"),
        ("text/html;q=0, application/json;q=0.001",       JSON,    "the smallest weight"),
        ("image/png",                                     TEXT,    "no format is acceptable"),
        ("*/*;q=0",                                       TEXT,    "nothing is acceptable"),
        ("garbage, text/html",                            HTML,    "a bad element is skipped alone"),
        ("text/html;q=1.5",                               TEXT,    "an element with a bad weight is skipped"),
    ];
    let missing = BoxApplication::new((|| None::<()>).into_application());
    let broken = BoxApplication::new((|| Err::<(), _>("disk")).into_application());
    for (accept, want, why) in cases {
        for (application, status, reason) in [
            (&missing, 404, "Not Found"),
            (&broken, 500, "Internal Server Error"),
        ] {
            let (headers, got, text, _) = sent(application, accepting(accept));
            assert_eq!(
                (got, headers["content-type"].to_str().unwrap()),
                (status, want),
                "{accept:?}: {why}"
            );
            assert_eq!(headers["vary"], "accept", "{accept:?}");
            let page = match want {
                TEXT => format!("{reason}\n"),
                HTML => format!(
                    "<!doctype html>\n<html lang=\"en\">\n<title>{status} {reason}</title>\n<h1>{status} {reason}</h1>\n</html>\n"
                ),
                _ => format!(r#"{{"title":"{reason}","status":{status}}}"#),
            };
            assert_eq!(text, page, "{accept:?}: {why}");
        }
    }
}

#[test]
fn a_client_that_says_nothing_gets_text() {
    let (headers, ..) = sent(&(|| None::<()>).into_application(), Request::blank("/p"));
    assert_eq!(headers["content-type"], "text/plain; charset=utf-8");
}

#[test]
fn all_lines_of_accept_count() {
    // RFC 9110 §5.3.
    let request = accepting("image/png").with_appended_header("accept", "application/json");
    let (headers, ..) = sent(&(|| None::<()>).into_application(), request);
    assert_eq!(headers["content-type"], "application/json");
}

#[test]
fn with_header_replaces_and_with_appended_header_adds() {
    let all = |error: &Error| {
        let lines = error.headers().get_all("www-authenticate").iter();
        lines
            .map(|line| line.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mut error = Error::unauthorized("Basic").with_appended_header("www-authenticate", "Bearer");
    assert_eq!(all(&error), ["Basic", "Bearer"]);
    error.append_header("www-authenticate", "Digest").unwrap();
    assert_eq!(all(&error), ["Basic", "Bearer", "Digest"]);
    error.set_header("www-authenticate", "Bearer").unwrap();
    assert_eq!(all(&error), ["Bearer"]);
    assert!(error.append_header("connection", "close").is_err());
    assert_eq!(error.status(), 401, "the error does not change");
    let error = error.with_header("www-authenticate", "Negotiate");
    assert_eq!(all(&error), ["Negotiate"]);
    let fault = error.with_appended_header("bad name", "x");
    assert_eq!(fault.status(), 500);
}

#[test]
fn nothing_of_a_cause_is_shown_and_all_of_it_is_logged() {
    #[derive(Debug)]
    struct Outer(std::io::Error);
    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("reading /etc/secret")
        }
    }
    impl StdError for Outer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.0)
        }
    }
    fn io() -> Result<()> {
        std::fs::File::open("/nowhere/secret")?;
        Ok(())
    }
    fn nested() -> Result<(), Outer> {
        Err(Outer(std::io::Error::other("disk")))
    }
    #[rustfmt::skip]
    let cases = [
        (BoxApplication::new(io.into_application()),                               500, "No such file",                "an io::Error by `?`"),
        (BoxApplication::new(nested.into_application()),                           500, "reading /etc/secret: disk",   "the whole chain"),
        (BoxApplication::new((|| Err::<(), _>("secret")).into_application()),      500, "secret",                      "text"),
        (BoxApplication::new((|| Err::<(), _>(Error::bad_gateway().with_source("secret"))).into_application()), 502, "502 Bad Gateway: secret", "an error of this crate"),
        (BoxApplication::new((|| Err::<(), _>(Error::bad_request().with_source("secret"))).into_application()), 400, "", "the cause of a client error is not logged"),
        (BoxApplication::new((|| Response::json(&std::collections::HashMap::from([((1, 2), 3)]))).into_application()), 500, "key must be a string", "invalid JSON"),
    ];
    for (application, status, want, why) in cases {
        for accept in ["", "text/html", "application/json"] {
            let (headers, got, text, log) = sent(&application, accepting(accept));
            assert_eq!(got, status, "{why}");
            for hidden in ["secret", "nowhere", "disk", "No such", "key must"] {
                assert!(
                    !text.contains(hidden) && !format!("{headers:?}").contains(hidden),
                    "{why}: {text}"
                );
            }
            assert!(log.contains(want), "{why}: {log}");
            assert_eq!(
                log.starts_with("GET /p: "),
                status >= 500,
                "{why}: where it happened: {log}"
            );
        }
    }
}

#[test]
fn headers_that_belong_to_a_status_are_kept() {
    #[rustfmt::skip]
    let cases: [(fn() -> Error, u16, &str, &str); 6] = [
        (|| Error::unauthorized(HeaderValue::from_static("Basic realm=\"x\"")), 401, "www-authenticate", "Basic realm=\"x\""),
        (|| Error::method_not_allowed(&[Method::GET, Method::HEAD]),            405, "allow",            "GET, HEAD"),
        (|| Error::method_not_allowed([""; 0]),                                    405, "allow",            ""),
        (|| Error::range_not_satisfiable(7),                                    416, "content-range",    "bytes */7"),
        (|| Error::too_many_requests(30),                                       429, "retry-after",      "30"),
        (|| Error::service_unavailable(1),                                      503, "retry-after",      "1"),
    ];
    for (make, status, name, want) in cases {
        let app = (move || Err::<(), _>(make())).into_application();
        for accept in [
            "",
            "text/html",
            "application/json",
            "application/problem+json",
        ] {
            let (headers, got, ..) = sent(&app, accepting(accept));
            assert_eq!(
                (got, headers.get(name)),
                (status, Some(&HeaderValue::from_static(want))),
                "{accept:?}"
            );
        }
    }
}

#[test]
fn an_error_may_vary_by_more_than_accept() {
    let vary =
        || Error::forbidden().with_header(http::header::VARY, HeaderValue::from_static("cookie"));
    let (headers, ..) = sent(
        &(move || Err::<(), _>(vary())).into_application(),
        accepting(""),
    );
    let all: Vec<_> = headers.get_all("vary").iter().collect();
    assert_eq!(all.len(), 2, "{all:?}");
}

#[test]
fn an_upgrade_required_says_to_what() {
    // RFC 9110 §15.5.22: "The server MUST send an Upgrade header field in a 426 response".
    let upgrade = || Error::upgrade_required(HeaderValue::from_static("h2c"));
    let (_, status, ..) = sent(
        &(move || Err::<(), _>(upgrade())).into_application(),
        accepting(""),
    );
    assert_eq!(status, 426);
}

#[test]
fn an_error_of_no_known_status_is_a_500_reported_once() {
    let app = (|| Err::<(), _>(Error::new(999, "x"))).into_application();
    let (headers, status, _, log) = sent(&app, accepting("application/json"));
    assert_eq!((status, log.lines().count()), (500, 1), "{log}");
    assert_eq!(headers["content-type"], "application/json");
}

#[test]
fn passwords_are_neither_shown_nor_logged() {
    type Passwords = std::collections::HashMap<String, u32>;
    let pairs = [("old_Password", "hunter2")];
    let form = Request::blank("/").with_form(&pairs);
    let query = Request::blank("/").with_query(&pairs);
    let json = Request::blank("/").with_json(&rustzeug::MultiDict::from(pairs));
    let errors = [
        (form.form_as::<Passwords>().wait().unwrap_err(), "form"),
        (query.query_as::<Passwords>().unwrap_err(), "query"),
        (
            query.query().get_as::<u32>("old_Password").unwrap_err(),
            "one of a query",
        ),
        (json.json::<Passwords>().wait().unwrap_err(), "JSON"),
    ];
    for (error, why) in errors {
        let fields = error.field_errors();
        assert_eq!(fields[0].name(), "old_Password", "{why}");
        let page = |format| render::page(&error, format).read_text().wait().unwrap();
        let pages = [Format::Html, Format::Problem, Format::Text]
            .map(page)
            .concat();
        let told = format!("{error} {error:?} {fields:?} {pages}");
        assert!(!told.contains("hunter2"), "{why}: {told}");
    }
    assert!(!format!("{:?}", query.query()).contains("hunter2"));
}

#[test]
fn a_message_is_escaped_as_its_form_demands() {
    let message = "<b a='1' b=\"2\">&\\\n\u{1}\u{2028}é";
    #[rustfmt::skip]
    let cases = [
        ("text/plain",               format!("{message}\n")),
        ("text/html",                "<!doctype html>\n<html lang=\"en\">\n<title>400 Bad Request</title>\n<h1>400 Bad Request</h1>\n<p>&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;\\\n\u{1}\u{2028}é</p>\n</html>\n".to_owned()),
        ("application/json",         serde_json::json!({"title": "Bad Request", "status": 400, "detail": message}).to_string()),
        ("application/problem+json", serde_json::json!({"title": "Bad Request", "status": 400, "detail": message}).to_string()),
    ];
    let app = (move || Err::<(), _>(Error::bad_request().with_message(message))).into_application();
    for (accept, want) in cases {
        let (_, status, text, _) = sent(&app, accepting(accept));
        assert_eq!(status, 400);
        if accept.ends_with("json") {
            let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            assert_eq!(read(&text), read(&want), "{accept}");
        } else {
            assert_eq!(text, want, "{accept}");
        }
    }
}

#[test]
fn a_problem_may_name_a_registered_reason_only() {
    let app = (|| Err::<(), _>(Error::new(499, ""))).into_application();
    let (_, status, text, _) = sent(&app, accepting("application/json"));
    assert_eq!(
        (status, &*text),
        (499, r#"{"title":"Unknown Error","status":499}"#)
    );
}

#[test]
fn a_page_in_a_fixed_form_varies_by_nothing() {
    let fixed = render_errors(
        || Err::<(), _>(Error::gone()),
        |error, _| Some(render::page(error, Format::Json)),
    );
    let usual = (|| Err::<(), _>(Error::gone())).into_application();
    for accept in ["application/json", "text/html", "*/*"] {
        let ask = || Request::blank("/").with_header("accept", accept);
        let response = ask().send(&fixed).wait().unwrap();
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.headers().get("vary"), None, "{accept}");
        let response = ask().send(&usual).wait().unwrap();
        assert_eq!(response.headers()["vary"], "accept", "{accept}");
    }
}
