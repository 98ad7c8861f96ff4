//! The same headers as WebOb 1.8.11 and Werkzeug 3.1.9 read them, recorded, and where this crate differs.

use super::pairs;

/// The pairs that are read from a line, `name=value` each; `None` for an exception.
type Read = Option<&'static [&'static str]>;

#[rustfmt::skip]
const TABLE: [(&[u8], Read, Read, &str); 23] = [
    // line                       WebOb                          Werkzeug                          why this crate
    // differs
    (b"a=1; b=2",                 Some(&["a=1", "b=2"]),         Some(&["a=1", "b=2"]),            ""),
    (b"a=1, b=2",                 Some(&["a=1", "b=2"]),         Some(&[]),                        "browsers send commas inside of values"),
    (b"a=hello world; b=1",       Some(&["a=hello", "b=1"]),     Some(&["b=1"]),                   "browsers send blanks inside of values"),
    (b"a=\"b;c\"; d=e",           Some(&["a=b;c", "d=e"]),       Some(&["a=b;c", "d=e"]),          "browsers send no semicolon inside of quotes: RFC 6265 §5.4"),
    (b"a=\"b; c=d",               Some(&["a=", "c=d"]),          Some(&["c=d"]),                   "nothing is lost"),
    (b"a=\"\\303\"",              None,                          Some(&["a=\u{fffd}"]),            "only Python has octal escapes"),
    (b"path=/x; a=1",             Some(&["a=1"]),                Some(&["path=/x", "a=1"]),        ""),
    (b"a=x\\y",                   Some(&["a=xy"]),               Some(&["a=x\\y"]),                ""),
    (b"a",                        Some(&[]),                     Some(&["a="]),                    "a browser sends a nameless cookie like this"),
    (b"=b",                       Some(&[]),                     Some(&[]),                        ""),
    (b"a=b=c",                    Some(&["a=b=c"]),              Some(&["a=b=c"]),                 ""),
    (b"a=1; a=2",                 Some(&["a=2"]),                Some(&["a=1", "a=2"]),            ""),
    (b"  a = b  ;c=d",            Some(&["a=b", "c=d"]),         Some(&["a=b", "c=d"]),            ""),
    (b"a=\"x\"",                  Some(&["a=x"]),                Some(&["a=x"]),                   ""),
    (b"a=\"x",                    Some(&["a="]),                 Some(&[]),                        "nothing is lost"),
    (b"=__Host-a=b",              Some(&[]),                     Some(&[]),                        ""),
    (b"\xe2\x80\x80__Host-a=b",   Some(&["__Host-a=b"]),         Some(&["\u{e2}\u{80}\u{80}__Host-a=b"]), "U+2000 is not a blank"),
    (b"a=%20",                    Some(&["a=%20"]),              Some(&["a=%20"]),                 ""),
    (b"a=caf\xc3\xa9",            Some(&["a=caf"]),              Some(&["a=caf\u{c3}\u{a9}"]),     "UTF-8"),
    (b"$Version=1; a=2",          Some(&["a=2"]),                Some(&["$Version=1", "a=2"]),     ""),
    (b"a[b]=c",                   Some(&[]),                     Some(&["a[b]=c"]),                ""),
    (b"a=\"x\\\"y\"",             Some(&["a=x\"y"]),             Some(&["a=x\"y"]),                "nothing is unescaped"),
    (b"a={\"k\":1,\"l\":2}",      Some(&["a={"]),                Some(&[]),                        "scripts write JSON in this form"),
];

#[test]
fn we_read_what_one_of_them_reads_or_have_a_reason() {
    for (line, webob, werkzeug, why) in TABLE {
        let ours: Vec<_> = pairs(line)
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let like = |theirs: Read| theirs.is_some_and(|theirs| ours == theirs);
        let what = line.escape_ascii();
        let alike = like(webob) || like(werkzeug);
        assert!(alike || !why.is_empty(), "{what}: {ours:?}: {why}");
    }
}
