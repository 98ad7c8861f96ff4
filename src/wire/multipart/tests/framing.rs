//! Rules of the lines between parts.

use super::Fault;
use super::Limits;
use super::data;
use super::decode;
use super::decode_chunks;
use super::refused;

const HEAD: &str = "Content-Disposition: form-data; name=\"a\"\r\n\r\n";

/// `body` with `@` in place of the header lines of a part.
fn with_heads(body: &str) -> String {
    body.replace('@', HEAD)
}

#[test]
fn delimiters_separate_and_anything_else_is_data() {
    #[rustfmt::skip]
    let cases: [(&str, &[&str], &str); 22] = [
        ("--b--",                                &[],          "an empty form, as browsers send it"),
        ("--b--\r\n",                            &[],          "an empty form with a line end"),
        ("--b\r\n@\r\n--b--\r\n",                &[""],        "no data"),
        ("--b\r\n@x\r\n--b\r\n@y\r\n--b--\r\n",  &["x", "y"],  "two parts"),
        ("--b\r\n@x\r\n--b--",                   &["x"],       "no line end after the last"),
        ("\r\n--b\r\n@x\r\n--b--",               &["x"],       "a line end in front"),
        ("who reads\r\nthis?\r\n--b\r\n@x\r\n--b--", &["x"],   "a preamble"),
        ("--b\r\n@x\r\n--b--\r\n--b\r\n y--b--",   &["x"],       "an epilogue, boundaries and all"),
        ("--b\r\n@x\r\n--b--\r\n\n\n\0",         &["x"],       "an epilogue of other bytes"),
        ("--b \t\r\n@x\r\n--b\t \t\r\n@y\r\n--b-- \r\n", &["x", "y"], "blanks that gateways add"),
        ("--b\r\n@x\r\n--b-- \t",                &["x"],       "blanks after the closing delimiter"),
        ("--b\r\n@x\r\n--b--\r",                 &["x"],       "a CR alone at the very end"),
        ("--b\r\n@x\r\n--b--\n",                 &["x"],       "an LF at the very end: no part is ambiguous"),
        ("--b\r\n@x\r\n--b--\nafter",            &["x"],       "text after an LF at the very end"),
        ("--b\r\n@\r\n\r\n--b--",                &["\r\n"],    "one line end is data, the other is not"),
        ("--b\r\n@x\r\n\r\n--b--",               &["x\r\n"],   "only the last line end belongs to the delimiter"),
        ("--b\r\n@x\ny\rz\r\n--b--",             &["x\ny\rz"], "line ends in data are data"),
        ("--b\r\n@\r\r\n--b--",                  &["\r"],      "CR CR LF"),
        ("--b\r\n@x\r\n-b--\r\n--b--",           &["x\r\n-b--"], "one hyphen"),
        ("--b\r\n@x\r\n--c\r\n--b--",            &["x\r\n--c"],  "another boundary"),
        ("--b\r\n@x\r\n--B\r\n--b--",            &["x\r\n--B"],  "a boundary in another case"),
        ("--b\r\n@x\r\n-\r\n--\r\n--b--",        &["x\r\n-\r\n--"], "beginnings of the delimiter"),
    ];
    for (body, want, why) in cases {
        assert_eq!(data(with_heads(body)), want, "{body:?}: {why}");
    }
}

#[test]
fn a_body_that_is_not_whole_is_an_error_and_never_a_shorter_form() {
    #[rustfmt::skip]
    let cases = [
        ("",                                    Fault::NoDelimiter, "nothing"),
        ("a=1&b=2",                             Fault::NoDelimiter, "another format"),
        ("--c\r\n@x\r\n--c--\r\n",              Fault::NoDelimiter, "another boundary"),
        ("--b",                                 Fault::Unclosed,    "not yet a delimiter"),
        ("--b\r\n",                             Fault::Unclosed,    "no head"),
        ("--b\r\nContent-Disp",                 Fault::Unclosed,    "within the head"),
        ("--b\r\n@",                            Fault::Unclosed,    "no data"),
        ("--b\r\n@x",                           Fault::Unclosed,    "within data"),
        ("--b\r\n@x\r\n--b\r\n@y\r\n",          Fault::Unclosed,    "no closing delimiter; WebOb keeps the field, Werkzeug's form is empty"),
        ("--b\r\n@x\r\n--b",                    Fault::Unclosed,    "a delimiter without an end"),
        ("--b\r\n@x\r\n--b\r\n",                Fault::Unclosed,    "a delimiter that does not close"),
        ("--b\r\n@x\r\n--b-",                   Fault::Unclosed,    "one hyphen"),
        ("--b\n@x\n--b--\n",                    Fault::BareLf,      "LF alone; WebOb and Werkzeug take it"),
        ("--b \n",                              Fault::BareLf,      "after blanks"),
        ("--b\r\n@x\r\n--b\n@y\r\n--b--",       Fault::BareLf,      "later"),
        ("--b\r\nContent-Disposition: form-data; name=a\n\nx\r\n--b--", Fault::BareLf, "a bare LF in a head"),
        ("--b\r\n\nx",                          Fault::BareLf,      "a bare LF for the empty line"),
        ("--b\r@x\r\n--b--",                    Fault::BareCr,      "CR alone; Werkzeug and Django take it"),
    ];
    for (body, want, why) in cases {
        assert_eq!(refused(with_heads(body)), Some(want), "{body:?}: {why}");
    }
}

#[test]
fn a_boundary_that_ends_the_part_for_some_readers_is_an_error() {
    #[rustfmt::skip]
    let cases = [
        ("--b\r\n@x--b--\r\n\r\n--b--",         Fault::BoundaryInText,    "not at the front of a line: Django"),
        ("--b\r\n@x\r\n---b\r\n\r\n--b--",      Fault::BoundaryInText,    "a hyphen more: Django"),
        ("--b\r\n@x\n--b--\r\n--b--",          Fault::BareLf,            "after a bare LF: all but `multipart`"),
        ("--b\r\n@x\r--b--\r\n--b--",          Fault::BareCr,            "after a bare CR: Werkzeug, Django"),
        ("--b\r\n@x\n\r--b--\r\n--b--",        Fault::BareCr,            "after LF CR: the same"),
        ("--b\r\n@x\r\n--bc\r\n--b--",         Fault::TextAfterBoundary, "a longer one: Django, and an error in `multipart`"),
        ("--b\r\n@x\r\n--b c\r\n--b--",        Fault::TextAfterBoundary, "blanks, then others"),
        ("--b\r\n@x\r\n--b-\r\n--b--",         Fault::TextAfterBoundary, "one hyphen"),
        ("--b\r\n@x\r\n--b\x0c\r\n--b--",      Fault::TextAfterBoundary, "whitespace that is not a blank: WebOb, Werkzeug"),
        ("--b\r\n@x\r\n--b \r@y\r\n--b--",     Fault::BareCr,            "CR after it: Werkzeug"),
        ("--b\r\n@x\r\n--b--c\r\n--b--",       Fault::TextAfterClosing,  "almost the closing one: all but WebOb"),
        ("--b\r\n@x\r\n--b--\rc\r\n--b--",     Fault::TextAfterClosing,  "a CR, and then more"),
        ("--b\r\n@--b--\r\n",                     Fault::NoData,            "one line end for a head and a delimiter: data to multer and `multipart`"),
        ("--b\r\n@--b\r\n@x\r\n--b--",             Fault::NoData,            "the same, with a part after it"),
        ("x--b\r\n--b\r\n@x\r\n--b--",         Fault::BoundaryInText,    "a boundary within a line of the preamble"),
        ("\n--b\r\n@x\r\n--b--",               Fault::BareLf,            "a bare LF before the first"),
        ("--bc\r\n--b\r\n@x\r\n--b--",         Fault::TextAfterBoundary, "a longer one in the preamble"),
    ];
    for (body, want, why) in cases {
        assert_eq!(refused(with_heads(body)), Some(want), "{body:?}: {why}");
    }
}

#[test]
fn a_part_before_the_first_boundary_or_after_the_closing_one_is_an_error() {
    const LINE: &str = "cONTENT-dISPOSITION: form-data; name=c\r\n\r\ny\r\n";
    let whole = with_heads("--b\r\n@x\r\n--b--\r\n");
    #[rustfmt::skip]
    let cases = [
        (format!("{LINE}{whole}"),            Some(Fault::PartBefore), "its delimiter was forgotten"),
        (format!("ccontent-{LINE}{whole}"),   Some(Fault::PartBefore), "after a similar line"),
        (format!("{LINE}--b--"),              Some(Fault::PartBefore), "there is no other delimiter"),
        (format!("{whole}--b\r\n{LINE}"),     Some(Fault::PartAfter),  "a second form"),
        (format!("{whole}{LINE}"),            Some(Fault::PartAfter),  "a part without a delimiter"),
        (format!("Content-Type: x\r\n\r\n{whole}content-dispositio"), None, "lines that are not a `Content-Disposition`"),
    ];
    for (body, want, why) in cases {
        let outcome = refused(&body);
        assert_eq!(outcome, want, "{body:?}: {why}");
        let bytes = decode_chunks("b", &Limits::default(), body.as_bytes().chunks(1));
        assert_eq!(
            bytes.end.err().map(|error| error.kind),
            want,
            "{body:?}: {why}"
        );
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
    assert!(error.to_string().contains("CR LF"), "{error}");
    let cut = decode(with_heads("--b\r\n@x\r\n--b\r\nCont"))
        .end
        .unwrap_err();
    assert!(cut.to_string().contains("closing boundary"), "{cut}");
}
