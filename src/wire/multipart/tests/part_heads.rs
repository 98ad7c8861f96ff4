//! Rules of header lines and of the names of fields.

use super::Fault;
use super::disposition;
use super::head;

#[test]
fn the_name_is_the_value_of_the_parameter_name_and_of_nothing_else() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str, &str); 27] = [
        (b"form-data; name=\"a\"",                          "a",         "quoted"),
        (b"form-data; name=a",                              "a",         "a token"),
        (b"Form-Data;NAME=\"A\"",                           "A",         "names are case-insensitive, values are not"),
        (b"form-data ; name = \"a\" ; ",                    "a",         "blanks"),
        (b"form-data; name=\"\"",                           "",          "empty, as scripts can send it"),
        (b"form-data; filename=\"x; name=evil\"; name=\"a\"", "a",       "text in quotes is not a parameter; multer reads `evil\"`"),
        (b"form-data; filename=\"\\\"; name=\\\"evil\"; name=\"a\"", "a", "escaped quotes do not close"),
        (b"form-data; xname=\"b\"; name=\"a\"",             "a",         "the whole name of a parameter counts"),
        (b"form-data; name=\"a\"; x=\"\xff\"",              "a",         "other parameters are not checked"),
        (b"form-data; name=\"\xc3\xbc\"",                   "\u{fc}",    "UTF-8"),
        (b"form-data; name=\"a\xffb\"",                     "a\u{fffd}b", "not UTF-8: Werkzeug's form is empty"),
        (b"form-data; name=\"a\xff%22\"",                   "a\u{fffd}\"", "the same in a decoded name"),
        (b"form-data; name=\"a%22b%0D%0Ac\"",               "a\"b\r\nc", "the escapes of browsers; Werkzeug decodes only the quote"),
        (b"form-data; name=\"a%41%0a%25%2\"",               "a%41%0a%25%2", "nothing else: browsers do not escape %"),
        (b"form-data; name=a%22b",                          "a\"b",      "without quotes too"),
        (b"form-data; name=\"a\\\"b\\\\c\"",                "a\"b\\c",   "a backslash escapes a quote and itself"),
        (b"attachment; name=a",                             "a",         "another type, as .NET sends it"),
        (b"\"form-data\"; name=a",                          "a",         "in quotes, as .NET also sends it"),
        (b"form-data; name='a'",                            "'a'",       "these are not quotes"),
        (b"form-data; name=a; name=a; name*=UTF-8''a",      "a",         "twice the same"),
        (b"form-data; x; name=a; y=; =z; s t=u",            "a",         "text that is not a parameter"),
        (b"form-data; x=\"y\"z; name=a",                    "a",         "text after the quotes of another"),
        (b"form-data; name=a; x=\"y",                       "a",         "a quote that does not close after the name"),
        (b"form-data; name=a; x=y\"z",                      "a",         "and one that does not open"),
        (b"form-data; name=a; x=\"y; name=\"b\"",           "a",         "most readers end the quotes there"),
        (b"form-data;\r\n\tname=\"a\"",                    "a",         "folded"),
        (b"\r\n form-data; name=\"a\"",                    "a",         "folded before the value"),
    ];
    for (value, want, why) in cases {
        let shown = String::from_utf8_lossy(value);
        let head = disposition(value).unwrap_or_else(|kind| panic!("{shown}: {kind}"));
        assert_eq!(head.name(), want, "{shown}: {why}");
        assert_eq!(head.into_name(), want, "{shown}: {why}");
    }
}

#[test]
fn a_filename_is_shown_without_its_path() {
    #[rustfmt::skip]
    let cases: [(&str, &str, &str, &str); 34] = [
        ("filename=\"x.txt\"",                   "x.txt",  "x.txt",             "plain"),
        ("filename=x.txt",                       "x.txt",  "x.txt",             "a token"),
        ("filename=\"C:\\Users\\x.txt\"",        "x.txt",  "C:\\Users\\x.txt",  "WebOb keeps the path, Werkzeug eats the backslashes"),
        ("filename=\"C:\\\\Users\\\\x.txt\"",    "x.txt",  "C:\\Users\\x.txt",  "escaped by others"),
        ("filename=\"../../etc/passwd\"",        "passwd", "../../etc/passwd",  "never a path"),
        ("filename=\"..\\..\\x\"",               "x",      "..\\..\\x",         "of either kind"),
        ("filename=\"a/\"",                      "",       "a/",                "nothing after the last"),
        ("filename=\"..\"",                      "",       "..",                "not a directory"),
        ("filename=\"a/.\"",                     "",       "a/.",               "not this one either"),
        ("filename=\"...\"",                     "...",    "...",               "a name like any other"),
        ("filename=\"\"",                        "",       "",                  "a file that was not chosen; WebOb has a text field"),
        ("filename=\"a%22b\"",                   "a\"b",   "a\"b",              "as browsers escape it; WebOb keeps it"),
        ("filename=\"a%0D%0Ab\"",                "ab",     "a\r\nb",            "control characters are not shown"),
        ("filename=\"%0D..%0A\"",                "",       "\r..\n",            "`..` is found after they are removed"),
        ("filename=\"x\u{85}y\"",                "xy",     "x\u{85}y",          "beyond ASCII too"),
        ("filename=\"x%2Fy\"",                   "x%2Fy",  "x%2Fy",             "not an escape of browsers"),
        ("filename*=UTF-8''caf%C3%A9.txt",       "café.txt", "café.txt",        "RFC 8187; WebOb has a text field"),
        ("filename*=utf-8'fr'caf%C3%A9.txt",     "café.txt", "café.txt",        "with a language"),
        ("filename*=iso-8859-1''caf%E9.txt",     "café.txt", "café.txt",        "the other charset"),
        ("filename*=\"UTF-8''a%20b\"",           "a b",    "a b",               "in quotes, which are not allowed"),
        ("filename*=UTF-8''..%2f..%5cx",         "x",      "../..\\x",          "a path after decoding"),
        ("filename*=UTF-8''a.txt; filename=b.txt", "a.txt", "a.txt",            "filename* wins; in Werkzeug the last"),
        ("filename=b.txt; filename*=UTF-8''a.txt", "a.txt", "a.txt",            "in either order"),
        ("filename=b; filename*=UTF-8''%C3%28",  "b",      "b",                 "RFC 8187 §3.2.1: what is not UTF-8 may be ignored"),
        ("filename=b; filename*=UTF-8''%4",      "b",      "b",                 "a bad escape"),
        ("filename=b; filename*=x''y",           "b",      "b",                 "an unknown charset"),
        ("filename=b; filename*=''y",            "b",      "b",                 "none"),
        ("filename=b; filename*=y",              "b",      "b",                 "no extended value at all"),
        ("filename=b; filename*=UTF-8'y",        "b",      "b",                 "half of one"),
        ("filename=b; filename*=",               "b",      "b",                 "an empty one"),
        ("filename=b; filename*0=c; filename*1=d", "b",    "b",                 "RFC 8187 has no pieces"),
        ("filename=b; filename=c",               "c",      "c",                 "twice: all take the last"),
        ("filename=my file.txt",                 "my file.txt", "my file.txt",  "unquoted, with a blank"),
        ("filename=\"a\r\n b\"",                "a b",    "a b",               "folded, as old Python does"),
    ];
    for (parameters, shown, raw, why) in cases {
        let head = disposition(format!("form-data; name=a; {parameters}"))
            .unwrap_or_else(|kind| panic!("{parameters}: {kind}"));
        assert!(head.is_file(), "{parameters}");
        assert_eq!(head.filename(), Some(shown), "{parameters}: {why}");
        assert_eq!(head.raw_filename(), Some(raw), "{parameters}: {why}");
    }
    let field = disposition("form-data; name=a").unwrap();
    assert!(!field.is_file());
    assert_eq!((field.filename(), field.raw_filename()), (None, None));
}

#[test]
fn what_is_ignored_makes_no_file() {
    for parameters in [
        "filename",
        "filename=",
        "filename*=x''y",
        "filename*=y",
        "filename*0=y",
    ] {
        let head = disposition(format!("form-data; name=a; {parameters}")).unwrap();
        assert!(!head.is_file(), "{parameters}");
    }
}

#[test]
fn a_part_that_names_itself_not_once_is_refused() {
    #[rustfmt::skip]
    let cases = [
        ("form-data",                               Fault::NoName,        "no parameters"),
        ("form-data; name",                         Fault::NoName,        "no value"),
        ("form-data; name=",                        Fault::NoName,        "an empty value"),
        ("form-data; filename=\"x\"",               Fault::NoName,        "a file without a field"),
        ("form-data; filename=\"x; name=evil\"",    Fault::NoName,        "text in quotes is not a name"),
        ("form-data; x=\"y; name=\"a\"",            Fault::NoName,        "text in unclosed quotes is not a name"),
        ("form-data; name*=utf-8''b",               Fault::NoName,        "a name that few readers support"),
        ("form-data; name=a; NAME=b",               Fault::TwoNames,      "in different case; multer reads the first"),
        ("form-data; name=a; name*=utf-8''b",       Fault::TwoNames,      "Werkzeug and Django read the second"),
        ("form-data; name*=utf-8''b; name=a",       Fault::TwoNames,      "`name*` before `name`"),
        ("form-data; name=a; name*=b",              Fault::OtherName,     "Werkzeug and Django read it"),
        ("form-data; name=a; name*=x''b",           Fault::OtherName,     "in an unknown charset"),
        ("form-data; name=a; name*0=b",             Fault::OtherName,     "RFC 2231's pieces"),
        ("form-data; name=a b",                     Fault::BareName,      "`a b` or `a`"),
        ("form-data; name=a/b",                     Fault::BareName,      "`a/b` or `a`"),
        ("form-data; name=a[0]",                    Fault::BareName,      "`a[0]` or `a`"),
        ("form-data; name=\u{e9}",                   Fault::BareName,      "`\u{e9}` or none"),
        ("form-data; name=\"a\r\n b\"",            Fault::FoldedName,    "with the line end or without"),
        ("form-data; name=\"a",                     Fault::Parameter,     "a quote that does not close"),
        ("form-data; name=a\"",                     Fault::Parameter,     "a quote that does not open"),
        ("form-data; name=\"a\\\"",                 Fault::Parameter,     "a quote that some readers treat as escaped"),
        ("form-data; name=\"a\"b",                  Fault::Parameter,     "more after the quotes"),
        ("form-data; name=\"a\" x=y",               Fault::Parameter,     "no semicolon after them"),
        ("form-data; name=a\"b\"",                  Fault::Parameter,     "quotes within"),
        ("form-data; name=a; filename=\"b",          Fault::Parameter,     "a file to some readers, a field to others"),
        ("form-data; x=y\"z; name=a",               Fault::Parameter,     "a quote that hides a semicolon from some readers"),
        ("form-data; x y=\"; name=b\"; name=a",      Fault::Parameter,     "the same in text that is not a parameter"),
        ("form-data name=a",                        Fault::NoType,        "no semicolon"),
        ("name=a",                                  Fault::NoType,        "a parameter alone"),
        ("",                                        Fault::NoType,        "none"),
        ("; name=a",                                Fault::NoType,        "no type before the parameters"),
    ];
    for (value, want, why) in cases {
        assert_eq!(disposition(value).err(), Some(want), "{value}: {why}");
    }
}

const GOOD: &str = "Content-Disposition: form-data; name=a";

/// The head of a part with these lines; `@` stands for a valid one.
fn lines(lines: &[u8]) -> Result<super::PartHead, Fault> {
    let pieces = lines.split(|byte| *byte == b'@');
    head(pieces.collect::<Vec<_>>().join(GOOD.as_bytes()))
}

#[test]
fn header_lines_that_could_be_something_else_are_refused() {
    #[rustfmt::skip]
    let cases: [(&[u8], Fault, &str); 22] = [
        (b"",                          Fault::NoDisposition,   "an empty line only"),
        (b"Content-Type: text/plain",  Fault::NoDisposition,   "no Content-Disposition"),
        (b"\r\n@",                     Fault::NoDisposition,   "after the empty line it is data"),
        (b"@x\r\n@",                   Fault::TwoDispositions, "two; WebOb and Werkzeug take the first, the others the last"),
        (b"@\r\n@; filename=x",        Fault::TwoDispositions, "a field and a file"),
        (b"@\r\nContent-Disposition: inline", Fault::NoName,   "one of them has no name"),
        (b" @",                        Fault::Fold,            "the first line is a continuation"),
        (b"@\r\n  ",                   Fault::Fold,            "a line of blanks: the end of the head to WebOb"),
        (b"@\r\nx: y\r\n\t",           Fault::Fold,            "in any other line too"),
        (b"@\r\nx",                    Fault::HeaderName,      "no colon: data whose empty line is missing"),
        (b"@\r\n: x",                  Fault::HeaderName,      "no name"),
        (b"@\r\nx y: z",               Fault::HeaderName,      "not a token"),
        (b"@\r\nx\xfcy: z",            Fault::HeaderName,      "not a token either"),
        (b"@\r\nx\r\n : y",            Fault::HeaderName,      "a name on two lines"),
        (b"@\r\nx: y\r",               Fault::BareCrInHead,    "CR CR LF: data begin before it in Werkzeug"),
        (b"@\r\nx: y\r\rz",            Fault::BareCrInHead,    "two CR: the empty line in Werkzeug"),
        (b"x: y\r@",                   Fault::BareCrInHead,    "a line to WebOb and Werkzeug"),
        (b"@\r",                       Fault::BareCrInHead,    "in the line that names the field"),
        (b"Content-Disposition: form-data; name=\"a\rb\"", Fault::BareCrInHead, "a line end to Werkzeug"),
        (b"@\r\n--b",                  Fault::HeaderName,      "a boundary"),
        (b"x: y",                      Fault::NoDisposition,   "one line, but another one"),
        (b"Content-Disposition : form-data", Fault::NoName,    "a blank before the colon"),
    ];
    for (text, want, why) in cases {
        let shown = String::from_utf8_lossy(text);
        assert_eq!(lines(text).err(), Some(want), "{shown}: {why}");
    }
}

#[test]
fn odd_header_lines_that_say_nothing_about_the_name_are_read() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str); 11] = [
        (b"Content-Disposition : form-data; name=a", "a blank before the colon"),
        (b"@\r\n@",                   "twice the same"),
        (b"@\r\nx: y\r\n z: w",       "folded"),
        (b"@\r\nx:\r\n y",            "folded before its value"),
        (b"@\r\nx: y;\r\n name=b",    "with what looks like a name"),
        (b"@;\r\n\tx=y",              "Content-Disposition too, as JavaMail and old Python do"),
        (b"@\r\nx : y",               "a blank before the colon"),
        (b"@\r\nx:",                  "no value"),
        (b"@\r\nx: y\0z\x07",         "control characters"),
        (b"@\r\nx: y\rz",             "a CR that no reader treats as a line end"),
        (b"@\r\nx: \xff",             "not UTF-8"),
    ];
    for (text, why) in cases {
        let shown = String::from_utf8_lossy(text);
        let head = lines(text).unwrap_or_else(|kind| panic!("{shown}: {why}: {kind}"));
        assert_eq!(head.name(), "a", "{shown}: {why}");
    }
    let head = lines(b"@\r\nX: a\0b\r\n\tc\r\nContent-Type: text/plain;\r\n charset=x").unwrap();
    assert_eq!(head.headers()["x"], "a b\tc", "RFC 9110 §5.5");
    assert_eq!(head.raw_content_type(), Some("text/plain; charset=x"));
}

#[test]
fn a_name_alone_keeps_no_long_lines_in_memory() {
    for length in [100, 8000] {
        let line = format!(
            "X: {}\r\nContent-Disposition: form-data; name=abc",
            "x".repeat(length)
        );
        let name = head(line).unwrap().into_name();
        assert_eq!(name, "abc");
        assert!(name.capacity() <= 256, "{length}");
    }
}

#[test]
fn other_header_lines_are_kept() {
    let head = head(
        b"content-TYPE:text/plain;charset=x \t\r\nX-A: 1\r\nCONTENT-DISPOSITION: form-data; name=a\r\n\
        X-A:\t\xff\r\nX-Empty:\r\nContent-Transfer-Encoding: base64\r\nContent-Type: b/c",
    )
    .unwrap();
    assert_eq!(head.name(), "a");
    assert_eq!(
        head.raw_content_type(),
        Some("text/plain;charset=x"),
        "the first"
    );
    let headers = head.headers();
    let lines: Vec<_> = headers.get_all("x-a").iter().collect();
    assert_eq!(lines[0], "1");
    assert_eq!(lines[1].as_bytes(), b"\xff", "bytes are unchanged");
    assert_eq!(headers["x-empty"], "");
    assert_eq!(headers["content-transfer-encoding"], "base64");
    assert_eq!(headers.len(), 7);
    let shown = format!("{head:?}");
    assert!(
        shown.starts_with("PartHead { name: \"a\", filename: None"),
        "{shown}"
    );
}
