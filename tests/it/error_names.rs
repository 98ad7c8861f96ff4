//! The errors by name: every status has one, and arguments may be text.

use rustzeug::Error;
use rustzeug::http::HeaderValue;
use rustzeug::http::Method;
use rustzeug::http::StatusCode;

fn named() -> Vec<(u16, Error)> {
    vec![
        (400, Error::bad_request()),
        (401, Error::unauthorized("Basic")),
        (402, Error::payment_required()),
        (403, Error::forbidden()),
        (404, Error::not_found()),
        (405, Error::method_not_allowed(["GET"])),
        (406, Error::not_acceptable()),
        (407, Error::proxy_authentication_required("Basic")),
        (408, Error::request_timeout()),
        (409, Error::conflict()),
        (410, Error::gone()),
        (411, Error::length_required()),
        (412, Error::precondition_failed()),
        (413, Error::content_too_large()),
        (414, Error::uri_too_long()),
        (415, Error::unsupported_media_type()),
        (416, Error::range_not_satisfiable(7)),
        (417, Error::expectation_failed()),
        (418, Error::im_a_teapot()),
        (421, Error::misdirected_request()),
        (422, Error::unprocessable_content()),
        (423, Error::locked()),
        (424, Error::failed_dependency()),
        (425, Error::too_early()),
        (426, Error::upgrade_required("h2c")),
        (428, Error::precondition_required()),
        (429, Error::too_many_requests(1)),
        (431, Error::header_fields_too_large()),
        (451, Error::unavailable_for_legal_reasons()),
        (500, Error::internal()),
        (501, Error::not_implemented()),
        (502, Error::bad_gateway()),
        (503, Error::service_unavailable(1)),
        (504, Error::gateway_timeout()),
        (505, Error::http_version_not_supported()),
        (506, Error::variant_also_negotiates()),
        (507, Error::insufficient_storage()),
        (508, Error::loop_detected()),
        (510, Error::not_extended()),
        (511, Error::network_authentication_required()),
    ]
}

#[test]
fn every_error_status_that_has_a_reason_has_a_constructor() {
    let named = named();
    for (status, error) in &named {
        assert_eq!(error.status(), *status);
        assert_eq!(error.message(), error.reason(), "{status}");
    }
    let known = (400..=599).filter(|status| {
        let status = StatusCode::from_u16(*status).unwrap();
        status.canonical_reason().is_some()
    });
    let named: Vec<_> = named.iter().map(|(status, _)| *status).collect();
    assert_eq!(known.collect::<Vec<_>>(), named);
}

#[test]
fn headers_of_errors_are_text_and_bad_text_is_a_500_that_says_why() {
    let typed = HeaderValue::from_static("Basic realm=\"x\"");
    #[rustfmt::skip]
    let cases = [
        (Error::unauthorized("Basic realm=\"x\""),          401, "www-authenticate",   "Basic realm=\"x\"", "text"),
        (Error::unauthorized(format!("Basic realm=\"{}\"", "x")), 401, "www-authenticate", "Basic realm=\"x\"", "a String"),
        (Error::unauthorized(typed),                        401, "www-authenticate",   "Basic realm=\"x\"", "a header value"),
        (Error::proxy_authentication_required("Basic"),     407, "proxy-authenticate", "Basic",             "the same of a proxy"),
        (Error::upgrade_required("h2c, websocket"),         426, "upgrade",            "h2c, websocket",    "protocols"),
        (Error::method_not_allowed(["GET", "PUT"]),         405, "allow",              "GET, PUT",          "names of methods"),
        (Error::method_not_allowed(vec![Method::GET]),      405, "allow",              "GET",               "methods"),
        (Error::method_not_allowed(["REPORT"]),             405, "allow",              "REPORT",            "a method of another protocol"),
        (Error::gone().with_header("x-since", "2026"),      410, "x-since",            "2026",              "any header"),
    ];
    for (error, status, name, want, why) in cases {
        assert_eq!(error.status(), status, "{why}");
        assert_eq!(error.headers()[name], want, "{why}");
    }
    #[rustfmt::skip]
    let faults = [
        (Error::unauthorized("Basic\r\nset-cookie: a=b"),       "`www-authenticate`", "a line break"),
        (Error::proxy_authentication_required("a\0"),           "`proxy-authenticate`", "NUL"),
        (Error::upgrade_required("h2c\n"),                      "`upgrade`",          "a bare LF"),
        (Error::method_not_allowed(["GET", "P\r\nUT"]),         "`P\\r\\nUT` is not a method", "a line break in a method"),
        (Error::method_not_allowed(["GET, HEAD"]),              "`GET, HEAD` is not a method", "two in one"),
        (Error::method_not_allowed([""]),                       "`` is not a method", "nothing"),
        (Error::gone().with_header("x-since", "a\tb"),          "`x-since`",          "a tab, which PEP 3333 refuses"),
        (Error::gone().with_header("bad name", "x"),            "name of a header",   "a space in the name"),
        (Error::gone().with_header("connection", "close"),      "`connection` belongs to the connection", "the server's own"),
    ];
    for (error, want, why) in faults {
        assert_eq!(error.status(), 500, "{why}");
        assert!(error.headers().is_empty(), "{why}");
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains(want), "{why}: {cause}");
        assert_eq!(error.message(), "Internal Server Error", "{why}: not shown");
    }
}
