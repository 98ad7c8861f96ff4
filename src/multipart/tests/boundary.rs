//! Rules of the content type and its boundary.

use super::Boundary;
use super::Kind;

fn read(content_type: &[u8]) -> Result<String, Kind> {
    let read = Boundary::from_content_type(content_type);
    read.map(|boundary| boundary.as_str().to_owned())
        .map_err(|error| error.kind)
}

#[test]
fn the_boundary_is_the_one_that_the_content_type_names() {
    let longest = "x".repeat(70);
    let with_longest = format!("multipart/form-data; boundary={longest}");
    #[rustfmt::skip]
    let cases: [(&str, &str, &str); 14] = [
        ("multipart/form-data; boundary=xyz",               "xyz",     "plain"),
        ("multipart/form-data;boundary=xyz",                "xyz",     "without a blank"),
        ("MULTIPART/Form-Data; BOUNDARY=Xyz",               "Xyz",     "the value alone has case"),
        ("multipart/form-data ; boundary = xyz ",           "xyz",     "blanks around = and ;; Werkzeug ignores it"),
        ("multipart/form-data;;\t; boundary=xyz;",          "xyz",     "parameters that are missing"),
        ("multipart/form-data; boundary=\"xyz\"",           "xyz",     "quoted"),
        ("multipart/form-data; boundary=\"a b\"",           "a b",     "a blank inside of quotes"),
        ("multipart/form-data; boundary=\"a:b?'(c)\"",      "a:b?'(c)", "all that may be quoted"),
        ("multipart/form-data; boundary=a/b:c",             "a/b:c",   "no token; Werkzeug reads `a`"),
        ("multipart/form-data; boundary=a=b",               "a=b",     "no token either"),
        ("multipart/form-data; charset=utf-8; boundary=x",  "x",       "after another parameter"),
        ("multipart/form-data; a=\"; boundary=y\"; boundary=x", "x",   "text in quotes is no parameter"),
        ("multipart/form-data; xboundary=y; boundary=x",    "x",       "the whole name counts"),
        (&with_longest,                                     &longest,  "70, the limit"),
    ];
    for (content_type, want, why) in cases {
        let read = read(content_type.as_bytes());
        assert_eq!(read.as_deref(), Ok(want), "{content_type}: {why}");
    }
}

#[test]
fn a_content_type_without_one_clear_boundary_is_refused() {
    let too_long = format!("multipart/form-data; boundary={}", "x".repeat(71));
    #[rustfmt::skip]
    let cases: [(&[u8], Kind, &str); 21] = [
        (b"",                                                 Kind::NotMultipart,   "nothing"),
        (b"text/plain; boundary=x",                           Kind::NotMultipart,   "another type"),
        (b"multipart/mixed; boundary=x",                      Kind::NotMultipart,   "no form"),
        (b"multipart/form-dataa; boundary=x",                 Kind::NotMultipart,   "the whole type counts"),
        (b"multipart / form-data; boundary=x",                Kind::NotMultipart,   "a type has no blanks"),
        (b"multipart/form-data",                              Kind::NoBoundary,     "an empty form in Werkzeug, a crash in WebOb"),
        (b"multipart/form-data; charset=x",                   Kind::NoBoundary,     "another parameter"),
        (b"multipart/form-data; boundary=x; boundary=x",      Kind::TwoBoundaries,  "two, though the same; hangs multer"),
        (b"multipart/form-data; boundary=x; Boundary=y",      Kind::TwoBoundaries,  "two in other case"),
        (b"multipart/form-data; boundary=x, multipart/form-data; boundary=y", Kind::BoundaryByte, "two header lines joined"),
        (b"multipart/form-data; boundary=\"\"",               Kind::BoundaryLength, "empty"),
        (too_long.as_bytes(),                                 Kind::BoundaryLength, "71, past the limit"),
        (b"multipart/form-data; boundary=a b",                Kind::BoundaryByte,   "a blank without quotes"),
        (b"multipart/form-data; boundary=\"a \"",             Kind::BoundaryByte,   "a blank at the end"),
        (b"multipart/form-data; boundary=\"a\\b\"",           Kind::BoundaryByte,   "two readings of a backslash"),
        (b"multipart/form-data; boundary=\xfc",               Kind::BoundaryByte,   "beyond ASCII"),
        (b"multipart/form-data; boundary=a@b",                Kind::BoundaryByte,   "not one of RFC 2046"),
        (b"multipart/form-data; boundary=\"x\r\n--\"",        Kind::BoundaryByte,   "control characters"),
        (b"multipart/form-data; boundary=",                   Kind::ContentType,    "no value"),
        (b"multipart/form-data; boundary=\"x",                Kind::ContentType,    "a quote that does not close"),
        (b"multipart/form-data; boundary=\"x\"y",             Kind::ContentType,    "more after the quotes"),
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
    let random = Boundary::random();
    assert_eq!(Boundary::new(random.as_str()), Ok(random));
}
