//! What WebOb 1.8.11 and Werkzeug 3.1.9 make of multipart bodies, recorded by tests/oracle/record.py, and
//! what is made of them here: the same, or there is a reason.

use rustzeug::Request;
use rustzeug::form::{Entry, Form};

use crate::common::Recorded;

/// What it is, type and body; what WebOb, Werkzeug and this crate make of it; why, where one differs. A
/// file is `name=<filename|type>content`; `{cd}` is `Content-Disposition: form-data`, `{71}` as many `b`.
type Row = (
    &'static str,
    &'static str,
    &'static [u8],
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const TYPE: &str = "multipart/form-data; boundary=b";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("a field", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "a=1", ""),
    ("a name twice", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b\r\n{cd}; name=\"a\"\r\n\r\n2\r\n--b--\r\n",
        "a=1|a=2", "a=1|a=2", "a=1|a=2", ""),
    ("a name without quotes", TYPE, b"--b\r\n{cd}; name=a\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "a=1", ""),
    ("parameters in capitals", TYPE, b"--b\r\n{cd}; NAME=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "a=1", ""),
    ("a file without a type", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"f.txt\"\r\n\r\n1\r\n--b--\r\n",
        "a=<f.txt|text/plain>1", "a=<f.txt|None>1", "a=<f.txt|None>1", "a type that was not sent is not made up"),
    ("a file", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"f.txt\"\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--\r\n",
        "a=<f.txt|text/plain>1", "a=<f.txt|text/plain>1", "a=<f.txt|text/plain>1", ""),
    ("no file was chosen", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"\"\r\n\r\n\r\n--b--\r\n",
        "a=", "a=<|None>", "", "no file is no entry"),
    ("a file without a name", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=<|None>1", "a=<|None>1", "with a filename it is a file, be the name empty"),
    ("an empty name", TYPE, b"--b\r\n{cd}; name=\"\"\r\n\r\n1\r\n--b--\r\n",
        "=1", "=1", "=1", ""),
    ("no name", TYPE, b"--b\r\n{cd}; x=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "None=1", "None=1", "400", "a part without a name is an error"),
    ("no Content-Disposition", TYPE, b"--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--\r\n",
        "None=1", "", "400", "a part without a name is an error"),
    ("an attachment", TYPE, b"--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "400", "RFC 7578 §4.2: it is form-data"),
    ("lines that end with LF", TYPE, b"--b\n{cd}; name=\"a\"\n\n1\n--b--\n",
        "a=1", "a=1", "400", "RFC 2046 §4.1.1: lines end with CR LF"),
    ("lines that end with CR", TYPE, b"--b\r{cd}; name=\"a\"\r\r1\r--b--\r",
        "", "a=1", "400", "RFC 2046 §4.1.1: lines end with CR LF"),
    ("no closing boundary", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n",
        "a=1", "", "400", "what is cut short is an error"),
    ("no line end after the data", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n1",
        "a=1", "", "400", "what is cut short is an error"),
    ("an open part at the end", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b\r\n",
        "a=1", "", "400", "what is cut short is an error"),
    ("an empty body", TYPE, b"",
        "", "", "400", "what is cut short is an error"),
    ("no parts", TYPE, b"--b--\r\n",
        "", "", "", ""),
    ("a preamble", TYPE, b"before\r\n--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "a=1", ""),
    ("an epilogue", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\nafter",
        "a=1", "a=1", "a=1", ""),
    ("a form after the form", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n--b\r\n{cd}; name=\"c\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "a=1", ""),
    ("blanks after the boundary", TYPE, b"--b \t\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "a=1", ""),
    ("a line that begins like the boundary", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--bx\r\n2\r\n--b--\r\n",
        "a=1\r\n--bx\r\n2", "a=1\r\n--bx\r\n2", "a=1\r\n--bx\r\n2", ""),
    ("the boundary and a letter", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b2\r\n--b--\r\n",
        "a=1\r\n--b2", "a=1\r\n--b2", "a=1\r\n--b2", ""),
    ("an empty line", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n\r\n\r\n--b--\r\n",
        "a=\r\n", "a=\r\n", "a=\r\n", ""),
    ("line ends in data", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\n2\r3\r\n--b--\r\n",
        "a=1\n2\r3", "a=1\n2\r3", "a=1\n2\r3", ""),
    ("data that are no UTF-8", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n\r\n\xff\r\n--b--\r\n",
        "a=\u{fffd}", "a=\u{fffd}", "a=\u{fffd}", ""),
    ("a name that is no UTF-8", TYPE, b"--b\r\n{cd}; name=\"\xff\"\r\n\r\n1\r\n--b--\r\n",
        "\u{fffd}=1", "", "\u{fffd}=1", "no UTF-8 is U+FFFD"),
    ("a name in UTF-8", TYPE, b"--b\r\n{cd}; name=\"\xc3\xa9\"\r\n\r\n1\r\n--b--\r\n",
        "é=1", "é=1", "é=1", ""),
    ("a path of Windows", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"C:\\Users\\x.txt\"\r\n\r\n1\r\n--b--\r\n",
        "a=<C:\\Users\\x.txt|text/plain>1", "a=<C:Usersx.txt|None>1", "a=<x.txt|None>1", "path parts are stripped; `raw_filename` has them"),
    ("a path of Unix", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"../../x.txt\"\r\n\r\n1\r\n--b--\r\n",
        "a=<../../x.txt|text/plain>1", "a=<../../x.txt|None>1", "a=<x.txt|None>1", "path parts are stripped; `raw_filename` has them"),
    ("a quote as browsers write it", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"a%22b\"\r\n\r\n1\r\n--b--\r\n",
        "a=<a%22b|text/plain>1", "a=<a\"b|None>1", "a=<a\"b|None>1", "the WHATWG's escapes are undone"),
    ("a line end as browsers write it", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"a%0D%0Ab\"\r\n\r\n1\r\n--b--\r\n",
        "a=<a%0D%0Ab|text/plain>1", "a=<a%0D%0Ab|None>1", "a=<ab|None>1", "undone, and controls are not shown"),
    ("another escape", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"a%20b\"\r\n\r\n1\r\n--b--\r\n",
        "a=<a%20b|text/plain>1", "a=<a%20b|None>1", "a=<a%20b|None>1", "a type that was not sent is not made up"),
    ("a quote with a backslash", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"a\\\"b\"\r\n\r\n1\r\n--b--\r\n",
        "a=<a\"b|text/plain>1", "a=<a\"b|None>1", "a=<a\"b|None>1", "a type that was not sent is not made up"),
    ("a name within a filename", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"x; name=evil\"\r\n\r\n1\r\n--b--\r\n",
        "a=<x; name=evil|text/plain>1", "a=<x; name=evil|None>1", "a=<x; name=evil|None>1", "a type that was not sent is not made up"),
    ("the same with quotes", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"x\\\"; name=\\\"evil\"\r\n\r\n1\r\n--b--\r\n",
        "a=<x\"; name=\"evil|text/plain>1", "a=<x\"; name=\"evil|None>1", "a=<x\"; name=\"evil|None>1", "a type that was not sent is not made up"),
    ("filename* alone", TYPE, b"--b\r\n{cd}; name=\"a\"; filename*=UTF-8''caf%C3%A9.txt\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=<café.txt|None>1", "a=<café.txt|None>1", "filename* is read"),
    ("filename, then filename*", TYPE, b"--b\r\n{cd}; name=\"a\"; filename=\"x\"; filename*=UTF-8''y\r\n\r\n1\r\n--b--\r\n",
        "a=<x|text/plain>1", "a=<y|None>1", "a=<y|None>1", "filename* is read"),
    ("filename*, then filename", TYPE, b"--b\r\n{cd}; name=\"a\"; filename*=UTF-8''y; filename=\"x\"\r\n\r\n1\r\n--b--\r\n",
        "a=<x|text/plain>1", "a=<x|None>1", "a=<y|None>1", "RFC 8187: filename* wins in any order"),
    ("filename* in an unknown charset", TYPE, b"--b\r\n{cd}; name=\"a\"; filename*=nonsense''y\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=<y|None>1", "400", "RFC 8187 §3.2.1: UTF-8 (we take ISO-8859-1)"),
    ("a filename in pieces", TYPE, b"--b\r\n{cd}; name=\"a\"; filename*0*=UTF-8''%C3; filename*1*=%A9\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=<\u{fffd}\u{fffd}|None>1", "400", "RFC 8187 §1 has none; a file to some, a field to others"),
    ("two names", TYPE, b"--b\r\n{cd}; name=\"a\"; name=\"c\"\r\n\r\n1\r\n--b--\r\n",
        "c=1", "c=1", "400", "two readers, two names"),
    ("a quote that does not close", TYPE, b"--b\r\n{cd}; name=\"a\r\n\r\n1\r\n--b--\r\n",
        "\"a=1", "None=1", "400", "nobody knows the name"),
    ("two Content-Disposition lines", TYPE, b"--b\r\n{cd}; name=\"a\"\r\n{cd}; name=\"c\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "400", "two readers, two names"),
    ("a folded line", TYPE, b"--b\r\n{cd};\r\n name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "400", "RFC 9112 §5.2: refused"),
    ("NUL in a header", TYPE, b"--b\r\n{cd}; name=\"a\"\r\nX: \x00\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "400", "RFC 9110 §5.5: refused"),
    ("base64", TYPE, b"--b\r\n{cd}; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--b--\r\n",
        "a=1", "a=MQ==", "a=MQ==", "RFC 7578 §4.7: not decoded"),
    ("quoted-printable", TYPE, b"--b\r\n{cd}; name=\"a\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=31\r\n--b--\r\n",
        "a=1", "a==31", "a==31", "RFC 7578 §4.7: not decoded"),
    ("a charset of the part", TYPE, b"--b\r\n{cd}; name=\"a\"\r\nContent-Type: text/plain; charset=latin-1\r\n\r\n\xe9\r\n--b--\r\n",
        "a=ï\u{bf}\u{bd}", "a=\u{fffd}", "a=\u{fffd}", "forms are UTF-8, whatever they say"),
    ("_charset_", TYPE, b"--b\r\n{cd}; name=\"_charset_\"\r\n\r\nlatin-1\r\n--b\r\n{cd}; name=\"a\"\r\n\r\n\xe9\r\n--b--\r\n",
        "_charset_=latin-1|a=\u{fffd}", "_charset_=latin-1|a=\u{fffd}", "_charset_=latin-1|a=\u{fffd}", ""),
    ("multipart within a part", TYPE, b"--b\r\n{cd}; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Disposition: file; filename=\"x\"\r\n\r\n1\r\n--c--\r\n--b--\r\n",
        "a=[FieldStorage(None, 'x')]", "a=--c\r\nContent-Disposition: file; filename=\"x\"\r\n\r\n1\r\n--c--", "a=--c\r\nContent-Disposition: file; filename=\"x\"\r\n\r\n1\r\n--c--", "RFC 7578 §4.3: it is data"),
    ("no boundary", "multipart/form-data", b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "!ValueError", "", "400", "no form is no empty form"),
    ("an empty boundary", "multipart/form-data; boundary=", b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "!ValueError", "", "400", "RFC 2046 §5.1.1: 1 to 70 characters"),
    ("two boundaries", "multipart/form-data; boundary=b; boundary=c", b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "", "", "400", "two readers, two forms"),
    ("a boundary in quotes", "multipart/form-data; boundary=\"b\"", b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "a=1", "a=1", ""),
    ("blanks around =", "multipart/form-data; boundary = b", b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "a=1", "", "a=1", "blanks do no harm"),
    ("blanks before ;", "multipart/form-data ; charset=utf-8 ; boundary=b", b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "no form", "a=1", "a=1", "blanks do no harm"),
    ("capitals", "Multipart/Form-Data; Boundary=b", b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "no form", "a=1", "a=1", "types and parameters have no case"),
    ("a boundary that is no token", "multipart/form-data; boundary=a/b:c", b"--a/b:c\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--a/b:c--\r\n",
        "a=1", "", "a=1", "clients write it so"),
    ("71 characters", "multipart/form-data; boundary={71}", b"--{71}\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--{71}--\r\n",
        "a=1", "a=1", "400", "RFC 2046 §5.1.1: 1 to 70 characters"),
    ("multipart/mixed", "multipart/mixed; boundary=b", b"--b\r\n{cd}; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "no form", "", "415", "another type is no empty form"),
];

fn filled(text: &[u8]) -> Vec<u8> {
    let mut filled = Vec::new();
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(b"{cd}") {
            filled.extend(b"Content-Disposition: form-data");
            rest = after;
        } else if let Some(after) = rest.strip_prefix(b"{71}") {
            filled.extend([b'b'; 71]);
            rest = after;
        } else {
            filled.push(*first);
            rest = after;
        }
    }
    filled
}

fn told(form: &Form) -> String {
    let entries = form.entries().map(|entry| match entry {
        Entry::Field(name, value) => format!("{name}={value}"),
        Entry::File(file) => {
            let content_type = file.content_type().unwrap_or("None");
            let bytes = file.bytes().wait().unwrap();
            let content = String::from_utf8_lossy(&bytes);
            let (name, filename) = (file.name(), file.filename());
            format!("{name}=<{filename}|{content_type}>{content}")
        }
    });
    entries.collect::<Vec<_>>().join("|")
}

#[test]
fn multipart_bodies_are_read_as_recorded() {
    let mut recorded = Recorded::default();
    for (what, content_type, body, webob, werkzeug, ours, why) in ROWS {
        let request = Request::blank("/")
            .with_method("POST")
            .with_header("content-type", filled(content_type.as_bytes()))
            .with_body(filled(body));
        let told = match request.form().wait() {
            Ok(form) => told(&form),
            Err(error) => error.status().as_u16().to_string(),
        };
        recorded.row(what, &told, [webob, werkzeug, ours, why]);
    }
    recorded.hold();
}
