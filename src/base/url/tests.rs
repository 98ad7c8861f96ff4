//! Rules of hosts, percent-encoding and references, one table each.

use std::borrow::Cow;

use http::uri::PathAndQuery;

use super::Host;
use super::InvalidHost;
use super::clean_target;
use super::decode_path;
use super::encode_path;
use super::leaves_site;
use super::resolve;

/// Marsaglia's xorshift: the same bytes in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Up to `longest` bytes, every other one from `favourites`.
    fn bytes(&mut self, longest: u64, favourites: &[u8]) -> Vec<u8> {
        let length = self.next() % (longest + 1);
        (0..length)
            .map(|_| {
                let [choice, byte, ..] = self.next().to_le_bytes();
                if choice % 2 == 0 {
                    byte
                } else {
                    favourites[usize::from(byte) % favourites.len()]
                }
            })
            .collect()
    }
}

#[test]
fn a_host_is_a_name_or_an_address_with_an_optional_port() {
    #[rustfmt::skip]
    let cases = [
        ("example.org",            "example.org",      None,        "a name"),
        ("Example.ORG.",           "Example.ORG.",     None,        "case and final dot are kept"),
        ("example.org:8000",       "example.org",      Some(8000),  "a port"),
        ("example.org:",           "example.org",      None,        "§3.2.3: an empty port means no port"),
        ("a:0",                    "a",                Some(0),     "the smallest port"),
        ("a:65535",                "a",                Some(65535), "the largest port"),
        ("a:00080",                "a",                Some(80),    "five digits, whatever they are"),
        ("my_host",                "my_host",          None,        "underscore is unreserved"),
        ("a%20b%C3%bc",            "a%20b%C3%bc",      None,        "escapes stay as sent"),
        ("!$&'()*+,;=-.~",         "!$&'()*+,;=-.~",   None,        "sub-delims and unreserved"),
        ("127.0.0.1:1",            "127.0.0.1",        Some(1),     "IPv4"),
        ("999.1.1.1",              "999.1.1.1",        None,        "no IPv4 address, but a name"),
        ("[::1]",                  "[::1]",            None,        "IPv6 keeps its brackets"),
        ("[2001:DB8::a]:443",      "[2001:DB8::a]",    Some(443),   "IPv6 and port"),
        ("[::ffff:1.2.3.4]:",      "[::ffff:1.2.3.4]", None,        "IPv4 in IPv6, empty port"),
        ("[v1F.a:b]",              "[v1F.a:b]",        None,        "IPvFuture"),
        ("[V1.!]:5",               "[V1.!]",           Some(5),     "its v in either case"),
    ];
    for (value, name, port, why) in cases {
        let host = Host::parse(value).map(|host| (host.name(), host.port()));
        assert_eq!(host, Ok((name, port)), "{value:?}: {why}");
    }
}

#[test]
fn nothing_else_is_a_host() {
    #[rustfmt::skip]
    let cases = [
        ("",                 "empty"),
        (":80",              "no name before the port"),
        ("a:80:80",          "two ports"),
        ("a:65536",          "port out of range"),
        ("a:000080",         "six digits"),
        ("a:+80",            "digits only"),
        ("a:8 0",            "digits only"),
        ("a:٣",              "ASCII digits only"),
        ("user@a",           "user info"),
        ("user:secret@a",    "user info that looks like a port"),
        ("a/b",              "a path: url() would differ from the routed path"),
        ("a?b",              "a query"),
        ("a#b",              "a fragment"),
        ("a\\b",             "browsers read a backslash as a slash"),
        (" a",               "space in front"),
        ("a ",               "space behind"),
        ("a, b",             "two hosts joined"),
        ("a\tb",             "tab"),
        ("a\r\nX: y",        "header splitting"),
        ("a\0",              "NUL"),
        ("a\u{7f}",          "DEL"),
        ("a\"b<c>",          "delimiters"),
        ("a|b^c`{d}",        "bytes a URI never holds"),
        ("grüße.example",    "beyond ASCII"),
        ("a%",               "escape without digits"),
        ("a%2",              "escape with one digit"),
        ("a%zz",             "escape without hex"),
        ("::1",              "IPv6 without brackets"),
        ("[::1",             "bracket left open"),
        ("::1]",             "bracket never opened"),
        ("[]",               "no address"),
        ("[::1]]",           "bracket twice"),
        ("[[::1]]",          "brackets twice"),
        ("[::1]a",           "text after the bracket"),
        ("a[::1]",           "text before the bracket"),
        ("[::1%25eth0]",     "a zone"),
        ("[1:2:3]",          "too few groups"),
        ("[12345::]",        "too many digits"),
        ("[127.0.0.1]",      "IPv4 in brackets"),
        ("[example.org]",    "a name in brackets"),
        ("[v.a]",            "IPvFuture without version"),
        ("[v1.]",            "IPvFuture without address"),
        ("[v1]",             "IPvFuture without dot"),
        ("[vg.a]",           "IPvFuture version is hex"),
        ("[v1.a/b]",         "IPvFuture with a slash"),
    ];
    for (value, why) in cases {
        assert_eq!(Host::parse(value), Err(InvalidHost), "{value:?}: {why}");
    }
}

#[test]
fn a_host_is_written_back_and_read_again() {
    for (value, want) in [
        ("a", "a"),
        ("A:", "A"),
        ("a:080", "a:80"),
        ("[::1]:1", "[::1]:1"),
    ] {
        let host = Host::parse(value).unwrap();
        assert_eq!(host.to_string(), want);
        assert_eq!(Host::parse(want), Ok(host), "{value:?}");
    }
}

#[test]
fn no_bytes_make_the_host_parser_panic() {
    let mut random = Random(0x5EED);
    for _ in 0..20_000 {
        let bytes = random.bytes(12, b"[]:%v.09afAF");
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(host) = Host::parse(&text) {
            assert!(text.starts_with(host.name()), "{text:?}");
            assert!(
                !host.name().contains(['/', '?', '#', '@', ' ', '\\']),
                "{text:?}"
            );
        }
    }
}

#[test]
fn a_path_is_encoded_outside_pchar_and_slash() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str, &str); 9] = [
        (b"",                     "",                       "nothing stays nothing"),
        (b"/a-z/A.Z/0_9~",        "/a-z/A.Z/0_9~",          "unreserved and /"),
        (b"/!$&'()*+,;=:@",       "/!$&'()*+,;=:@",         "sub-delims, : and @"),
        (b"/100%",                "/100%25",                "the percent sign itself"),
        (b"/%20",                 "/%2520",                 "the path is decoded, so this is not an escape"),
        (b"/a?b#c",               "/a%3Fb%23c",             "neither query nor fragment begins"),
        (b"/a b\r\n\0\x7f",       "/a%20b%0D%0A%00%7F",     "space and controls"),
        (b"/\"<>[\\]^`{|}",       "/%22%3C%3E%5B%5C%5D%5E%60%7B%7C%7D", "all other ASCII"),
        (b"/\xC3\xBC\xFF",        "/%C3%BC%FF",             "any byte beyond ASCII, UTF-8 or not"),
    ];
    for (decoded, want, why) in cases {
        assert_eq!(encode_path(decoded), want, "{why}");
        assert_eq!(*decode_path(want), *decoded, "{want:?} decodes back");
    }
    assert!(matches!(encode_path(b"/plain"), Cow::Borrowed("/plain")));
}

#[test]
fn escapes_are_decoded_once_and_bad_ones_stay() {
    #[rustfmt::skip]
    let cases: [(&str, &[u8], &str); 8] = [
        ("",            b"",             "nothing stays nothing"),
        ("/a+b",        b"/a+b",         "+ is a space in queries, not in paths"),
        ("%C3%bc%fF",   b"\xC3\xBC\xFF", "hex in either case, any byte"),
        ("%2F%00",      b"/\0",          "slash and NUL too"),
        ("%2541",       b"%41",          "not decoded twice"),
        ("100%",        b"100%",         "no digits"),
        ("%4",          b"%4",           "one digit"),
        ("%zz%%41",     b"%zz%A",        "the escape after a bad one is read"),
    ];
    for (encoded, want, why) in cases {
        assert_eq!(*decode_path(encoded), *want, "{encoded:?}: {why}");
    }
    assert!(matches!(decode_path("/plain"), Cow::Borrowed(b"/plain")));
}

#[test]
fn a_target_is_changed_only_where_it_must_be() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str, &str); 13] = [
        (b"/a?b=c&d=/?",    "/a?b=c&d=/?",        "clean already"),
        (b"/%zz%41%",       "/%zz%41%",           "percent signs stay, good or bad"),
        (b"/\\^|{}[]'",     "/\\^|{}[]'",         "characters that `http` accepts are kept"),
        (b"/a b?c d",       "/a%20b?c%20d",       "space in path and query"),
        (b"/\"<>`?\"<>`",   "/%22%3C%3E%60?%22%3C%3E%60", "delimiters"),
        (b"/a#b?c#d",       "/a%23b?c%23d",       "no fragment: http would drop the rest"),
        (b"/\0\r\n\x7f",    "/%00%0D%0A%7F",      "controls"),
        (b"/\xC3\xBC?\xFF", "/%C3%BC?%FF",        "beyond ASCII, UTF-8 or not"),
        (b"",               "/",                  "nothing is the root"),
        (b"?q",             "?q",                 "a query alone"),
        (b"*",              "*",                  "asterisk form"),
        (b"*/a",            "/*/a",               "an asterisk with a path is a path"),
        (b"#a",             "/%23a",              "a path begins with a slash"),
    ];
    for (raw, want, why) in cases {
        assert_eq!(clean_target(raw), want, "{why}");
    }
    assert!(matches!(
        clean_target(b"/plain?q"),
        Cow::Borrowed("/plain?q")
    ));
}

#[test]
fn http_takes_every_clean_target_whole() {
    let check = |raw: &[u8]| {
        let cleaned = clean_target(raw);
        let target = PathAndQuery::try_from(&*cleaned);
        let target = target.unwrap_or_else(|error| panic!("{cleaned:?}: {error}"));
        assert_eq!(target.as_str(), cleaned, "nothing is cut off");
        assert_eq!(
            clean_target(cleaned.as_bytes()),
            cleaned,
            "cleaning is idempotent"
        );
    };
    for byte in 0..=255 {
        check(&[byte]);
        check(&[b'/', byte, b'?', byte, byte]);
    }
    let mut random = Random(0xC1EA);
    for _ in 0..20_000 {
        check(&random.bytes(24, b"/?#%* "));
    }
    check(&[&b"/"[..], &vec![b'a'; 65_533]].concat());
    let too_long = [&b"/"[..], &vec![b'a'; 65_534]].concat();
    assert!(
        PathAndQuery::try_from(&*clean_target(&too_long)).is_err(),
        "the limit is http's"
    );
}

#[test]
fn references_resolve_as_in_the_rfc() {
    // §5.4.1 and §5.4.2, each row in the RFC's order; strict.
    #[rustfmt::skip]
    let cases = [
        ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"), ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"),
        ("g?y#s", "http://a/b/c/g?y#s"), (";x", "http://a/b/c/;x"),
        ("g;x", "http://a/b/c/g;x"), ("g;x?y#s", "http://a/b/c/g;x?y#s"),
        ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
        ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"),
        ("../..", "http://a/"), ("../../", "http://a/"), ("../../g", "http://a/g"),

        ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"),
        ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."),
        (".g", "http://a/b/c/.g"), ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"),
        ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"),
        ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"),
        ("g;x=1/./y", "http://a/b/c/g;x=1/y"), ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/./x", "http://a/b/c/g?y/./x"), ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("g#s/./x", "http://a/b/c/g#s/./x"), ("g#s/../x", "http://a/b/c/g#s/../x"),
        ("http:g", "http:g"),
    ];
    for (reference, want) in cases {
        assert_eq!(
            resolve("http://a/b/c/d;p?q", reference),
            want,
            "{reference:?}"
        );
    }
}

#[test]
fn references_resolve_beyond_the_examples() {
    #[rustfmt::skip]
    let cases = [
        ("http://a",       "g",            "http://a/g",           "§5.2.3: authority and empty path"),
        ("http://a",       "?y",           "http://a?y",           "no path is made up"),
        ("http://a?q#f",   "",             "http://a?q",           "the base's fragment is dropped"),
        ("http://a/b",     "//g/../h",     "http://g/h",           "dots after an authority"),
        ("http://a/b",     "s://g/./h?i",  "s://g/h?i",            "dots in another site"),
        ("http://a/b",     "1:2",          "http://a/1:2",         "no scheme begins with a digit"),
        ("http://a/b",     "c d\r\n\0é",   "http://a/c%20d%0D%0A%00%C3%A9", "no URI characters"),
        ("http://a/b",     "%41%zz",       "http://a/%41%zz",      "percent signs stay"),
        ("http://a/b",     "/\\evil",      "http://a/%5Cevil",     "no second slash"),
        ("http://a/b",     "/\t/evil",     "http://a/%09/evil",    "browsers do not drop an escaped tab"),
        ("http://a/b",     "/..//evil",    "http://a//evil",       "still a path of this host"),
        ("http://[::1]:8/","g[1]",         "http://[::1]:8/g%5B1%5D", "§3.2.2: brackets are around addresses only"),
        ("/b/c?q",         "d",            "/b/d",                 "a path as base"),
        ("/b/c?q",         "#s",           "/b/c?q#s",             "only a fragment"),
        ("/b/c",           "../../../d",   "/d",                   "never above the root"),
        ("b/c",            "d",            "b/d",                  "a relative path as base"),
        ("",               "d",            "d",                    "nothing as base"),
        ("/b c",           "",             "/b%20c",               "the base is cleaned too"),
        ("/b",             "/..//evil",    "/.//evil",             "§3.3: no authority appears"),
        ("/b",             "/.//evil",     "/.//evil",             "§3.3: no authority appears after one dot"),
        ("b",              "./js:x",       "./js:x",               "§4.2: no scheme appears"),
        ("s:b",            "./c:d",        "s:c:d",                "after a scheme a colon is harmless"),
        ("//h/b",          "c",            "//h/c",                "a base without a scheme but with a host"),
    ];
    for (base, reference, want, why) in cases {
        assert_eq!(
            resolve(base, reference),
            want,
            "{base:?} + {reference:?}: {why}"
        );
    }
}

#[test]
fn what_stays_on_the_site_still_does_once_resolved() {
    let mut random = Random(0x0DD5);
    for _ in 0..20_000 {
        let bytes = random.bytes(10, b"/\\.:?#a\t\n ");
        let reference = String::from_utf8_lossy(&bytes);
        let url = resolve("http://a/b/c", &reference);
        assert!(
            url.bytes().all(|byte| byte.is_ascii_graphic()),
            "{reference:?}: {url:?}"
        );
        if !leaves_site(&reference) {
            let rest = url.strip_prefix("http://a").unwrap();
            assert!(rest.starts_with('/'), "{reference:?}: {url:?}");
            let path = resolve("/b/c", &reference);
            assert!(!leaves_site(&path), "{reference:?}: {path:?}");
        }
    }
}

#[test]
fn a_reference_leaves_by_scheme_or_two_slashes() {
    #[rustfmt::skip]
    let cases = [
        ("",                      false, "the page itself"),
        ("/",                     false, "the root"),
        ("page?to=//evil#//x",    false, "two slashes in the query"),
        ("/a//evil",              false, "two slashes later"),
        ("./a:b",                 false, "no scheme holds a slash"),
        ("1a:b",                  false, "no scheme begins with a digit"),
        ("?a:b",                  false, "a colon in the query"),
        ("/%5Cevil",              false, "an escape is not a backslash"),
        ("/%09/evil",             false, "an escape is not a tab"),
        ("\u{a0}//evil",          false, "only ASCII is trimmed"),
        ("https://evil",          true,  "another site"),
        ("HTTPS:evil",            true,  "a scheme in upper case"),
        ("javascript:alert(1)",   true,  "a scheme without slashes"),
        ("java\tscript:x",        true,  "TAB in the scheme is dropped"),
        ("a+-.1:x",               true,  "all that a scheme may hold"),
        ("//evil",                true,  "network-path reference"),
        ("///evil",               true,  "browsers take any number"),
        ("\\\\evil",              true,  "backslash is slash"),
        ("/\\evil",               true,  "mixed"),
        ("\\/evil",               true,  "mixed"),
        ("/\t/evil",              true,  "TAB is dropped"),
        ("/\r\n/evil",            true,  "CR and LF are dropped"),
        (" \u{1}\0//evil",        true,  "controls and spaces in front are dropped"),
        ("\u{1f}https:evil",      true,  "a control character before a scheme is dropped"),
    ];
    for (reference, want, why) in cases {
        assert_eq!(leaves_site(reference), want, "{reference:?}: {why}");
    }
}
