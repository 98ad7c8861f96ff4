//! The rules of PEP 3333 (`G1` to `G37`) that the types cannot enforce, checked by the edge and by `Lint`.

use std::io::Write;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Lint;
use rustzeug::gateway::StartResponse;
use rustzeug::http;
use rustzeug::http::HeaderName;
use rustzeug::http::HeaderValue;

use super::Feed;
use super::Lines;
use super::Raw;
use super::Says;
use super::drain;
use crate::common::Log;
use crate::common::serve;

/// The objection of `Lint` to an application and a request, with head and body; `None` if there is none.
pub(super) fn lint(app: impl Application, request: Request) -> Option<String> {
    let app = Lint::new(app);
    match request
        .with_server(Log::default().server())
        .send(&app)
        .wait()
    {
        Ok(response) => drain(response.into_body()).1,
        Err(error) => Some(format!("{error:?}")),
    }
}

/// The objection of `Lint` to an application with this reply.
pub(super) fn lint_reply(status: u16, headers: Lines, body: fn() -> Body) -> Option<String> {
    let app = Says {
        status,
        headers,
        body,
    };
    lint(app, Request::blank("/"))
}

fn conforming() -> impl Application {
    Raw(|_, start_response: StartResponse| {
        let headers = [("content-type", "text/plain"), ("etag", "W/\"1\"")];
        Ok(start_response.start(200, headers)?.body("four"))
    })
}

fn at(target: http::Uri, method: &str) -> Request {
    let request = http::Request::builder().uri(target).method(method);
    Request::from(request.body(Body::empty()).unwrap())
}

#[test]
fn g05_a_path_begins_with_a_slash() {
    let uri = http::Uri::from_static;
    #[rustfmt::skip]
    let cases = [
        (uri("/p"),              "GET",     true,  "a path"),
        (uri("http://a.org/p"),  "GET",     true,  "absolute form"),
        (uri("*"),               "OPTIONS", true,  "the server as a whole"),
        (uri("*"),               "GET",     false, "RFC 9112 §3.2.4: for OPTIONS alone"),
        (uri("a.org:443"),       "CONNECT", true,  "authority form"),
        (uri("a.org:443"),       "GET",     false, "RFC 9112 §3.2.3: for CONNECT alone"),
    ];
    for (target, method, fits, why) in cases {
        let said = lint(conforming(), at(target.clone(), method));
        assert_eq!(said.is_none(), fits, "{method} {target}: {why}: {said:?}");
        assert!(said.is_none_or(|said| said.contains("server broke a rule: G5")));
    }
}

#[test]
fn g10_the_input_is_as_long_as_declared() {
    let echo = || {
        Raw(|environ: Environ, start_response: StartResponse| {
            let headers = [("content-type", "text/plain")];
            Ok(start_response
                .start(200, headers)?
                .body(environ.take_body()))
        })
    };
    let four = || Feed::whole(&["fo", "ur"]).body();
    #[rustfmt::skip]
    let cases: [(&[&str], Body, bool, &str); 9] = [
        (&[],         "four".into(), true,  "nothing declared"),
        (&["4"],      "four".into(), true,  "true"),
        (&["3"],      "four".into(), false, "known to be longer"),
        (&["5"],      "four".into(), false, "known to be shorter"),
        (&["4"],      four(),        true,  "true in the end"),
        (&["3"],      four(),        false, "longer in the end"),
        (&["5"],      four(),        false, "shorter in the end"),
        (&["4", "4"], "four".into(), false, "two lines"),
        (&["+4"],     "four".into(), false, "no number"),
    ];
    for (lines, body, fits, why) in cases {
        let request = lines
            .iter()
            .fold(Request::blank("/").with_body(body), |request, line| {
                request.with_appended_header("content-length", *line)
            });
        let said = lint(echo(), request);
        assert_eq!(said.is_none(), fits, "{lines:?}: {why}: {said:?}");
    }
}

#[test]
fn g11_the_error_stream_takes_any_text() {
    let log = Log::default();
    let request = Request::blank("/").with_server(log.server());
    let mut errors = request.environ().errors();
    writeln!(errors, "Größe\0").unwrap();
    errors.write_all("zwei\n".as_bytes()).unwrap();
    errors.flush().unwrap();
    assert_eq!(log.text(), "Größe\0\nzwei\n");
}

#[test]
fn g18_a_status_is_a_final_one() {
    for status in [100, 101, 199, 600, 999] {
        let said = lint_reply(status, &[], Body::empty).unwrap();
        assert!(
            said.contains(&format!("G18: the status {status}")),
            "{said}"
        );
        assert!(StartResponse::new().start(status, ()).is_err(), "{status}");
    }
    for status in [200, 404, 599] {
        assert_eq!(lint_reply(status, &[], Body::empty), None, "{status}");
    }
}

#[test]
fn g19_names_are_tokens_and_values_have_no_controls() {
    for name in ["", "a b", "a:", "a\r\nb", "a\0", "ä", "a(b)"] {
        assert!(HeaderName::try_from(name).is_err(), "{name:?}");
        assert!(
            StartResponse::new().start(200, [(name, "x")]).is_err(),
            "{name:?}"
        );
        assert_eq!(
            Response::empty(200).with_header(name, "x").status(),
            500,
            "{name:?}"
        );
    }
    for value in [
        "a\r\nset-cookie: b",
        "a\nb",
        "a\rb",
        "a\0",
        "\u{1b}[31m",
        "\u{7f}",
        "a\tb",
    ] {
        let started = StartResponse::new().start(200, [("x-a", value)]);
        let told = format!("{:?}", started.unwrap_err());
        assert!(told.contains("x-a") && !told.contains(value), "{told}");
        let kept = HeaderValue::try_from(value).is_ok();
        assert_eq!(kept, value == "a\tb", "RFC 9110 allows a tab: {value:?}");
    }
    let said = lint_reply(200, &[("x-a", "a\tb")], Body::empty).unwrap();
    assert!(said.contains("G19") && said.contains("x-a"), "{said}");
    assert_eq!(lint_reply(200, &[("x-a", "a b")], Body::empty), None);
}

#[test]
fn g20_hop_by_hop_headers_are_the_servers() {
    let names = [
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    for name in names {
        for spelled in [name.to_owned(), name.to_uppercase()] {
            let started = StartResponse::new().start(200, [(spelled.as_str(), "x")]);
            let told = format!("{:?}", started.unwrap_err());
            assert!(told.contains(name), "{told}");
        }
        let app = Raw(move |_, start_response: StartResponse| {
            let mut reply = start_response.start(200, ())?.body(());
            reply
                .headers_mut()
                .insert(name, HeaderValue::from_static("x"));
            Ok(reply)
        });
        assert!(
            !serve(&app, Request::blank("/"))
                .headers()
                .contains_key(name),
            "{name}"
        );
        let said = lint(app, Request::blank("/")).unwrap();
        assert!(
            said.contains(&format!("G20: the header `{name}`")),
            "{said}"
        );
    }
    assert!(
        StartResponse::new()
            .start(200, [("proxy-authenticate", "Basic")])
            .is_ok()
    );
}
