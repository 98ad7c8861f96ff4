//! The edge: requests that are refused before any application sees them, whatever the server is.

use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::StartResponse;
use rustzeug::gateway::call;
use rustzeug::http;
use rustzeug::http::Version;

use super::Lines;
use super::Raw;
use super::Says;
use super::drain;
use crate::common::Log;
use crate::common::block_on;
use crate::common::serve;

/// The response of a server to a request that it has parsed.
fn send(request: http::request::Builder) -> http::Response<Body> {
    let app =
        Raw(|_, start_response: StartResponse| Ok(start_response.start(200, ())?.body("called")));
    let environ = Environ::new(request.body(Body::empty()).unwrap(), ServerInfo::default());
    block_on(call(&app, environ))
}

struct Case {
    version: Version,
    line: &'static str,
    headers: Lines,
    status: u16,
    why: &'static str,
}

const V10: Version = Version::HTTP_10;
const V11: Version = Version::HTTP_11;
const V2: Version = Version::HTTP_2;

#[test]
#[rustfmt::skip]
fn refuses_what_leaves_in_doubt_where_a_request_goes_or_ends() {
    let cases = [
        Case { version: V11, line: "GET /",            headers: &[],                                 status: 200, why: "as it should be" },
        Case { version: V11, line: "GET http://b/",    headers: &[],                                 status: 200, why: "a URL" },
        Case { version: V11, line: "GET b:80",         headers: &[],                                 status: 400, why: "RFC 9112 §3.2.3: for CONNECT only" },
        Case { version: V11, line: "GET get",          headers: &[],                                 status: 400, why: "read as an authority" },
        Case { version: V11, line: "GET *",            headers: &[],                                 status: 400, why: "§3.2.4: for OPTIONS only" },
        Case { version: V11, line: "OPTIONS *",        headers: &[],                                 status: 204, why: "RFC 9110 §9.3.7: about the server" },
        Case { version: V11, line: "OPTIONS *",        headers: &[("host", "a/b")],                  status: 400, why: "the `Host` is checked here too" },
        Case { version: V11, line: "CONNECT b:80",     headers: &[],                                 status: 501, why: "no tunnels" },
        Case { version: V11, line: "GET https://b/",   headers: &[],                                 status: 421, why: "RFC 9110 §7.4" },
        Case { version: V11, line: "POST /",           headers: &[("transfer-encoding", "chunked")], status: 200, why: "as it should be" },
        Case { version: V11, line: "POST /",           headers: &[("transfer-encoding", "CHUNKED")], status: 200, why: "in any case" },
        Case { version: V11, line: "POST /",           headers: &[("transfer-encoding", "chunked"), ("content-length", "3")], status: 200, why: "a front server that knows the length sends both" },
        Case { version: V11, line: "POST /",           headers: &[("transfer-encoding", "gzip, chunked")], status: 400, why: "a list" },
        Case { version: V11, line: "POST /",           headers: &[("transfer-encoding", "xchunked")], status: 400, why: "CVE-2024-1135" },
        Case { version: V11, line: "POST /",           headers: &[("transfer-encoding", "chunked "),], status: 400, why: "the parser must remove blanks" },
        Case { version: V11, line: "POST /",           headers: &[("transfer-encoding", "")],        status: 400, why: "nothing" },
        Case { version: V11, line: "POST /",           headers: &[("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")], status: 400, why: "RUSTSEC-2021-0020" },
        Case { version: V10, line: "POST /",           headers: &[("transfer-encoding", "chunked")], status: 400, why: "RUSTSEC-2026-0034" },
        Case { version: V2,  line: "POST /",           headers: &[("transfer-encoding", "chunked")], status: 400, why: "RFC 9113 §8.2.2" },
        Case { version: V11, line: "POST /",           headers: &[("expect", "100-Continue")],       status: 200, why: "RFC 9110 §10.1.1: in any case" },
        Case { version: V11, line: "POST /",           headers: &[("expect", "")],                   status: 200, why: "RFC 9110 §5.6.1.2: an empty list" },
        Case { version: V11, line: "POST /",           headers: &[("expect", ", ,\t")],              status: 200, why: "empty elements" },
        Case { version: V11, line: "POST /",           headers: &[("expect", " ,100-continue,, 100-continue,")], status: 200, why: "among others" },
        Case { version: V11, line: "POST /",           headers: &[("expect", "100-continue=1")],     status: 417, why: "with a value it is another expectation" },
        Case { version: V11, line: "POST /",           headers: &[("expect", "100-continue"), ("expect", "x")], status: 417, why: "one of two" },
        Case { version: V11, line: "GET /",            headers: &[("expect", "x")],                  status: 417, why: "whatever the method" },
    ];
    for Case { version, line, headers, status, why } in cases {
        let row = format!("{version:?} {line} {headers:?}: {why}");
        let (method, uri) = line.split_once(' ').unwrap();
        let mut request = http::Request::builder().method(method).uri(uri).version(version);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = send(request);
        assert_eq!(response.status(), status, "{row}");
        assert!(!response.headers().contains_key("connection"), "{row}: only the server sets it");
        assert_eq!(drain(response.into_body()).0 == "called", status == 200, "{row}");
    }
}

#[test]
fn strangers_do_not_fill_the_log() {
    let log = Log::default();
    let request = http::Request::connect("b:443").body(Body::empty()).unwrap();
    let app = Raw(|_, _| panic!("called"));
    let environ = Environ::new(request, log.server());
    assert_eq!(block_on(call(&app, environ)).status(), 501);
    assert_eq!(log.text(), "", "a 5xx, but no fault of the server");
}

#[test]
fn an_error_of_the_application_closes_nothing() {
    let app = Raw(|_, _| Err(rustzeug::Error::bad_request()));
    let response = serve(&app, rustzeug::Request::blank("/"));
    assert_eq!(response.status(), 400);
    assert!(!response.headers().contains_key("connection"));
}

#[test]
#[rustfmt::skip]
fn a_date_is_said_once_or_by_the_server() {
    let cases: [(Lines, &[&str], &str); 4] = [
        (&[],                            &[],    "the line of the server"),
        (&[("date", "x")],               &["x"], "the line of the application"),
        (&[("date", "x"), ("date", "x")], &[],   "two values are invalid"),
        (&[("date", "x"), ("date", "y")], &[],   "two values are invalid"),
    ];
    for (headers, want, why) in cases {
        let log = Log::default();
        let app = Says { status: 200, headers, body: Body::empty };
        let response = serve(&app, rustzeug::Request::blank("/").with_server(log.server()));
        let dates: Vec<_> = response.headers().get_all("date").iter().collect();
        assert_eq!(dates, want, "{headers:?}: {why}");
        assert_eq!(log.text().contains("Date twice"), headers.len() == 2, "{headers:?}: {why}");
    }
}
