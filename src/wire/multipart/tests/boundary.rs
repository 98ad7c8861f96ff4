//! Rules of the content type and its boundary.

use super::Boundary;
use super::Fault;

fn read(content_type: &[u8]) -> Result<String, Fault> {
    let read = Boundary::from_content_type(content_type);
    read.map(|boundary| boundary.as_str().to_owned())
        .map_err(|error| error.kind)
}

#[test]
fn the_boundary_is_the_one_that_the_content_type_names() {
    let longest = "x".repeat(256);
    let with_longest = format!("multipart/form-data; boundary={longest}");
    #[rustfmt::skip]
    let cases: [(&str, &str, &str); 27] = [
        ("multipart/form-data; boundary=xyz",               "xyz",     "plain"),
        ("multipart/form-data;boundary=xyz",                "xyz",     "without a blank"),
        ("MULTIPART/Form-Data; BOUNDARY=Xyz",               "Xyz",     "only the value is case-sensitive"),
        ("multipart/form-data ; boundary = xyz ",           "xyz",     "blanks around = and ;; Werkzeug ignores it"),
        ("multipart/form-data;;\t; boundary=xyz;",          "xyz",     "parameters that are missing"),
        ("multipart/form-data; boundary=\"xyz\"",           "xyz",     "quoted"),
        ("multipart/form-data; boundary=\"a b\"",           "a b",     "a blank in quotes"),
        ("multipart/form-data; boundary=\"a:b?'(c)\"",      "a:b?'(c)", "all that may be quoted"),
        ("multipart/form-data; boundary=a/b:c",             "a/b:c",   "not a token; Werkzeug reads `a`"),
        ("multipart/form-data; boundary=a=b",               "a=b",     "not a token either"),
        ("multipart/form-data; charset=utf-8; boundary=x",  "x",       "after another parameter"),
        ("multipart/form-data; a=\"; boundary=y\"; boundary=x", "x",   "text in quotes is not a parameter"),
        ("multipart/form-data; xboundary=y; boundary=x",    "x",       "the whole name counts"),
        (&with_longest,                                     &longest,  "256, the limit; RFC 2046 has 70"),
        ("multipart/form-data; boundary=a@b",               "a@b",     "a character that RFC 2046 does not allow"),
        ("multipart/form-data; boundary=\"<;>\"",           "<;>",     "a semicolon in quotes"),
        ("multipart/form-data; boundary=\"a\\\"b\\\\c\"", "a\"b\\c", "escapes in quotes"),
        ("multipart/form-data; boundary='x'",               "'x'",     "these are not quotes"),
        ("multipart/form-data; boundary=x; boundary=x",     "x",       "two equal ones; hangs multer"),
        ("multipart/form-data; boundary=x, multipart/form-data; boundary=x", "x", "two header lines joined"),
        ("multipart/form-data; boundary=a,b",               "a,b",     "a comma that joins nothing"),
        ("multipart/form-data; x; boundary=x; y",           "x",       "parameters without a value"),
        ("multipart/form-data; x=; boundary=x; y=",         "x",       "parameters with an empty value"),
        ("multipart/form-data; =x; boundary=x",             "x",       "a parameter without a name"),
        ("multipart/form-data; a b=c; boundary=x",          "x",       "a parameter whose name is not a token"),
        ("multipart/form-data; a=\"b\"c; boundary=x",       "x",       "a parameter with text after its quotes"),
        ("multipart/form-data; boundary=x; a=\"b",          "x",       "a parameter with a quote that does not close"),
    ];
    for (content_type, want, why) in cases {
        let read = read(content_type.as_bytes());
        assert_eq!(read.as_deref(), Ok(want), "{content_type}: {why}");
    }
}

#[test]
fn a_content_type_without_one_clear_boundary_is_refused() {
    let too_long = format!("multipart/form-data; boundary={}", "x".repeat(257));
    #[rustfmt::skip]
    let cases: [(&[u8], Fault, &str); 25] = [
        (b"",                                                 Fault::NotMultipart,   "nothing"),
        (b"text/plain; boundary=x",                           Fault::NotMultipart,   "another type"),
        (b"multipart/mixed; boundary=x",                      Fault::NotMultipart,   "not a form"),
        (b"multipart/form-dataa; boundary=x",                 Fault::NotMultipart,   "the whole type counts"),
        (b"multipart / form-data; boundary=x",                Fault::NotMultipart,   "a type has no blanks"),
        (b"multipart/form-data",                              Fault::NoBoundary,     "an empty form in Werkzeug, a crash in WebOb"),
        (b"multipart/form-data; charset=x",                   Fault::NoBoundary,     "another parameter"),
        (b"multipart/form-data; boundary=x; Boundary=y",      Fault::TwoBoundaries,  "two, in different case"),
        (b"multipart/form-data; boundary=x, multipart/form-data; boundary=y", Fault::TwoBoundaries, "two header lines joined"),
        (b"multipart/form-data; boundary=x, multipart/form-data", Fault::NoBoundary, "one of them has none"),
        (b"multipart/form-data; boundary=x, text/plain",      Fault::BoundaryByte,   "one of them has another type"),
        (b"multipart/form-data; boundary=x; boundary*=utf-8''y", Fault::OtherBoundary, "two readings; Werkzeug and Django take the second"),
        (b"multipart/form-data; boundary*0=x",                Fault::OtherBoundary,  "pieces, which few readers join"),
        (b"multipart/form-data; boundary=\"\"",               Fault::BoundaryLength { limit: 256 }, "empty"),
        (too_long.as_bytes(),                                 Fault::BoundaryLength { limit: 256 }, "257, past the limit"),
        (b"multipart/form-data; boundary=a b",                Fault::BoundaryByte,   "a blank without quotes"),
        (b"multipart/form-data; boundary=\"a \"",             Fault::BoundaryByte,   "a blank at the end"),
        (b"multipart/form-data; boundary=\"a\\b\"",           Fault::BoundaryByte,   "two readings of a backslash"),
        (b"multipart/form-data; boundary=\xfc",               Fault::BoundaryByte,   "beyond ASCII"),
        (b"multipart/form-data; boundary=\"x\r\n--\"",        Fault::BoundaryByte,   "control characters"),
        (b"multipart/form-data; boundary=",                   Fault::NoBoundary,     "no value"),
        (b"multipart/form-data; boundary=\"x",                Fault::ContentType,    "a quote that does not close"),
        (b"multipart/form-data; boundary=\"x\"y",             Fault::ContentType,    "more after the quotes"),
        (b"multipart/form-data; boundary=x\"",                Fault::ContentType,    "a quote that does not open"),
        (b"multipart/form-data; a=b\"c; boundary=x",          Fault::ContentType,    "a quote that hides a semicolon from some readers"),
    ];
    for (content_type, want, why) in cases {
        let shown = String::from_utf8_lossy(content_type);
        assert_eq!(read(content_type), Err(want), "{shown}: {why}");
    }
}

#[test]
fn what_a_boundary_writes_is_read_again() {
    for text in ["xyz", "a b", "a:b", "a=b?", "'()+_,-./"] {
        let boundary = Boundary::new(text).unwrap();
        let again = Boundary::from_content_type(boundary.content_type().as_bytes());
        assert_eq!(again, Ok(boundary));
    }
    let read =
        Boundary::from_content_type(b"multipart/form-data; boundary=\"a\\\"\\\\@\"").unwrap();
    assert_eq!(read.as_str(), "a\"\\@");
    let again = Boundary::from_content_type(read.content_type().as_bytes());
    assert_eq!(again, Ok(read));
    let random = Boundary::random();
    assert_eq!(Boundary::new(random.as_str()), Ok(random));
}

#[test]
fn what_is_written_is_stricter_than_what_is_read() {
    assert!(Boundary::new("x".repeat(70)).is_ok());
    for text in ["", "a@b", "a ", "a\"b", &"x".repeat(71)] {
        assert!(Boundary::new(text).is_err(), "{text}");
    }
}
