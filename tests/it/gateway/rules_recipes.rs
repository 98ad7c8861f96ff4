//! The rules of PEP 3333 for files, writers, blocking middleware and the URL of the request, and the further checks of
//! `Lint`.

use std::fs::File;
use std::io::Read;
use std::io::Write;
use std::sync::Arc;

use rustzeug::Request;
use rustzeug::gateway::Body;
use rustzeug::gateway::Lint;
use rustzeug::gateway::Reply;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::StartResponse;

use super::Feed;
use super::Flag;
use super::Lines;
use super::Raw;
use super::Says;
use super::drain;
use super::lengths;
use crate::common::Log;
use crate::common::serve;

fn plain(body: Body) -> rustzeug::Result<Reply> {
    let headers = [("content-type", "text/plain")];
    Ok(StartResponse::new().start(200, headers)?.body(body))
}

#[test]
fn g28_a_file_is_sent_from_where_it_stands() {
    let app = Raw(|_, _| {
        let mut file = File::open("Cargo.toml")?;
        file.read_exact(&mut [0; 5])?;
        plain(Body::file(file)?)
    });
    let want = &std::fs::read_to_string("Cargo.toml").unwrap()[5..];
    let response = serve(&Lint::new(app), Request::blank("/"));
    assert_eq!(lengths(&response, "GET"), [want.len().to_string()]);
    assert_eq!(drain(response.into_body()), (want.to_owned(), None));
    let middleware = Raw(|_, _| {
        let reply = plain(Body::file(File::open("Cargo.toml")?)?)?;
        Ok(reply.map_body(|_| Body::from("replaced")))
    });
    let response = serve(&middleware, Request::blank("/"));
    assert_eq!(
        drain(response.into_body()).0,
        "replaced",
        "middleware may replace it"
    );
}

#[test]
fn g29_what_is_written_is_the_body() {
    let app = Raw(|_, _| {
        plain(Body::writer(|out| {
            for line in 1..=3 {
                writeln!(out, "line {line}")?;
            }
            Ok(())
        }))
    });
    let response = serve(&Lint::new(app), Request::blank("/"));
    assert_eq!(
        drain(response.into_body()),
        ("line 1\nline 2\nline 3\n".into(), None)
    );
}

#[test]
fn g30_middleware_waits_for_no_second_chunk() {
    let feed = Feed::default();
    let given = feed.clone();
    let app = Raw(move |_, _| {
        let reply = plain(given.body())?;
        Ok(reply.map_body(Body::new))
    });
    let mut body = serve(&Lint::new(app), Request::blank("/")).into_body();
    let flag = Arc::<Flag>::default();
    for chunk in ["one", "two"] {
        assert!(flag.poll(&mut body.chunk()).is_pending());
        feed.push(chunk);
        assert!(flag.woken(), "the server is woken by each chunk");
        assert!(
            flag.poll(&mut body.chunk()).is_ready(),
            "the server gets a chunk before the next"
        );
    }
}

#[test]
fn g34_extensions_belong_to_the_request() {
    #[derive(Clone, Debug, PartialEq)]
    struct User(&'static str);
    let app = Raw(|environ: rustzeug::gateway::Environ, _| {
        let user = environ
            .extensions()
            .get::<User>()
            .map_or("nobody", |user| user.0);
        plain(Body::from(user))
    });
    let request = Request::blank("/").with_extension(User("ada"));
    assert_eq!(drain(serve(&app, request).into_body()).0, "ada");
    assert_eq!(
        drain(serve(&app, Request::blank("/")).into_body()).0,
        "nobody"
    );
}

#[test]
fn g37_the_url_is_reconstructed() {
    let http = || ServerInfo::new("server.example", 80);
    let https = || ServerInfo::new("server.example", 443).with_scheme("https");
    let odd = || ServerInfo::new("server.example", 8000);
    #[rustfmt::skip]
    let cases = [
        (http(),  "",                 "",    "/",          "http://server.example/",             "the server's name"),
        (https(), "",                 "",    "/",          "https://server.example/",            "the scheme's port is left out"),
        (odd(),   "",                 "",    "/",          "http://server.example:8000/",        "any other port is kept"),
        (odd(),   "client.example",   "",    "/",          "http://client.example/",             "`Host` has priority, with its port"),
        (http(),  "client.example:80", "",   "/",          "http://client.example/",             "the scheme's port is left out"),
        (https(), "client.example:80", "",   "/",          "https://client.example:80/",         "the default port depends on the scheme"),
        (http(),  "[::1]:8000",       "",    "/",          "http://[::1]:8000/",                 "IPv6 keeps its brackets"),
        (http(),  "evil.example/x",   "",    "/",          "http://server.example/",             "an invalid host is ignored"),
        (http(),  "",                 "",    "/a%20b/%2F", "http://server.example/a%20b/%2F",    "raw, not encoded again"),
        (http(),  "",                 "/a",  "/a/b?c=d&e", "http://server.example/a/b?c=d&e",    "mount, path and query"),
        (http(),  "",                 "/a",  "/a",         "http://server.example/a",            "nothing below the mount"),
        (http(),  "",                 "",    "/?",         "http://server.example/?",            "an empty query is kept"),
        (http(),  "",                 "",    "//evil/x",   "http://server.example//evil/x",      "no second authority"),
        (http(),  "",                 "",    "/?a=/../b",  "http://server.example/?a=/../b",     "nothing is normalised"),
    ];
    for (server_info, host, mount, target, want, why) in cases {
        let mut request = Request::blank(target).with_server(server_info);
        if !host.is_empty() {
            request = request.with_appended_header("host", host);
        }
        request.environ_mut().set_raw_script_name(mount).unwrap();
        assert_eq!(request.url(), want, "{why}");
        assert!(
            request.url().starts_with(&request.application_url()),
            "{why}"
        );
    }
}

#[test]
fn g37_the_url_of_a_server_at_an_ipv6_address() {
    let request = Request::blank("/p").with_server(ServerInfo::new("::1", 8000));
    assert_eq!(
        request.url(),
        "http://[::1]:8000/p",
        "a request without Host, HTTP/1.0"
    );
}

#[test]
fn g04_a_blank_request_to_a_url_has_a_server_name_and_a_port() {
    #[rustfmt::skip]
    let cases = [
        ("http://a.example/",       "a.example", "80"),
        ("https://a.example/",      "a.example", "443"),
        ("http://a.example:8000/",  "a.example", "8000"),
    ];
    for (url, name, port) in cases {
        let request = Request::blank(url);
        assert_eq!(request.url(), url);
        let var = |name| request.environ().var(name).unwrap();
        assert_eq!(
            (var("SERVER_NAME").as_ref(), var("SERVER_PORT").as_ref()),
            (name, port),
            "{url}"
        );
    }
}

/// The objection of `Lint` to a reply.
fn said(status: u16, headers: Lines, body: fn() -> Body) -> String {
    let app = Lint::new(Says {
        status,
        headers,
        body,
    });
    let request = Request::blank("/").with_server(Log::default().server());
    request
        .send(&app)
        .wait()
        .map_or_else(|error| format!("{error:?}"), |_| String::new())
}

#[test]
fn lint_knows_what_a_status_is_not_complete_without() {
    type Case = (u16, Lines, fn() -> Body, &'static str);
    let none = Body::empty;
    let text = || Body::from("text");
    #[rustfmt::skip]
    let cases: [Case; 17] = [
        (200, &[],                                    none, ""),
        (200, &[],                                    text, "without Content-Type"),
        (200, &[("content-type", "a/b")],             text, ""),
        (204, &[],                                    text, "a 204 has no body"),
        (304, &[("content-type", "a/b")],             text, "a 304 has no body"),
        (304, &[("content-length", "9")],             none, ""),
        (303, &[],                                    none, "`location`"),
        (303, &[("location", "/")],                   none, ""),
        (401, &[],                                    none, "`www-authenticate`"),
        (401, &[("www-authenticate", "Basic")],       none, ""),
        (405, &[],                                    none, "`allow`"),
        (407, &[],                                    none, "`proxy-authenticate`"),
        (200, &[("status", "200")],                   none, "header"),
        (200, &[("etag", "1")],                       none, "quoted"),
        (200, &[("etag", "w/\"1\"")],                 none, "upper-case"),
        (200, &[("etag", "\"")],                      none, "quoted"),
        (200, &[("etag", "W/\"\"")],                  none, ""),
    ];
    for (status, headers, body, want) in cases {
        let said = said(status, headers, body);
        assert_eq!(
            said.is_empty(),
            want.is_empty(),
            "{status} {headers:?}: {said}"
        );
        assert!(said.contains(want), "{status} {headers:?}: {said}");
    }
}

#[test]
fn lint_remarks_on_a_200_that_says_nothing_about_caching() {
    #[rustfmt::skip]
    let cases: [(&str, u16, Lines, bool); 7] = [
        ("GET",  200, &[],                                true),
        ("HEAD", 200, &[],                                true),
        ("POST", 200, &[],                                false),
        ("GET",  404, &[],                                false),
        ("GET",  200, &[("cache-control", "no-store")],   false),
        ("GET",  200, &[("etag", "\"1\"")],               false),
        ("GET",  200, &[("expires", "0")],                false),
    ];
    for (method, status, headers, remarks) in cases {
        let log = Log::default();
        let app = Lint::new(Says {
            status,
            headers,
            body: Body::empty,
        });
        let request = Request::blank("/")
            .with_method(method)
            .with_server(log.server());
        request.send(&app).wait().unwrap();
        assert_eq!(
            log.text().contains("lint: remark"),
            remarks,
            "{method} {status} {headers:?}"
        );
    }
}
