//! How WebOb 1.8.11 and Werkzeug 3.1.9 read urlencoded forms, lengths and JSON, recorded by tests/oracle/record.py.
//! This crate reads them the same way, or the row has a reason.

use rustzeug::Request;

use crate::common::Recorded;

const URLENCODED: &str = "application/x-www-form-urlencoded";

/// Method, type and body; the results of WebOb, Werkzeug and this crate; the reason, if one differs.
type FormRow = (
    &'static str,
    Option<&'static str>,
    &'static [u8],
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const FORMS: &[FormRow] = &[
    ("POST",   Some(URLENCODED),                   b"a=1&b=2",         "a=1|b=2",             "a=1|b=2",      "a=1|b=2",            ""),
    ("POST",   Some(URLENCODED),                   b"",                "",                    "",             "",                   ""),
    ("POST",   Some(URLENCODED),                   b"a=1&a=2",         "a=1|a=2",             "a=1|a=2",      "a=1|a=2",            ""),
    ("POST",   Some(URLENCODED),                   b"b=1&a=2&b=3",     "b=1|a=2|b=3",         "b=1|b=3|a=2",  "b=1|a=2|b=3",        "order is kept"),
    ("POST",   Some(URLENCODED),                   b"a",               "a=",                  "a=",           "a=",                 ""),
    ("POST",   Some(URLENCODED),                   b"=1&a=",           "=1|a=",               "=1|a=",        "=1|a=",              ""),
    ("POST",   Some(URLENCODED),                   b"a=1;b=2",         "a=1;b=2",             "a=1;b=2",      "a=1;b=2",            ""),
    ("POST",   Some(URLENCODED),                   b"a+b=c+d%2B",      "a b=c d+",            "a b=c d+",     "a b=c d+",           ""),
    ("POST",   Some(URLENCODED),                   b"a=1\r\n",         "a=1\r\n",             "a=1\r\n",      "a=1\r\n",            ""),
    ("POST",   Some(URLENCODED),                   b"a=one\r\ntwo",    "a=one\r\ntwo",        "a=one\r\ntwo", "a=one\r\ntwo",       ""),
    ("POST",   Some(URLENCODED),                   b"a=%0D%0A",        "a=\r\n",              "a=\r\n",       "a=\r\n",             ""),
    ("POST",   Some(URLENCODED),                   b"a=%zz&b=%",       "a=%zz|b=%",           "a=%zz|b=%",    "a=%zz|b=%",          ""),
    ("POST",   Some(URLENCODED),                   b"a=%ff",           "a=\u{fffd}",          "a=%FF",        "a=\u{fffd}",         "invalid UTF-8 becomes U+FFFD"),
    ("POST",   Some(URLENCODED),                   b"a=\xff",          "a=\u{fffd}",          "",             "a=\u{fffd}",         "the other bytes are kept"),
    ("POST",   Some(URLENCODED),                   b"a=1&b=\xe9&c=3",  "a=1|b=\u{fffd}|c=3",  "",             "a=1|b=\u{fffd}|c=3", "a bad value does not affect the others"),
    ("POST",   Some(URLENCODED),                   b"a=\xc3\xa9",      "a=é",                 "a=é",          "a=é",                ""),
    ("POST",   Some(URLENCODED),                   b"\xef\xbb\xbfa=1", "\u{feff}a=1",         "\u{feff}a=1",  "\u{feff}a=1",        ""),
    ("POST",   Some(URLENCODED),                   b"a=%00b",          "a=\u{0}b",            "a=\u{0}b",     "a=\u{0}b",           ""),
    ("POST",   Some("application/x-www-form-urlencoded; charset=utf-8"), b"a=%C3%A9",        "a=é",                 "a=é",          "a=é",                ""),
    ("POST",   Some("application/x-www-form-urlencoded; charset=latin-1"), b"a=%E9",           "!DeprecationWarning", "a=%E9",        "a=é",                "decoded, with the feature `charsets`"),
    ("POST",   Some("application/x-www-form-urlencoded;"), b"a=1",             "a=1",                 "a=1",          "a=1",                ""),
    ("POST",   Some("application/x-www-form-urlencoded "), b"a=1",             "no form",             "a=1",          "a=1",                "blanks are not part of a type"),
    ("POST",   Some("Application/X-WWW-Form-URLencoded"), b"a=1",             "no form",             "a=1",          "a=1",                "types are case-insensitive"),
    ("POST",   Some("application/x-url-encoded"),  b"a=1",             "no form",             "",             "415",                "another type is not an empty form"),
    ("POST",   None,                               b"a=1",             "a=1",                 "",             "415",                "without a type it is not a form"),
    ("POST",   Some(""),                           b"a=1",             "",                    "",             "415",                "an empty type is ignored"),
    ("POST",   Some("text/plain"),                 b"a=1",             "no form",             "",             "415",                "another type is not an empty form"),
    ("POST",   Some("application/json"),           b"{\"a\": 1}",      "no form",             "",             "415",                "another type is not an empty form"),
    ("PUT",    Some(URLENCODED),                   b"a=1",             "a=1",                 "a=1",          "a=1",                ""),
    ("PATCH",  Some(URLENCODED),                   b"a=1",             "a=1",                 "a=1",          "a=1",                ""),
    ("DELETE", Some(URLENCODED),                   b"a=1",             "a=1",                 "a=1",          "a=1",                ""),
    ("GET",    Some(URLENCODED),                   b"a=1",             "",                    "a=1",          "a=1",                "the type decides, not the method"),
];

fn request(method: &str, content_type: Option<&str>, body: &'static [u8]) -> Request {
    let request = Request::blank("/").with_method(method).with_body(body);
    match content_type {
        Some(content_type) => request.with_header("content-type", content_type),
        None => request,
    }
}

#[test]
fn urlencoded_forms_are_read_as_recorded() {
    let mut recorded = Recorded::default();
    for (method, content_type, body, webob, werkzeug, ours, why) in FORMS {
        let form = request(method, *content_type, body).form().wait();
        let told = match form {
            Ok(form) => {
                let pairs = form.iter().map(|(name, value)| format!("{name}={value}"));
                pairs.collect::<Vec<_>>().join("|")
            }
            Err(error) => error.status().as_u16().to_string(),
        };
        let what = format!("{method} {content_type:?} {}", body.escape_ascii());
        if why.contains("`charsets`") && !cfg!(feature = "charsets") {
            assert_eq!(told, "415", "{what}");
            continue;
        }
        recorded.row(&what, &told, &[webob, werkzeug], [ours, why]);
    }
    recorded.hold();
}

/// `Content-Length`; the results of WebOb, Werkzeug and this crate; the reason, if one differs.
#[rustfmt::skip]
const LENGTHS: &[(&str, &str, &str, &str, &str)] = &[
    ("3",     "3",    "3", "3",     ""),
    ("+3",    "3",    "0", "error", "digits only"),
    ("1_0",   "10",   "0", "error", "digits only"),
    ("-1",    "-1",   "0", "error", "digits only"),
    ("",      "None", "0", "error", "an empty length is ignored"),
    ("03",    "3",    "3", "error", "one way to write a number"),
    ("3, 3",  "None", "0", "error", "one length"),
    (" 3",    "3",    "3", "3",     ""),
    ("0x3",   "None", "0", "error", "digits only"),
    ("three", "None", "0", "error", "digits only"),
];

#[test]
fn lengths_are_read_as_recorded() {
    let mut recorded = Recorded::default();
    for (length, webob, werkzeug, ours, why) in LENGTHS {
        let head = format!("POST / HTTP/1.1\r\nHost: a.org\r\nContent-Length: {length}\r\n\r\na=1");
        let told = match Request::from_bytes(head.as_bytes()) {
            Ok(request) => request.environ().body_length().unwrap().to_string(),
            Err(_) => "error".to_owned(),
        };
        recorded.row(length, &told, &[webob, werkzeug], [ours, why]);
    }
    recorded.hold();
}

/// Type and body; the results of WebOb, Werkzeug and this crate; the reason, if one differs.
type JsonRow = (
    Option<&'static str>,
    &'static [u8],
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const JSON: &[JsonRow] = &[
    (Some("application/json"),           b"{\"a\": 1}",                      "{'a': 1}",            "{'a': 1}",              "{'a': 1}", ""),
    (Some("application/json"),           b"\xef\xbb\xbf{\"a\": 1}",          "!JSONDecodeError",    "{'a': 1}",              "{'a': 1}", "RFC 8259 §8.1: a byte order mark may be ignored"),
    (Some("application/json; charset=latin-1"), b"{\"a\": \"\xe9\"}",               "{'a': 'é'}",          "!BadRequest",           "400",      "RFC 8259 §8.1: JSON is UTF-8"),
    (Some("application/json"),           b"{\"a\": \"\xe9\"}",               "!UnicodeDecodeError", "!BadRequest",           "400",      "all refuse it"),
    (Some("application/problem+json"),   b"{\"a\": 1}",                      "{'a': 1}",            "{'a': 1}",              "{'a': 1}", ""),
    (Some("APPLICATION/JSON"),           b"{\"a\": 1}",                      "{'a': 1}",            "{'a': 1}",              "{'a': 1}", ""),
    (Some("text/plain"),                 b"{\"a\": 1}",                      "{'a': 1}",            "!UnsupportedMediaType", "415",      "the type is asked for"),
    (None,                               b"{\"a\": 1}",                      "{'a': 1}",            "!UnsupportedMediaType", "415",      "the type is asked for"),
    (Some("application/json"),           b"{\"a\": 1, \"a\": 2}",            "{'a': 2}",            "{'a': 2}",              "{'a': 2}", ""),
    (Some("application/json"),           b"{\"a\": NaN}",                    "{'a': nan}",          "{'a': nan}",            "400",      "RFC 8259 §6: NaN is not JSON"),
    (Some("application/json"),           b"{\"a\": 1} x",                    "!JSONDecodeError",    "!BadRequest",           "400",      "all refuse it"),
    (Some("application/json"),           b"",                                "!JSONDecodeError",    "!BadRequest",           "400",      "all refuse it"),
    (Some("application/json"),           b"\xff\xfe{\x00\"\x00a\x00\"\x00:\x00 \x001\x00}\x00", "!UnicodeDecodeError", "{'a': 1}",              "400",      "RFC 8259 §8.1: JSON is UTF-8"),
];

#[test]
fn json_is_read_as_recorded() {
    let mut recorded = Recorded::default();
    for (content_type, body, webob, werkzeug, ours, why) in JSON {
        let request = request("POST", *content_type, body);
        let told = match request.json::<serde_json::Value>().wait() {
            // In the notation of Python.
            Ok(value) => value.to_string().replace('"', "'").replace(':', ": "),
            Err(error) => error.status().as_u16().to_string(),
        };
        let what = format!("{content_type:?} {}", body.escape_ascii());
        recorded.row(&what, &told, &[webob, werkzeug], [ours, why]);
    }
    recorded.hold();
}
