//! What WebOb 1.8.11, Werkzeug 3.1.9 and Starlette 1.10.0 answer to conditional requests and ranges, and what they make
//! of tags and of `Cache-Control`, recorded by `tests/oracle/record_conditional.py`; and what is made of them here: the same, or
//! there is a reason.

use rustzeug::headers::{CacheControl, ETag, HttpDate, IfNoneMatch};
use rustzeug::middleware::conditional;
use rustzeug::{Request, Response, wrap};

use crate::common::{Recorded, Texts, hold_texts};

/// The method, the tag of the response, the lines of the request; what WebOb, Werkzeug, Starlette and this crate answer;
/// why, where one of them differs.
type Answer = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ANSWERS: &[Answer] = &[
    ("GET",  "\"v1\"",   "",                                           "200 0123456789",        "200 0123456789",        "200 0123456789",        "200 0123456789",        ""),
    ("GET",  "\"v1\"",   "if-none-match: \"v1\"",                      "304",                   "304",                   "304",                   "304",                   ""),
    ("HEAD", "\"v1\"",   "if-none-match: \"v1\"",                      "304",                   "304",                   "304",                   "304",                   ""),
    ("GET",  "\"v1\"",   "if-none-match: W/\"v1\"",                    "304",                   "304",                   "304",                   "304",                   ""),
    ("GET",  "W/\"v1\"", "if-none-match: \"v1\"",                      "304",                   "304",                   "200 0123456789",        "304",                   "weak comparison (§13.1.2)"),
    ("GET",  "W/\"v1\"", "if-none-match: W/\"v1\"",                    "304",                   "304",                   "200 0123456789",        "304",                   "weak comparison (§13.1.2)"),
    ("GET",  "\"v1\"",   "if-none-match: \"v0\"",                      "200 0123456789",        "200 0123456789",        "200 0123456789",        "200 0123456789",        ""),
    ("GET",  "\"v1\"",   "if-none-match: \"v0\", \"v1\"",              "304",                   "304",                   "304",                   "304",                   ""),
    ("GET",  "\"v1\"",   "if-none-match: *",                           "200 0123456789",        "304",                   "304",                   "304",                   "`*` is any state (RFC 9110 §13.1.2)"),
    ("GET",  "\"v1\"",   "if-none-match: v1",                          "304",                   "304",                   "200 0123456789",        "200 0123456789",        "without quotes it is not a tag"),
    ("GET",  "\"v1\"",   "if-none-match: \"a,v1\"",                    "200 0123456789",        "200 0123456789",        "200 0123456789",        "200 0123456789",        ""),
    ("GET",  "\"v1\"",   "if-none-match: , \"v1\",",                   "304",                   "304",                   "304",                   "304",                   ""),
    ("GET",  "\"v1\"",   "if-match: \"v1\"",                           "200 0123456789",        "200 0123456789",        "200 0123456789",        "200 0123456789",        ""),
    ("GET",  "\"v1\"",   "if-match: \"v0\"",                           "200 0123456789",        "412",                   "200 0123456789",        "412",                   "If-Match is evaluated (§13.1.1)"),
    ("GET",  "\"v1\"",   "if-match: W/\"v1\"",                         "200 0123456789",        "412",                   "200 0123456789",        "412",                   "and compares strongly"),
    ("GET",  "\"v1\"",   "if-match: *",                                "200 0123456789",        "412",                   "200 0123456789",        "200 0123456789",        "`*` is any state, and there is one"),
    ("GET",  "\"v1\"",   "if-modified-since: Sun, 06 Nov 1994 08:49:36 GMT", "200 0123456789",        "200 0123456789",        "200 0123456789",        "200 0123456789",        ""),
    ("GET",  "\"v1\"",   "if-modified-since: Sun, 06 Nov 1994 08:49:37 GMT", "304",                   "304",                   "304",                   "304",                   ""),
    ("GET",  "\"v1\"",   "if-modified-since: Sun, 06 Nov 1994 08:49:38 GMT", "304",                   "304",                   "304",                   "304",                   ""),
    ("GET",  "\"v1\"",   "if-modified-since: Sunday, 06-Nov-94 08:49:37 GMT", "304",                   "304",                   "304",                   "304",                   ""),
    ("GET",  "\"v1\"",   "if-modified-since: 0",                       "200 0123456789",        "200 0123456789",        "200 0123456789",        "200 0123456789",        ""),
    ("GET",  "\"v1\"",   "if-modified-since: Thu, 31 Feb 2028 08:49:37 GMT", "304",                   "200 0123456789",        "304",                   "200 0123456789",        "an impossible date is ignored"),
    ("GET",  "\"v1\"",   "if-unmodified-since: Sun, 06 Nov 1994 08:49:36 GMT", "200 0123456789",        "200 0123456789",        "200 0123456789",        "412",                   "it is evaluated (§13.1.4)"),
    ("GET",  "\"v1\"",   "if-unmodified-since: Sun, 06 Nov 1994 08:49:37 GMT", "200 0123456789",        "200 0123456789",        "200 0123456789",        "200 0123456789",        ""),
    ("GET",  "\"v1\"",   "if-none-match: \"v0\"|if-modified-since: Sun, 06 Nov 1994 08:49:38 GMT", "200 0123456789",        "200 0123456789",        "200 0123456789",        "200 0123456789",        ""),
    ("GET",  "\"v1\"",   "if-none-match: \"v1\"|if-modified-since: Sun, 06 Nov 1994 08:49:36 GMT", "304",                   "304",                   "304",                   "304",                   ""),
    ("GET",  "\"v1\"",   "range: bytes=0-4",                           "206 0-4/10 01234",      "206 0-4/10 01234",      "206 0-4/10 01234",      "206 0-4/10 01234",      ""),
    ("GET",  "\"v1\"",   "range: bytes=0-",                            "206 0-9/10 0123456789", "206 0-9/10 0123456789", "206 0-9/10 0123456789", "206 0-9/10 0123456789", ""),
    ("GET",  "\"v1\"",   "range: bytes=-3",                            "206 7-9/10 789",        "206 7-9/10 789",        "206 7-9/10 789",        "206 7-9/10 789",        ""),
    ("GET",  "\"v1\"",   "range: bytes=-100",                          "416 */10",              "416 */10",              "206 0-9/10 0123456789", "206 0-9/10 0123456789", "a long suffix is all of it (§14.1.2)"),
    ("GET",  "\"v1\"",   "range: bytes=5-99",                          "206 5-9/10 56789",      "206 5-9/10 56789",      "206 5-9/10 56789",      "206 5-9/10 56789",      ""),
    ("GET",  "\"v1\"",   "range: bytes=10-",                           "416 */10",              "416 */10",              "416 */10",              "416 */10",              ""),
    ("GET",  "\"v1\"",   "range: bytes=-0",                            "206 0-9/10 0123456789", "416 */10",              "416 */10",              "416 */10",              "the last 0 bytes are not satisfiable (§14.1.2)"),
    ("GET",  "\"v1\"",   "range: bytes=-",                             "!ValueError",           "416 */10",              "400",                   "200 0123456789",        "malformed: ignored (§14.2)"),
    ("GET",  "\"v1\"",   "range: bytes=5-2",                           "200 0123456789",        "416 */10",              "400",                   "200 0123456789",        "invalid: ignored (§14.1.1)"),
    ("GET",  "\"v1\"",   "range: items=0-1",                           "200 0123456789",        "416 */10",              "400",                   "200 0123456789",        "another unit: ignored (§14.2)"),
    ("GET",  "\"v1\"",   "range: bytes=0-4;x",                         "206 0-4/10 01234",      "416 */10",              "400",                   "200 0123456789",        "malformed: ignored (§14.2)"),
    ("GET",  "\"v1\"",   "range: BYTES=0-4",                           "206 0-4/10 01234",      "206 0-4/10 01234",      "206 0-4/10 01234",      "206 0-4/10 01234",      ""),
    ("GET",  "\"v1\"",   "range: bytes=0-1,4-5",                       "206 0-1/10 01",         "416 */10",              "206 several",           "206 several",           "several ranges are several parts"),
    ("GET",  "\"v1\"",   "range: bytes=0-4,3-6",                       "206 0-4/10 01234",      "416 */10",              "206 0-6/10 0123456",    "206 0-6/10 0123456",    "parts that overlap are one (§15.3.7.2)"),
    ("GET",  "\"v1\"",   "range: bytes=0-4,5-6",                       "206 0-4/10 01234",      "416 */10",              "206 0-6/10 0123456",    "206 0-6/10 0123456",    "and those that touch"),
    ("GET",  "\"v1\"",   "range: bytes=0-1,90-99",                     "206 0-1/10 01",         "416 */10",              "416 */10",              "206 0-1/10 01",         "what is there is sent (§14.1.2)"),
    ("GET",  "\"v1\"",   "range: bytes=,0-1,",                         "200 0123456789",        "416 */10",              "206 0-1/10 01",         "206 0-1/10 01",         "empty elements do not count (§5.6.1.2)"),
    ("HEAD", "\"v1\"",   "range: bytes=0-4",                           "206 0-4/10",            "206 0-4/10",            "206 0-4/10",            "200",                   "ranges are for GET (§14.2)"),
    ("GET",  "\"v1\"",   "range: bytes=0-4|if-none-match: \"v1\"",     "304",                   "206 0-4/10 01234",      "304",                   "304",                   "304 comes before a range (§13.2.2)"),
    ("GET",  "\"v1\"",   "range: bytes=0-4|if-range: \"v1\"",          "206 0-4/10 01234",      "206 0-4/10 01234",      "206 0-4/10 01234",      "206 0-4/10 01234",      ""),
    ("GET",  "\"v1\"",   "range: bytes=0-4|if-range: \"v0\"",          "200 0123456789",        "200 0123456789",        "200 0123456789",        "200 0123456789",        ""),
    ("GET",  "W/\"v1\"", "range: bytes=0-4|if-range: W/\"v1\"",        "200 0123456789",        "206 0-4/10 01234",      "200 0123456789",        "200 0123456789",        "a weak tag never holds (§13.1.5)"),
    ("GET",  "\"v1\"",   "range: bytes=0-4|if-range: Sun, 06 Nov 1994 08:49:37 GMT", "206 0-4/10 01234",      "206 0-4/10 01234",      "206 0-4/10 01234",      "206 0-4/10 01234",      ""),
    ("GET",  "\"v1\"",   "range: bytes=0-4|if-range: Sun, 06 Nov 1994 08:49:38 GMT", "206 0-4/10 01234",      "206 0-4/10 01234",      "200 0123456789",        "200 0123456789",        "dates are compared exactly (§13.1.5)"),
    ("GET",  "\"v1\"",   "range: bytes=0-4|if-range: Sun, 06 Nov 1994 08:49:36 GMT", "200 0123456789",        "200 0123456789",        "200 0123456789",        "200 0123456789",        ""),
];

#[rustfmt::skip]
const TAGS: &[Texts] = &[
    ("\"a\"",          "\"a\"",         "\"a\"",         "\"a\"",         ""),
    ("W/\"a\"",        "\"a\"",         "W/\"a\"",       "W/\"a\"",       "weak tags stay weak"),
    ("w/\"a\"",        "\"w/\"a\"\"",   "W/\"a\"",       "",              "the prefix has its case"),
    ("\"a\", W/\"b\"", "\"a\"|\"b\"",   "\"a\"|W/\"b\"", "\"a\"|W/\"b\"", "weak tags stay weak"),
    ("\"a,b\", \"c\"", "\"a,b\"|\"c\"", "\"a,b\"|\"c\"", "\"a,b\"|\"c\"", ""),
    ("a, b",           "\"a, b\"",      "\"a\"|\"b\"",   "",              "without quotes they are not tags"),
    ("\"a",            "\"\"a\"",       "",              "",              "an open quote is not a tag"),
    ("\"\"",           "\"\"",          "\"None\"",      "\"\"",          "an empty tag is one"),
    ("*",              "*",             "*",             "*",             ""),
    ("*, \"a\"",       "\"a\"",         "\"*\"|\"a\"",   "",              "a star stands alone"),
    (",\"a\",,",       "\",\"a\",,\"",  "\"a\"",         "\"a\"",         "empty elements do not count"),
    ("\"a\" \"b\"",    "\"a\"|\"b\"",   "",              "",              "no comma between them"),
    ("",               "",              "",              "",              ""),
];

#[rustfmt::skip]
const CACHE_CONTROL: &[Texts] = &[
    ("no-store, max-age=5",  "no_store=True|max_age=5", "no_store=True|max_age=5", "no_store=True|max_age=5", ""),
    ("No-Store, Max-Age=5",  "",                        "",                        "no_store=True|max_age=5", "names have no case"),
    ("max-age = 10",         "max_age=-1",              "max_age=10",              "max_age=10",              "blanks do no harm"),
    ("max-age=\"10\"",       "max_age=10",              "max_age=10",              "max_age=10",              ""),
    ("max-age",              "max_age=-1",              "",                        "max_age=0",               "without a value it is stale (RFC 9111 §4.2.1)"),
    ("max-age=x",            "max_age=x",               "",                        "max_age=0",               "and so is what is not a number"),
    ("max-age=-1",           "max_age=-1",              "max_age=-1",              "max_age=0",               "or negative"),
    ("max-age=1, max-age=2", "max_age=2",               "max_age=2",               "max_age=1",               "the first counts (RFC 9111 §4.2.1)"),
    ("private=\"a, b\"",     "private=a, b",            "private=a, b",            "private=True",            "the fields by `get`"),
    ("no-cache=\"a",         "no_cache=*",              "",                        "no_cache=True",           "an open quote does not lose the directive"),
    (",, no-store,",         "no_store=True",           "no_store=True",           "no_store=True",           ""),
    ("public max-age=5",     "public=True|max_age=5",   "",                        "",                        "no comma between them"),
    ("",                     "",                        "",                        "",                        ""),
];

fn request(method: &str, lines: &str) -> Request {
    let lines = lines.split('|').filter(|line| !line.is_empty());
    let request = Request::blank("/").with_method(method);
    lines.fold(request, |request, line| {
        let (name, value) = line.split_once(": ").unwrap();
        request.with_header(name, value)
    })
}

fn told(mut response: Response) -> String {
    let status = response.status().as_u16();
    let range = response.header_text("content-range").unwrap_or_default();
    let range = range.trim_start_matches("bytes ").to_owned();
    let body = response.read_text().wait().unwrap();
    let body = match status {
        300.. => "",
        _ if body.contains("\r\n--") => "several",
        _ => &body,
    };
    let parts = [&*status.to_string(), &range, body];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

#[test]
fn conditional_requests_are_answered_as_recorded() {
    let mut recorded = Recorded::default();
    for (method, etag, lines, webob, werkzeug, starlette, ours, why) in ANSWERS {
        let asked = request(method, lines);
        let content = if *method == "HEAD" { "" } else { "0123456789" };
        let respond = move || {
            Response::text(content)
                .with_etag(etag.parse::<ETag>().unwrap())
                .with_last_modified(HttpDate::from_unix_seconds(784_111_777))
        };
        let response = asked.send(&wrap(respond, conditional)).wait().unwrap();
        let what = format!("{method} {etag} {lines}");
        let peers = [*webob, werkzeug, starlette];
        recorded.row(&what, &told(response), &peers, [ours, why]);
    }
    recorded.hold();
}

#[test]
fn tags_are_read_as_recorded() {
    hold_texts(TAGS, |text| match text.parse::<IfNoneMatch>() {
        Err(_) => String::new(),
        Ok(read) => match read.tags() {
            None => "*".to_owned(),
            Some(tags) => {
                let tags: Vec<_> = tags.iter().map(ToString::to_string).collect();
                tags.join("|")
            }
        },
    });
}

#[test]
fn cache_control_is_read_as_recorded() {
    hold_texts(CACHE_CONTROL, |text| {
        let read: CacheControl = text.parse().unwrap();
        let flags = [
            ("no_store", read.no_store()),
            ("no_cache", read.no_cache()),
            ("public", read.public()),
            ("private", read.private()),
        ];
        let flags = flags.into_iter().filter(|(_, is_set)| *is_set);
        let mut got: Vec<_> = flags.map(|(name, _)| format!("{name}=True")).collect();
        let age = read.max_age().map(|age| age.as_secs());
        got.extend(age.map(|age| format!("max_age={age}")));
        got.join("|")
    });
}
