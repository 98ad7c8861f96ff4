//! Rules of `Accept-Encoding`.

use http::HeaderMap;
use http::HeaderValue;

use super::super::encoding;
use super::super::encodings;

fn headers(value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let value = HeaderValue::from_str(value).expect("a value");
    headers.insert("accept-encoding", value);
    headers
}

#[test]
fn codings_are_chosen() {
    const ALL: &[&str] = &["br", "gzip", "identity"];
    #[rustfmt::skip]
    let cases: [(&str, &[&str], Option<&str>, &str); 20] = [
        ("gzip, deflate, br",       ALL,                  Some("br"),       "equal: the order of the offers"),
        ("gzip, br;q=0.5",          ALL,                  Some("gzip"),     "the weight"),
        ("gzip",                    &["identity", "gzip"], Some("gzip"),    "what is named comes before identity"),
        ("deflate",                 ALL,                  Some("identity"), "identity is always acceptable"),
        ("",                        ALL,                  Some("identity"), "empty: no other is"),
        ("gzip;q=0",                ALL,                  Some("identity"), "excluded"),
        ("x-gzip",                  ALL,                  Some("gzip"),     "an old name (§8.4.1.3)"),
        ("gzip",                    &["x-gzip"],          Some("x-gzip"),   "on either side"),
        ("x-br",                    ALL,                  Some("identity"), "not of all"),
        ("GZip",                    ALL,                  Some("gzip"),     "in any case"),
        ("*",                       ALL,                  Some("br"),       "all"),
        ("*;q=0.5, gzip",           ALL,                  Some("gzip"),     "but what is named has its own weight"),
        ("gzip;q=0, *",             &["gzip", "br"],      Some("br"),       "also 0"),
        ("identity;q=0, gzip;q=0",  ALL,                  None,             "nothing: 406 or no coding"),
        ("*;q=0",                   ALL,                  None,             "identity is excluded by `*` too"),
        ("*;q=0, identity",         ALL,                  Some("identity"), "unless it is named"),
        ("gzip;q=0.1, identity",    ALL,                  Some("identity"), "identity may be wanted most"),
        ("gzip;level=1, br;q=0.1",  ALL,                  Some("br"),       "a malformed element is skipped alone"),
        ("gzip;q=0.001",            ALL,                  Some("gzip"),     "the least weight is more than none"),
        ("gzip-not",                ALL,                  Some("identity"), "another coding"),
    ];
    for (value, offers, want, why) in cases {
        let best = encoding(&headers(value), offers).copied();
        assert_eq!(best, want, "{value:?}: {why}");
    }
    let none = HeaderMap::new();
    assert_eq!(encoding(&none, ALL), Some(&"identity"), "absent: as it is");
    assert_eq!(
        encoding(&none, &["gzip", "br"]),
        Some(&"gzip"),
        "or anything"
    );
}

#[test]
fn all_that_are_acceptable_are_ranked() {
    let headers = headers("gzip;q=0.5, br, deflate;q=0");
    let ranked = encodings(&headers, &["identity", "deflate", "gzip", "br", "zstd"]);
    let ranked: Vec<_> = ranked
        .iter()
        .map(|(name, quality)| format!("{name} {quality}"))
        .collect();
    assert_eq!(ranked, ["br 1", "gzip 0.5", "identity 0.001"]);
}
