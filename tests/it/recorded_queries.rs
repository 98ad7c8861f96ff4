//! How WebOb 1.8.11 and Werkzeug 3.1.9 read queries, recorded by tests/oracle/record.py. This crate reads them the same
//! way, or the row has a reason.

use rustzeug::{Request, query::Query};

use crate::common::Recorded;

/// The query; the results of WebOb, Werkzeug and this crate; the reason, if one of them differs.
type Row = (
    &'static [u8],
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    (b"",               "",                    "",                    "",                                 ""),
    (b"&&",             "",                    "",                    "",                                 ""),
    (b"a",              "a=",                  "a=",                  "a=",                               ""),
    (b"a=",             "a=",                  "a=",                  "a=",                               ""),
    (b"=1",             "=1",                  "=1",                  "=1",                               ""),
    (b"=",              "=",                   "=",                   "=",                                ""),
    (b"a=1&a=2",        "a=1|a=2",             "a=1|a=2",             "a=1|a=2",                          ""),
    (b"b=1&a=2&b=3",    "b=1|a=2|b=3",         "b=1|b=3|a=2",         "b=1|a=2|b=3",                      "order is kept"),
    (b"a=b=c",          "a=b=c",               "a=b=c",               "a=b=c",                            ""),
    (b"&a=1&&b=2&",     "a=1|b=2",             "a=1|b=2",             "a=1|b=2",                          ""),
    (b"a=1;b=2",        "a=1|b=2",             "a=1;b=2",             "a=1;b=2",                          "`;` separates nothing"),
    (b"a=1;",           "a=1",                 "a=1;",                "a=1;",                             "`;` separates nothing"),
    (b";",              "",                    ";=",                  ";=",                               "`;` separates nothing"),
    (b"a+b=c+d",        "a b=c d",             "a b=c d",             "a b=c d",                          ""),
    (b"a%20b=%2B",      "a b=+",               "a b=+",               "a b=+",                            ""),
    (b"a=%2b%2B",       "a=++",                "a=++",                "a=++",                             ""),
    (b"a=%26%3D%3B",    "a=&=;",               "a=&=;",               "a=&=;",                            ""),
    (b"%26=1",          "&=1",                 "&=1",                 "&=1",                              ""),
    (b"a=%zz&b=%",      "a=%zz|b=%",           "a=%zz|b=%",           "a=%zz|b=%",                        ""),
    (b"a=%4",           "a=\u{4}",             "a=%4",                "a=%4",                             "a bad escape is kept unchanged"),
    (b"a=%%41",         "a=%A",                "a=%A",                "a=%A",                             ""),
    (b"a=%2541",        "a=%41",               "a=%41",               "a=%41",                            ""),
    (b"a=%u00e9",       "a=%u00e9",            "a=%u00e9",            "a=%u00e9",                         ""),
    (b"a=%00",          "a=\u{0}",             "a=\u{0}",             "a=\u{0}",                          ""),
    (b"a=%0d%0a",       "a=\r\n",              "a=\r\n",              "a=\r\n",                           ""),
    (b"a=%ff%fe",       "!UnicodeDecodeError", "a=%FF%FE",            "a=\u{fffd}\u{fffd}",               "invalid UTF-8 is neither an exception nor an escape"),
    (b"a=%C0%AF",       "!UnicodeDecodeError", "a=%C0%AF",            "a=\u{fffd}\u{fffd}",               "an overlong slash is invalid"),
    (b"a=%ED%A0%80",    "!UnicodeDecodeError", "a=%ED%A0%80",         "a=\u{fffd}\u{fffd}\u{fffd}",       "half of a surrogate pair is not a character"),
    (b"a=%F4%90%80%80", "!UnicodeDecodeError", "a=%F4%90%80%80",      "a=\u{fffd}\u{fffd}\u{fffd}\u{fffd}", "there are no characters past U+10FFFF"),
    (b"a=%E2%82",       "!UnicodeDecodeError", "a=%E2%82",            "a=\u{fffd}",                       "half of a character"),
    (b"a=%e2%82%ac",    "a=\u{20ac}",          "a=\u{20ac}",          "a=\u{20ac}",                       ""),
    (b"a=\xe9",         "!UnicodeDecodeError", "!UnicodeDecodeError", "a=\u{fffd}",                       "raw bytes do not raise an exception"),
    (b"a=\xc3\xa9",     "a=é",                 "a=é",                 "a=é",                              ""),
    (b"\xe9=1",         "!UnicodeDecodeError", "!UnicodeDecodeError", "\u{fffd}=1",                       "raw bytes in names do not raise an exception"),
    (b"%ff=1",          "!UnicodeDecodeError", "%FF=1",               "\u{fffd}=1",                       "names are decoded as values are"),
    (b"a=%C3%A9&b=%E9", "!UnicodeDecodeError", "a=é|b=%E9",           "a=é|b=\u{fffd}",                   "a bad value does not affect the others"),
    (b"a[]=1&a[]=2",    "a[]=1|a[]=2",         "a[]=1|a[]=2",         "a[]=1|a[]=2",                      ""),
    (b"a[b]=1",         "a[b]=1",              "a[b]=1",              "a[b]=1",                           ""),
    (b"a=1#b",          "a=1#b",               "a=1#b",               "a=1#b",                            ""),
    (b"a=?",            "a=?",                 "a=?",                 "a=?",                              ""),
    (b"?a=1",           "?a=1",                "?a=1",                "?a=1",                             ""),
    (b"a=\"x\"",        "a=\"x\"",             "a=\"x\"",             "a=\"x\"",                          ""),
    (b"a= 1",           "a= 1",                "a= 1",                "a= 1",                             ""),
    (b"a=1&amp;b=2",    "a=1|amp=|b=2",        "a=1|amp;b=2",         "a=1|amp;b=2",                      "`;` separates nothing"),
    (b"A=1&a=2",        "A=1|a=2",             "A=1|a=2",             "A=1|a=2",                          ""),
];

fn request(raw: &[u8]) -> Request {
    let mut request = Request::blank("/");
    let environ = request.environ_mut();
    environ.set_var("QUERY_STRING", Some(raw)).unwrap();
    request
}

fn told<'q>(pairs: impl Iterator<Item = (impl AsRef<str> + 'q, impl AsRef<str> + 'q)>) -> String {
    let pairs = pairs.map(|(name, value)| format!("{}={}", name.as_ref(), value.as_ref()));
    pairs.collect::<Vec<_>>().join("|")
}

#[test]
fn queries_are_read_as_recorded() {
    let mut recorded = Recorded::default();
    for (raw, webob, werkzeug, ours, why) in ROWS {
        let request = request(raw);
        let what = raw.escape_ascii().to_string();
        recorded.row(
            &what,
            &told(request.query().iter()),
            &[webob, werkzeug],
            [ours, why],
        );
        let dict = request.query().to_dict().unwrap();
        assert_eq!(told(dict.iter()), *ours, "{what}: as a dictionary");
    }
    recorded.hold();
}

#[test]
fn of_several_values_the_first_is_had() {
    // `request.GET["a"]` of WebOb is the last value, `request.args["a"]` of Werkzeug the first, as here.
    let request = request(b"a=1&a=2&a=3");
    let query = request.query();
    let (webob, werkzeug, ours) = ("3", "1", "1");
    assert_eq!(query.get("a").as_deref(), Some(ours));
    assert_eq!(query.get("a").as_deref(), Some(werkzeug));
    assert_eq!(query.get_last("a").as_deref(), Some(webob));
    assert_eq!(query.get_all("a").collect::<Vec<_>>(), ["1", "2", "3"]);
}

#[test]
fn what_they_refuse_is_refused_on_request() {
    for (raw, webob, ..) in ROWS {
        if *webob == "!UnicodeDecodeError" {
            let error = request(raw).query().strict().map(|query| query.to_string());
            let status = error.unwrap_err().status();
            assert_eq!(status, 400, "{}", raw.escape_ascii());
        }
    }
    assert!(Query::new("a=%C3%A9&b=+").strict().is_ok());
}
