//! Rules of written heads, and that they are read back unchanged.

use arbtest::arbtest;
use http::HeaderName;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::Boundary;
use super::Limits;
use super::decode_chunks;
use crate::wire::multipart::PART_END;
use crate::wire::multipart::PartBuilder;

fn written(part: &PartBuilder<'_>) -> String {
    String::from_utf8(part.encode(&Boundary::new("b").unwrap())).unwrap()
}

#[test]
fn names_are_escaped_as_browsers_do() {
    #[rustfmt::skip]
    let cases = [
        ("a",          "a",               "plain"),
        ("",           "",                "empty"),
        ("a\"b",       "a%22b",           "a quote"),
        ("a\r\nb",     "a%0D%0Ab",        "line ends do not split a header"),
        ("a\rb\nc",    "a%0Db%0Ac",       "each unchanged: not converted to pairs"),
        ("é日",        "é日",             "UTF-8 unchanged"),
        ("a%22;=/ ",   "a%22;=/ ",        "everything else unchanged"),
        ("C:\\x\\y",   "C:\\x\\y",        "a backslash too"),
        ("a\\\\b",     "a\\\\\\b",        "doubled if it would be an escape"),
        ("a\\",        "a\\\\",           "doubled before the closing quote"),
        ("a\\\"",      "a\\%22",          "before a quote it is not an escape: the quote is escaped"),
        ("a\0\x1b\x7f\tb", "a%00%1B%7F\tb", "no control character in a header"),
    ];
    for (name, want, why) in cases {
        let field = format!("--b\r\nContent-Disposition: form-data; name=\"{want}\"\r\n\r\n");
        assert_eq!(written(&PartBuilder::field(name)), field, "{why}");
        let file = written(&PartBuilder::file("f", name));
        let want = format!(
            "; name=\"f\"; filename=\"{want}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        assert!(file.ends_with(&want), "{file}: {why}");
    }
}

#[test]
fn header_lines_follow_in_order() {
    let name = HeaderName::from_static("x-a");
    let part = PartBuilder::field("a")
        .with_header(name.clone(), HeaderValue::from_static("0"))
        .with_header(name.clone(), HeaderValue::from_static("1"))
        .with_header(CONTENT_TYPE, HeaderValue::from_static("text/plain"))
        .with_content_type(HeaderValue::from_static("text/csv"))
        .with_appended_header(name, HeaderValue::from_static("2"));
    assert_eq!(
        written(&part),
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/csv\r\nx-a: 1\r\nx-a: 2\r\n\r\n"
    );
}

/// Whether a name can be sent unambiguously by browsers and in a header.
fn is_sent_faithfully(name: &str) -> bool {
    !["%22", "%0D", "%0A"]
        .iter()
        .any(|escape| name.contains(escape))
        && !name.contains(|c: char| c.is_ascii_control() && !"\t\r\n".contains(c))
}

#[test]
fn what_is_written_is_read_back() {
    arbtest(|source| {
        let boundary = Boundary::from_entropy(source.arbitrary()?);
        let mut parts: Vec<(String, Option<String>, Vec<u8>)> = source.arbitrary()?;
        // The end of such a name is ambiguous.
        parts.retain(|(name, filename, _)| filename.is_none() || !name.ends_with('\\'));
        let mut body = Vec::new();
        for (name, filename, data) in &parts {
            let part = match filename {
                Some(filename) => PartBuilder::file(name, filename),
                None => PartBuilder::field(name),
            };
            body.extend(part.encode(&boundary));
            body.extend(data);
            body.extend(PART_END);
        }
        body.extend(boundary.closing_line());
        let outcome = decode_chunks(boundary.as_str(), &Limits::default(), body.chunks(50));
        assert_eq!(outcome.end, Ok(()));
        assert_eq!(outcome.complete, parts.len());
        for ((name, filename, data), (head, read)) in parts.iter().zip(&outcome.parts) {
            assert_eq!(data, read);
            assert_eq!(head.is_file(), filename.is_some());
            if is_sent_faithfully(name) {
                assert_eq!(head.name(), name);
            }
            match filename {
                Some(filename) if is_sent_faithfully(filename) => {
                    assert_eq!(head.raw_filename(), Some(&**filename));
                }
                _ => {}
            }
        }
        Ok(())
    });
}
