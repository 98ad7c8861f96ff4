//! Rules of the lines between parts.

use super::Kind;
use super::data;
use super::decode;
use super::refused;

const HEAD: &str = "Content-Disposition: form-data; name=\"a\"\r\n\r\n";

/// `body` with `@` in place of the header lines of a part.
fn with_heads(body: &str) -> String {
    body.replace('@', HEAD)
}

#[test]
fn delimiters_separate_and_anything_else_is_data() {
    #[rustfmt::skip]
    let cases: [(&str, &[&str], &str); 27] = [
        ("--b--",                                &[],          "an empty form, as browsers send it"),
        ("--b--\r\n",                            &[],          "with its line end"),
        ("--b\r\n@\r\n--b--\r\n",                &[""],        "no data"),
        ("--b\r\n@--b--\r\n",                    &[""],        "no data, and the empty line's end is the delimiter's"),
        ("--b\r\n@x\r\n--b\r\n@y\r\n--b--\r\n",  &["x", "y"],  "two parts"),
        ("--b\r\n@x\r\n--b--",                   &["x"],       "no line end after the last"),
        ("\r\n--b\r\n@x\r\n--b--",               &["x"],       "a line end in front"),
        ("who reads\r\nthis?\r\n--b\r\n@x\r\n--b--", &["x"],   "a preamble"),
        ("x--b\r\n--b\r\n@x\r\n--b--",           &["x"],       "in the midst of a line of the preamble"),
        ("--bc\r\n--b\r\n@x\r\n--b--",           &["x"],       "another boundary in the preamble"),
        ("--b\r\n@x\r\n--b--\r\n--b\r\n@y",      &["x"],       "an epilogue, whatever is in it"),
        ("--b\r\n@x\r\n--b--\r\n\n\n\0",         &["x"],       "an epilogue of other bytes"),
        ("--b \t\r\n@x\r\n--b\t \t\r\n@y\r\n--b-- \r\n", &["x", "y"], "blanks that gateways add"),
        ("--b\r\n@x\r\n--b-- \t",                &["x"],       "and at the end"),
        ("--b\r\n@x\r\n--b--\r",                 &["x\r\n--b--\r|"], "a CR alone ends no line"),
        ("--b\r\n@\r\n\r\n--b--",                &["\r\n"],    "one line end is data, the other is not"),
        ("--b\r\n@x\r\n\r\n--b--",               &["x\r\n"],   "the last alone is the delimiter's"),
        ("--b\r\n@x\ny\rz\r\n--b--",             &["x\ny\rz"], "line ends in data are data"),
        ("--b\r\n@\r\r\n--b--",                  &["\r"],      "CR CR LF"),
        ("--b\r\n@x--b--\r\n\r\n--b--",          &["x--b--\r\n"], "not at the front of a line"),
        ("--b\r\n@x\n--b--\r\n--b--",            &["x\n--b--"],  "a line that begins after a bare LF does not"),
        ("--b\r\n@x\r--b--\r\n--b--",            &["x\r--b--"],  "nor after a bare CR"),
        ("--b\r\n@x\r\n-b--\r\n--b--",           &["x\r\n-b--"], "one hyphen"),
        ("--b\r\n@x\r\n--c\r\n--b--",            &["x\r\n--c"],  "another boundary"),
        ("--b\r\n@x\r\n--bc\r\n--b--",           &["x\r\n--bc"], "a longer one, of a body within"),
        ("--b\r\n@x\r\n--b c\r\n--b--",          &["x\r\n--b c"], "blanks, then others"),
        ("--b\r\n@x\r\n--b--c\r\n--b-\r\n--b--", &["x\r\n--b--c\r\n--b-"], "not quite the closing one"),
    ];
    for (body, want, why) in cases {
        // A bar marks data that are broken off.
        let outcome = decode(with_heads(body));
        let is_whole = !want.iter().any(|data| data.ends_with('|'));
        let end = if is_whole {
            Ok(())
        } else {
            Err(Kind::Unclosed)
        };
        assert_eq!(
            outcome.end.map_err(|error| error.kind),
            end,
            "{body:?}: {why}"
        );
        let parts = outcome.parts.into_iter();
        let found: Vec<_> = parts
            .map(|part| String::from_utf8(part.1).unwrap())
            .collect();
        let want: Vec<_> = want.iter().map(|data| data.trim_end_matches('|')).collect();
        assert_eq!(found, want, "{body:?}: {why}");
    }
}

#[test]
fn a_body_that_is_not_whole_is_an_error_and_never_a_shorter_form() {
    #[rustfmt::skip]
    let cases = [
        ("",                                    Kind::NoDelimiter, "nothing"),
        ("a=1&b=2",                             Kind::NoDelimiter, "another format"),
        ("--c\r\n@x\r\n--c--\r\n",              Kind::NoDelimiter, "another boundary"),
        ("--b",                                 Kind::NoDelimiter, "a delimiter that is none yet"),
        ("--b\r\n",                             Kind::Unclosed,    "no head"),
        ("--b\r\nContent-Disp",                 Kind::Unclosed,    "within the head"),
        ("--b\r\n@",                            Kind::Unclosed,    "no data"),
        ("--b\r\n@x",                           Kind::Unclosed,    "within data"),
        ("--b\r\n@x\r\n--b\r\n@y\r\n",          Kind::Unclosed,    "no closing delimiter; WebOb keeps the field, Werkzeug's form is empty"),
        ("--b\r\n@x\r\n--b",                    Kind::Unclosed,    "a delimiter without an end"),
        ("--b\r\n@x\r\n--b\r\n",                Kind::Unclosed,    "a delimiter that does not close"),
        ("--b\r\n@x\r\n--b-",                   Kind::Unclosed,    "one hyphen"),
        ("--b\r\n@x\r\n--b--c",                 Kind::Unclosed,    "more on the closing line"),
        ("--b\n@x\n--b--\n",                    Kind::BareLf,      "LF alone; WebOb and Werkzeug take it"),
        ("--b \n",                              Kind::BareLf,      "after blanks"),
        ("--b\r\n@x\r\n--b\n@y\r\n--b--",       Kind::BareLf,      "later"),
        ("--b\r\n@x\r\n--b--\n",                Kind::BareLf,      "at the end"),
        ("--b\r\nContent-Disposition: form-data; name=a\n\nx\r\n--b--", Kind::BareLf, "in a head"),
        ("--b\r\n\n",                           Kind::BareLf,      "for the empty line"),
    ];
    for (body, want, why) in cases {
        assert_eq!(refused(with_heads(body)), Some(want), "{body:?}: {why}");
    }
}

#[test]
fn a_part_within_a_part_is_data() {
    let body = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\
        Content-Type: multipart/mixed; boundary=c\r\n\r\n\
        --c\r\nContent-Disposition: file; filename=\"x\"\r\n\r\n1\r\n--c--\r\n--b--\r\n";
    assert_eq!(
        data(body),
        ["--c\r\nContent-Disposition: file; filename=\"x\"\r\n\r\n1\r\n--c--"],
        "RFC 7578 §4.3: deprecated"
    );
}

#[test]
fn an_error_says_where_and_what() {
    let second = with_heads("--b\r\n@x\r\n--b\r\nContent-Disposition: form-data\r\n\r\n");
    let error = decode(second).end.unwrap_err();
    assert_eq!((error.part(), error.setting()), (Some(2), None));
    assert_eq!(error.status(), 400);
    assert_eq!(
        error.to_string(),
        "part 2: Content-Disposition without a name"
    );
    let error = decode("--b\n").end.unwrap_err();
    assert_eq!(error.part(), None);
    assert_eq!(error.to_string(), "a line ends with LF instead of CR LF");
    let cut = decode(with_heads("--b\r\n@x\r\n--b\r\nCont"))
        .end
        .unwrap_err();
    assert_eq!(cut.to_string(), "the body ends before its closing boundary");
}
