//! Every example of the project, through each protocol: it answers as it does in process.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use rustzeug::cgi::Cgi;
use rustzeug::gateway::{Application, BoxApplication, ErrorStream, Lint};
use rustzeug::signed::Keys;
use rustzeug::testing::{Client, TestResponse};
use rustzeug::{Request, Result};

use super::speak::{Answer, Host, PROTOCOLS, of_request};
use crate::common::Log;
use crate::compression::example::compression;
use crate::cookies::examples::{cookie_counter, signed_cookies};
use crate::dispatcher::example as dispatcher;
use crate::examples::{platform, testing, time_raw, time_webob_style, time_werkzeug_style};
use crate::examples_conditional::{caching, conditional, ranges};
use crate::examples_data::{form, json_api, negotiate, query, raw_modules, upload};
use crate::examples_files::{download, gallery, static_files};
use crate::examples_routing::{hosts, microframework, mounts, rest_api, routing};
use crate::folder::Folder;
use crate::proxy_fix::behind_proxy;
use crate::{cgi, own_server};

/// An example, and requests to it.
pub(super) struct Example {
    pub(super) name: &'static str,
    pub(super) app: BoxApplication,
    pub(super) requests: Vec<Request>,
    /// Whether its answers are the same each time.
    pub(super) steady: bool,
}

fn example(name: &'static str, app: impl Application, requests: Vec<Request>) -> Example {
    let app = BoxApplication::new(app);
    Example {
        name,
        app,
        requests,
        steady: true,
    }
}

fn varying(name: &'static str, app: impl Application, requests: Vec<Request>) -> Example {
    Example {
        steady: false,
        ..example(name, app, requests)
    }
}

fn get(target: &str) -> Request {
    Request::blank(target).with_header("host", "localhost")
}

fn post(target: &str, content_type: &str, body: &'static str) -> Request {
    let request = get(target).with_method("POST").with_body(body);
    request
        .with_header("content-type", content_type)
        .with_header("content-length", &body.len().to_string())
}

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=b";
const FILE: &str = "--b\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n";

#[rustfmt::skip]
pub(super) fn all(folder: &Folder) -> Result<Vec<Example>> {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src");
    download::make(&folder.at("file"))?;
    let times = || vec![get("/"), get("/x"), post("/", FORM, "a=b")];
    let keys = Keys::generate()?;
    Ok(vec![
        varying("behind_proxy",    behind_proxy::app(),     vec![get("/")]),
        example("caching",         caching::app(),          vec![get("/news"), get("/hello").with_header("accept-language", "de"), get("/account")]),
        example("cgi",             cgi::example::app(),     vec![get("/"), get("/x?y")]),
        example("compression",     compression::app(),      vec![get("/").with_header("accept-encoding", "gzip"), get("/secret"), post("/length", "text/plain", "hello")]),
        example("conditional",     conditional::app(),      vec![get("/"), get("/nothing")]),
        varying("cookie_counter",  cookie_counter::app(),   vec![get("/"), get("/").with_header("cookie", "visits=3")]),
        example("dispatcher",      dispatcher::app(),       vec![get("/"), get("/wiki/Home"), get("/none")]),
        example("download",        download::app(folder.at("file")), vec![get("/"), get("/file").with_header("range", "bytes=5-9")]),
        example("form",            form::app(),             vec![get("/"), post("/", FORM, "name=Ada"), post("/", "text/plain", "x")]),
        example("gallery",         gallery::app(&folder.at("gallery"))?, vec![get("/"), get("/images/none.png")]),
        example("hosts",           hosts::app(),            vec![get("/"), get("/").with_header("host", "api.localhost"), get("/").with_header("host", "ada.localhost")]),
        example("json_api",        json_api::app(),         vec![get("/"), post("/", "application/json", "{\"x\": 1}")]),
        example("microframework",  microframework::app()?,  vec![get("/"), get("/hello/Ada")]),
        example("mounts",          mounts::app(),           vec![get("/"), get("/wiki/Front"), get("/ada/blog/7"), get("/admin/"), get("/admin/").with_header("x-admin", "yes")]),
        example("negotiate",       negotiate::app(),        vec![get("/"), get("/").with_header("accept", "application/json"), get("/").with_header("accept", "text/html")]),
        example("own_server",      own_server::example::app(), vec![get("/"), post("/", "text/plain", "four")]),
        varying("platform",        platform::app(),         vec![get("/")]),
        example("query",           query::app(),            vec![get("/"), get("/?page=2&q=a+b"), get("/?page=x")]),
        example("ranges",          ranges::app(),           vec![get("/"), get("/").with_header("range", "bytes=0-4")]),
        varying("raw_modules",     raw_modules::app(),      vec![get("/"), get("/hello/Ada?a=b")]),
        example("rest_api",        rest_api::app(),         vec![get("/notes"), get("/notes/9"), post("/notes", "application/json", "{")]),
        example("routing",         routing::app(),          vec![get("/"), get("/hello/caf%C3%A9"), get("/none")]),
        varying("signed_cookies",  signed_cookies::app(keys), vec![get("/"), post("/", "text/plain", "Ada")]),
        example("static_files",    static_files::app(docs)?, vec![get("/"), get("/docs/tour.md").with_header("range", "bytes=0-9"), get("/docs/"), get("/docs"), get("/docs/nothing.md")]),
        example("testing",         testing::app(),          vec![get("/"), get("/login")]),
        varying("time_raw",        time_raw::app(),         times()),
        varying("time_webob_style", time_webob_style::app(), times()),
        varying("time_werkzeug_style", time_werkzeug_style::app(), times()),
        example("upload",          upload::app(),           vec![get("/"), post("/", MULTIPART, FILE)]),
    ])
}

#[test]
fn every_example_answers_as_it_does_in_process() -> Result<()> {
    let folder = Folder::new();
    for example in all(&folder)? {
        let client = Client::new(example.app.clone());
        for protocol in PROTOCOLS {
            let host = Host::new(protocol, example.app.clone());
            for request in &example.requests {
                let want = client.another().send(request.copy()?).wait()?;
                let (variables, body) = of_request(request.copy()?);
                let got = host.ask(&variables, &body);
                let what = format!("{} by {protocol}: {request:?}", example.name);
                expect_same(&got, &want, example.steady, &what);
            }
        }
    }
    Ok(())
}

/// A CGI program is a process for each request, but only its `main` differs from this: `.ci/cgi` has one.
#[test]
fn every_example_answers_by_cgi_as_it_does_in_process() -> Result<()> {
    let folder = Folder::new();
    for example in all(&folder)? {
        let client = Client::new(example.app.clone());
        for request in &example.requests {
            let want = client.another().send(request.copy()?).wait()?;
            let (variables, body) = of_request(request.copy()?);
            let errors = Log::default();
            let cgi = Cgi::new().with_errors(ErrorStream::new(errors.clone()));
            let (app, variables) = (Lint::new(example.app.clone()), variables.into_iter());
            let mut output = Vec::new();
            let outcome = cgi.answer(app, variables.collect(), Cursor::new(body), &mut output);
            let what = format!("{} by CGI: {request:?}", example.name);
            let got = Answer::of(&output, outcome.is_ok()).expect(&what);
            expect_same(&got, &want, example.steady, &what);
            assert!(
                !errors.text().contains("lint: the"),
                "{what}: {}",
                errors.text()
            );
        }
    }
    Ok(())
}

fn expect_same(got: &Answer, want: &TestResponse, is_steady: bool, what: &str) {
    assert_eq!(got.status, want.status().as_u16(), "{what}: {got:?}");
    assert!(got.whole, "{what}: {got:?}");
    for name in [
        "content-type",
        "etag",
        "vary",
        "cache-control",
        "content-range",
        "content-encoding",
    ] {
        let wanted = want.headers().get(name);
        let wanted = wanted.map(|value| value.to_str().unwrap());
        assert_eq!(got.header(name), wanted, "{what}: {name}");
    }
    if is_steady {
        assert!(got.body[..] == want.bytes()[..], "{what}: {got:?}: {want}");
    }
}

#[test]
fn no_example_is_left_out() -> Result<()> {
    let folder = Folder::new();
    let here: BTreeSet<_> = all(&folder)?
        .iter()
        .map(|example| example.name.to_owned())
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = fs::read_dir(root)?.map(|file| file.unwrap().path());
    let mut there: BTreeSet<_> = files
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    // The first has no application, the second an endless answer: `.ci/gateways` has it.
    for other in ["generate_key", "events"] {
        assert!(there.remove(other), "{other}");
    }
    assert_eq!(here, there);
    Ok(())
}
