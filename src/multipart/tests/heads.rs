//! Rules of header lines and of what names a field.

use super::Kind;
use super::disposition;
use super::head;

#[test]
fn the_name_is_the_value_of_the_parameter_name_and_of_nothing_else() {
    #[rustfmt::skip]
    let cases: [(&[u8], &str, &str); 19] = [
        (b"form-data; name=\"a\"",                          "a",         "quoted"),
        (b"form-data; name=a",                              "a",         "a token"),
        (b"form-data; name=a b",                            "a b",       "unquoted, with a blank"),
        (b"form-data; name=a/b:c=d",                        "a/b:c=d",   "unquoted, no token"),
        (b"Form-Data;NAME=\"A\"",                           "A",         "names have no case, values have"),
        (b"form-data ; name = \"a\" ; ",                    "a",         "blanks"),
        (b"form-data; name=\"\"",                           "",          "empty, as scripts can send it"),
        (b"form-data; filename=\"x; name=evil\"; name=\"a\"", "a",       "text in quotes is no parameter; multer reads `evil\"`"),
        (b"form-data; filename=\"\\\"; name=\\\"evil\"; name=\"a\"", "a", "escaped quotes close nothing"),
        (b"form-data; xname=\"b\"; name=\"a\"",             "a",         "the whole name of a parameter counts"),
        (b"form-data; name=\"a\"; x=\"\xff\"",              "a",         "other parameters are not looked at"),
        (b"form-data; name=\"\xc3\xbc\"",                   "\u{fc}",    "UTF-8"),
        (b"form-data; name=\"a\xffb\"",                     "a\u{fffd}b", "no UTF-8: Werkzeug's form is empty"),
        (b"form-data; name=\"a\xff%22\"",                   "a\u{fffd}\"", "the same where it is decoded"),
        (b"form-data; name=\"a%22b%0D%0Ac\"",               "a\"b\r\nc", "what browsers escape; Werkzeug decodes the quote alone"),
        (b"form-data; name=\"a%41%0a%25%2\"",               "a%41%0a%25%2", "and nothing else: they leave % as it is"),
        (b"form-data; name=a%22b",                          "a\"b",      "without quotes too"),
        (b"form-data; name=\"a\\\"b\\\\c\"",                "a\"b\\c",   "a backslash escapes a quote and itself"),
        (b"form-data; name=a\\\\b",                         "a\\\\b",    "without quotes it does not"),
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
    let cases: [(&str, &str, &str, &str); 24] = [
        ("filename=\"x.txt\"",                   "x.txt",  "x.txt",             "plain"),
        ("filename=x.txt",                       "x.txt",  "x.txt",             "a token"),
        ("filename=\"C:\\Users\\x.txt\"",        "x.txt",  "C:\\Users\\x.txt",  "WebOb keeps the path, Werkzeug eats the backslashes"),
        ("filename=\"C:\\\\Users\\\\x.txt\"",    "x.txt",  "C:\\Users\\x.txt",  "escaped by others"),
        ("filename=\"../../etc/passwd\"",        "passwd", "../../etc/passwd",  "never a path"),
        ("filename=\"..\\..\\x\"",               "x",      "..\\..\\x",         "of either kind"),
        ("filename=\"a/\"",                      "",       "a/",                "nothing after the last"),
        ("filename=\"..\"",                      "",       "..",                "no directory"),
        ("filename=\"a/.\"",                     "",       "a/.",               "nor this one"),
        ("filename=\"...\"",                     "...",    "...",               "a name like any other"),
        ("filename=\"\"",                        "",       "",                  "a file that was not chosen; WebOb has a text field"),
        ("filename=\"a%22b\"",                   "a\"b",   "a\"b",              "as browsers escape it; WebOb keeps it"),
        ("filename=\"a%0D%0Ab\"",                "ab",     "a\r\nb",            "control characters are not shown"),
        ("filename=\"%0D..%0A\"",                "",       "\r..\n",            "looked at after they are gone"),
        ("filename=\"x\u{85}y\"",                "xy",     "x\u{85}y",          "beyond ASCII too"),
        ("filename=\"x%2Fy\"",                   "x%2Fy",  "x%2Fy",             "no escape of browsers"),
        ("filename*=UTF-8''caf%C3%A9.txt",       "café.txt", "café.txt",        "RFC 8187; WebOb has a text field"),
        ("filename*=utf-8'fr'caf%C3%A9.txt",     "café.txt", "café.txt",        "with a language"),
        ("filename*=iso-8859-1''caf%E9.txt",     "café.txt", "café.txt",        "the other charset"),
        ("filename*=\"UTF-8''a%20b\"",           "a b",    "a b",               "in quotes, where none belong"),
        ("filename*=UTF-8''%C3%28",              "\u{fffd}(", "\u{fffd}(",      "no UTF-8"),
        ("filename*=UTF-8''..%2f..%5cx",         "x",      "../..\\x",          "a path after decoding"),
        ("filename*=UTF-8''a.txt; filename=b.txt", "a.txt", "a.txt",            "filename* wins; in Werkzeug the last"),
        ("filename=b.txt; filename*=UTF-8''a.txt", "a.txt", "a.txt",            "in either order"),
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
fn a_part_that_names_itself_not_once_is_refused() {
    #[rustfmt::skip]
    let cases = [
        ("form-data",                               Kind::NoName,        "no parameters"),
        ("form-data; filename=\"x\"",               Kind::NoName,        "a file without a field"),
        ("form-data; filename=\"x; name=evil\"",    Kind::NoName,        "what is in quotes is no name"),
        ("form-data; name=a; name=a",               Kind::TwoNames,      "twice, though the same"),
        ("form-data; name=a; NAME=b",               Kind::TwoNames,      "in other case"),
        ("form-data; name=a; filename=x; filename=y", Kind::TwoFilenames, "two filenames"),
        ("form-data; name=a; filename*=utf-8''x; filename*=utf-8''x", Kind::TwoFilenames, "two of the other kind"),
        ("form-data; name=a; filename*0=\"x\"; filename*1=\"y\"", Kind::Continuation, "RFC 2231's pieces"),
        ("form-data; name=a; filename*0*=utf-8''%C3; filename*1*=%A9", Kind::Continuation, "split within a character"),
        ("form-data; name=a; name*=utf-8''b",       Kind::Continuation,  "a name that few would read"),
        ("form-data; name=a; filename*=x",          Kind::ExtendedValue, "no charset"),
        ("form-data; name=a; filename*=x''y; filename=z", Kind::ExtendedValue, "an unknown one, though there is a filename"),
        ("form-data; name",                         Kind::Parameter,     "no value"),
        ("form-data; name=",                        Kind::Parameter,     "no value after ="),
        ("form-data; name=;",                       Kind::Parameter,     "nor before ;"),
        ("form-data; =a",                           Kind::Parameter,     "no name"),
        ("form-data; name=\"a",                     Kind::Parameter,     "a quote that does not close"),
        ("form-data; name=\"a\\\"",                 Kind::Parameter,     "an escaped one does not close"),
        ("form-data; name=\"a\"b",                  Kind::Parameter,     "more after the quotes"),
        ("form-data; name=\"a\" x=y",              Kind::Parameter,     "no semicolon after them"),
        ("form-data; name=a\"b\"",                  Kind::Parameter,     "quotes within"),
        ("form-data name=a",                        Kind::NotFormData,   "no semicolon"),
        ("attachment; name=a",                      Kind::NotFormData,   "another disposition"),
        ("",                                        Kind::NotFormData,   "none"),
        ("; name=a",                                Kind::NotFormData,   "none before parameters"),
    ];
    for (value, want, why) in cases {
        assert_eq!(disposition(value).err(), Some(want), "{value}: {why}");
    }
}

#[test]
fn header_lines_are_strict() {
    const GOOD: &[u8] = b"Content-Disposition: form-data; name=a";
    #[rustfmt::skip]
    let cases: [(&[u8], Kind, &str); 13] = [
        (b"",                          Kind::NoDisposition,   "an empty line only"),
        (b"Content-Type: text/plain",  Kind::NoDisposition,   "no Content-Disposition"),
        (b"\r\nContent-Disposition: form-data; name=a", Kind::NoDisposition, "after the empty line it is data"),
        (b"@\r\n@",                    Kind::TwoDispositions, "twice; WebOb and Werkzeug take the first, Starlette the last"),
        (b"@\r\n x",                   Kind::Fold,            "obs-fold"),
        (b"@;\r\n\tname=b",            Kind::Fold,            "by a tab"),
        (b" @",                        Kind::Fold,            "the first line"),
        (b"@\r\nx",                    Kind::HeaderName,      "no colon"),
        (b"@\r\n: x",                  Kind::HeaderName,      "no name"),
        (b"@\r\nx : y",                Kind::HeaderName,      "a blank before the colon"),
        (b"@\r\nx\xfcy: z",            Kind::HeaderName,      "no token"),
        (b"@\r\nx: y\0z",              Kind::HeaderValue,     "NUL"),
        (b"@\r\nx: y\rz",              Kind::HeaderValue,     "a CR alone"),
    ];
    for (lines, want, why) in cases {
        let mut written = Vec::new();
        for byte in lines {
            match byte {
                b'@' => written.extend_from_slice(GOOD),
                _ => written.push(*byte),
            }
        }
        let shown = String::from_utf8_lossy(lines);
        assert_eq!(head(written).err(), Some(want), "{shown}: {why}");
    }
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
        head.content_type(),
        Some("text/plain;charset=x"),
        "the first"
    );
    let headers = head.headers();
    let lines: Vec<_> = headers.get_all("x-a").iter().collect();
    assert_eq!(lines[0], "1");
    assert_eq!(lines[1].as_bytes(), b"\xff", "bytes as they are");
    assert_eq!(headers["x-empty"], "");
    assert_eq!(headers["content-transfer-encoding"], "base64");
    assert_eq!(headers.len(), 7);
    let shown = format!("{head:?}");
    assert!(
        shown.starts_with("PartHead { name: \"a\", filename: None"),
        "{shown}"
    );
}
