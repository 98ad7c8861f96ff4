//! The formats of lines, for requests and times that no socket produces.

use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use http::HeaderValue;
use http::Request;
use http::StatusCode;
use http::Version;

use super::AccessLog;
use super::LogOutcome;
use super::escape::JsonString;
use super::escape::Quoted;
use super::escape::Word;
use super::utc::Utc;
use crate::gateway::Address;
use crate::gateway::LogNote;

#[test]
fn times_are_dates_of_the_gregorian_calendar() {
    #[rustfmt::skip]
    let cases = [
        (0,               "1970-01-01 00:00:00",   "the epoch"),
        (86_399,          "1970-01-01 23:59:59",   "the last second of a day"),
        (951_782_399,     "2000-02-28 23:59:59",   "before a leap day"),
        (951_782_400,     "2000-02-29 00:00:00",   "a year by 400 has one"),
        (951_868_800,     "2000-03-01 00:00:00",   "after it"),
        (971_186_136,     "2000-10-10 13:55:36",   "the example of Apache's manual"),
        (1_709_164_800,   "2024-02-29 00:00:00",   "a year by 4 has one"),
        (1_735_689_599,   "2024-12-31 23:59:59",   "the end of a leap year"),
        (2_147_483_648,   "2038-01-19 03:14:08",   "beyond 31 bits"),
        (4_107_542_399,   "2100-02-28 23:59:59",   "a year by 100 ..."),
        (4_107_542_400,   "2100-03-01 00:00:00",   "... has no leap day"),
        (253_402_300_799, "9999-12-31 23:59:59",   "the last of four digits"),
        (253_402_300_800, "10000-01-01 00:00:00",  "and no panic beyond it"),
    ];
    for (seconds, want, why) in cases {
        let utc = Utc::from(UNIX_EPOCH + Duration::from_secs(seconds));
        let seen = format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second
        );
        assert_eq!(seen, want, "{seconds}: {why}");
    }
    let before = UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(Utc::from(before), Utc::from(UNIX_EPOCH), "a wrong clock");
    let late = UNIX_EPOCH + Duration::from_millis(1999);
    assert_eq!(Utc::from(late).millisecond, 999, "cut, not rounded");
}

#[test]
fn apache_fields_are_printable_ascii_that_ends_no_field() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str, &str); 8] = [
        (b"",                     "",                            "nothing"),
        (b"/a?b=c&d",             "/a?b=c&d",                    "nothing to do"),
        (b"a\" 200 5 \"b",        r#"a\" 200 5 \"b"#,            "a quote ends the field"),
        (br#"\""#,                r#"\\\""#,                     "a backslash would undo the escape"),
        (b"\x08\t\n\x0b\r",       r"\b\t\n\v\r",                 "by letter, as Apache has them"),
        (b"\x00\x0c\x1b[2J\x7f",  r"\x00\x0c\x1b[2J\x7f",        "other controls by number"),
        (b"\x80\xff",             r"\x80\xff",                   "not UTF-8"),
        ("é\u{9b}".as_bytes(),    r"\xc3\xa9\xc2\x9b",           "UTF-8, byte by byte"),
    ];
    for (bytes, want, why) in cases {
        assert_eq!(Quoted(bytes).to_string(), want, "{bytes:?}: {why}");
    }
}

#[test]
fn a_word_is_one_word() {
    #[rustfmt::skip]
    let cases = [
        (None,                  "-",                 "no user"),
        (Some(""),              "\"\"",              "an empty user name, as in Apache"),
        (Some("ann"),           "ann",               "nothing to do"),
        (Some("a [b] \"c\" "),  r#"a\x20[b]\x20\"c\"\x20"#, "a space would begin the next field"),
    ];
    for (user, want, why) in cases {
        assert_eq!(Word(user).to_string(), want, "{user:?}: {why}");
    }
}

#[test]
fn json_strings_end_where_they_should() {
    #[rustfmt::skip]
    let cases = [
        ("",                     r#""""#,                       "nothing"),
        ("Grüße, 世界",          r#""Grüße, 世界""#,             "letters beyond ASCII stay"),
        ("a\",\"status\":200",   r#""a\",\"status\":200""#,     "a quote ends the string"),
        ("\\\"",                 r#""\\\"""#,                   "a backslash would undo the escape"),
        ("\t\n\r",               r#""\t\n\r""#,                 "by letter"),
        ("\0\u{1b}[2J\u{7f}",    r#""\u0000\u001b[2J\u007f""#,  "other controls by number"),
        ("\u{9b}2J",             r#""\u009b2J""#,               "a control beyond ASCII"),
        ("a\u{fffd}",            "\"a\u{fffd}\"",               "replaced invalid UTF-8"),
    ];
    for (text, want, why) in cases {
        assert_eq!(JsonString(text).to_string(), want, "{text:?}: {why}");
    }
}

fn time() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(971_186_136_042)
}

fn request(method: &str, target: &str) -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = method.parse().expect("a method");
    *request.uri_mut() = target.parse().expect("a target");
    request
}

/// The line for a request from `peer` with a given outcome.
fn line(
    log: &AccessLog,
    request: &Request<()>,
    peer: Option<&str>,
    outcome: &LogOutcome<'_>,
) -> String {
    let peer = peer.map_or(Address::Unix(None), |ip| {
        Address::Inet((ip.parse::<std::net::IpAddr>().expect("an address"), 4711).into())
    });
    let mut line = log.begin(request, Some(&peer));
    line.seen.time = time();
    log.format
        .line(&line.seen, outcome, Duration::from_nanos(12_034_999))
}

fn fine(note: Option<&LogNote>) -> LogOutcome<'_> {
    LogOutcome {
        status: StatusCode::OK,
        sent_bytes: 2326,
        whole: true,
        note,
    }
}

#[test]
fn each_format_is_as_its_manual_has_it() {
    let mut request = request("GET", "/\"pb\".gif?a");
    *request.version_mut() = Version::HTTP_10;
    let headers = request.headers_mut();
    for (name, value) in [
        ("host", "www.example.com"),
        ("referer", "http://www.example.com/start.html"),
        ("user-agent", "Mozilla/4.08 [en] (Win98; I ;Nav)"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let note = LogNote::default()
        .with_user("frank")
        .with_route("/{file}.gif");
    let common =
        r#"127.0.0.1 - frank [10/Oct/2000:13:55:36 +0000] "GET /\"pb\".gif?a HTTP/1.0" 200 2326"#;
    let agent = r#" "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)""#;
    let json = concat!(
        r#"{"time":"2000-10-10T13:55:36.042Z","peer":"127.0.0.1","method":"GET","#,
        r#""target":"/\"pb\".gif?a","protocol":"HTTP/1.0","host":"www.example.com","#,
        r#""status":200,"bytes":2326,"duration_ms":12.034,"#,
        r#""referer":"http://www.example.com/start.html","#,
        r#""user_agent":"Mozilla/4.08 [en] (Win98; I ;Nav)","user":"frank","route":"/{file}.gif","#,
        r#""complete":true}"#,
    );
    for (log, want) in [
        (AccessLog::common(), format!("{common}\n")),
        (AccessLog::combined(), format!("{common}{agent}\n")),
        (AccessLog::json(), format!("{json}\n")),
    ] {
        let seen = line(&log, &request, Some("127.0.0.1"), &fine(Some(&note)));
        assert_eq!(seen, want, "{log:?}");
    }
}

#[test]
fn the_client_of_a_trusted_proxy_is_shown() {
    let client = std::net::Ipv4Addr::new(203, 0, 113, 7);
    let note = LogNote::default().with_client(client);
    for (log, want) in [
        (AccessLog::common(), "203.0.113.7 - - ["),
        (
            AccessLog::json(),
            r#"{"time":"2000-10-10T13:55:36.042Z","peer":"127.0.0.1","client":"203.0.113.7","method":"#,
        ),
    ] {
        let outcome = fine(Some(&note));
        let seen = line(&log, &request("GET", "/"), Some("127.0.0.1"), &outcome);
        assert!(seen.starts_with(want), "{log:?}: {seen}");
    }
}

#[test]
fn what_there_is_none_of_is_a_dash_or_left_out() {
    let request = request("GET", "/");
    let cut = LogOutcome {
        status: StatusCode::NOT_FOUND,
        sent_bytes: 0,
        whole: false,
        note: None,
    };
    let common = r#"- - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.1" 404 -"#;
    let json = concat!(
        r#"{"time":"2000-10-10T13:55:36.042Z","method":"GET","target":"/","protocol":"HTTP/1.1","#,
        r#""status":404,"bytes":0,"duration_ms":12.034,"complete":false}"#,
    );
    for (log, want) in [
        (AccessLog::common(), format!("{common}\n")),
        (AccessLog::combined(), format!("{common} \"-\" \"-\"\n")),
        (AccessLog::json(), format!("{json}\n")),
    ] {
        assert_eq!(line(&log, &request, None, &cut), want, "{log:?}");
    }
}

#[test]
fn targets_hosts_and_peers_are_as_they_were_sent() {
    struct Case {
        version: Version,
        method: &'static str,
        target: &'static str,
        want: &'static str,
        host: &'static str,
        why: &'static str,
    }
    #[rustfmt::skip]
    let cases = [
        Case { version: Version::HTTP_11, method: "GET", target: "/a//b?c?d",
               want: "/a//b?c?d", host: "field", why: "path and query" },
        Case { version: Version::HTTP_11, method: "OPTIONS", target: "*",
               want: "*", host: "field", why: "the server itself" },
        Case { version: Version::HTTP_11, method: "GET", target: "http://h:1/a?b",
               want: "http://h:1/a?b", host: "h:1", why: "a whole URL, as proxies get it" },
        Case { version: Version::HTTP_11, method: "CONNECT", target: "h:1",
               want: "h:1", host: "h:1", why: "an authority" },
        Case { version: Version::HTTP_2, method: "GET", target: "https://h/a?b",
               want: "/a?b", host: "h", why: "put together from parts" },
    ];
    for case in cases {
        let mut request = request(case.method, case.target);
        *request.version_mut() = case.version;
        request
            .headers_mut()
            .insert("host", HeaderValue::from_static("field"));
        let (common, json) = (AccessLog::common(), AccessLog::json());
        let seen = line(&common, &request, Some("::1"), &fine(None));
        let want = format!("\"{} {} {:?}\"", case.method, case.want, case.version);
        assert!(seen.contains(&want), "{}: {seen}", case.why);
        let seen = line(&json, &request, Some("::1"), &fine(None));
        let want = format!(",\"host\":\"{}\",", case.host);
        assert!(seen.contains(&want), "{}: {seen}", case.why);
    }
    let request = request("GET", "/");
    for (peer, want) in [
        ("192.0.2.7", "192.0.2.7 - "),
        ("2001:db8::7", "2001:db8::7 - "),
    ] {
        let seen = line(&AccessLog::common(), &request, Some(peer), &fine(None));
        assert!(seen.starts_with(want), "{peer}: {seen}");
    }
}
