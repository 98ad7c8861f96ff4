//! The elements of a list header, from the right: those of the nearest proxy first.
//!
//! A client can send anything in front of what the proxies add, also an open quote or bytes that are not text. So lists
//! are split from the end, and what is further left than the elements that are needed has no effect.

use http::HeaderMap;
use http::HeaderName;

/// The elements of all lines, split at commas, from the right; empty ones included. An element that is not ASCII is
/// empty.
pub(super) fn elements<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'h str> + use<'h> {
    let lines = headers.get_all(name).iter().rev();
    lines
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','))
        .map(text)
}

/// The elements of all lines, split at commas outside quotes, from the right; without empty ones.
pub(super) fn quoted_elements<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'h str> + use<'h> {
    let lines = headers.get_all(name).iter().rev();
    lines
        .flat_map(|line| FromRight(Some(line.as_bytes())))
        .filter(|element| !element.trim_ascii().is_empty())
        .map(text)
}

fn text(element: &[u8]) -> &str {
    let element = element.trim_ascii();
    let ascii = Some(element).filter(|element| element.is_ascii());
    ascii
        .and_then(|element| std::str::from_utf8(element).ok())
        .unwrap_or_default()
}

/// The rest of a line.
struct FromRight<'l>(Option<&'l [u8]>);

impl<'l> Iterator for FromRight<'l> {
    type Item = &'l [u8];

    fn next(&mut self) -> Option<&'l [u8]> {
        let rest = self.0?;
        let mut is_quoted = false;
        for (at, byte) in rest.iter().enumerate().rev() {
            match byte {
                b'"' if !is_escaped(rest, at) => is_quoted = !is_quoted,
                b',' if !is_quoted => {
                    self.0 = Some(&rest[..at]);
                    return Some(&rest[at + 1..]);
                }
                _ => {}
            }
        }
        self.0 = None;
        Some(rest)
    }
}

/// Whether the byte stands after an odd number of backslashes.
fn is_escaped(line: &[u8], at: usize) -> bool {
    let before = line[..at].iter().rev();
    before.take_while(|byte| **byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const NAME: HeaderName = HeaderName::from_static("x");

    type Lines = &'static [&'static [u8]];

    fn headers(lines: Lines) -> HeaderMap {
        let lines = lines
            .iter()
            .map(|line| HeaderValue::from_bytes(line).unwrap());
        lines.map(|line| (NAME, line)).collect()
    }

    #[test]
    fn lists_are_split_from_the_right() {
        #[rustfmt::skip]
        let cases: &[(Lines, &[&str], &str)] = &[
            (&[b"a, b ,c"],          &["c", "b", "a"], "one line"),
            (&[b"a", b"b, c"],       &["c", "b", "a"], "two lines"),
            (&[b"a,,"],              &["", "", "a"],   "empty elements"),
            (&[b""],                 &[""],            "an empty line"),
            (&[b"\xff, b"],          &["b", ""],       "not text"),
            (&[],                    &[],              "no line"),
        ];
        for (lines, want, why) in cases {
            let headers = headers(lines);
            assert_eq!(
                elements(&headers, &NAME).collect::<Vec<_>>(),
                *want,
                "{why}"
            );
        }
    }

    #[test]
    fn quotes_are_followed_from_the_right() {
        #[rustfmt::skip]
        let cases: &[(Lines, &[&str], &str)] = &[
            (&[br#"for="a,b", for=c"#],       &["for=c", r#"for="a,b""#],        "a comma in quotes"),
            (&[br#"for="a, for=c"#],          &["for=c", r#"for="a"#],           "an open quote of the client"),
            (&[br#"x="a\"b,c", for=d"#],      &["for=d", r#"x="a\"b,c""#],       "an escaped quote"),
            (&[br#"for="\", for="[::1]""#],   &[r#"for="[::1]""#, r#"for="\""#], "an escape of the client"),
            (&[b"a,, b,"],                    &["b", "a"],                       "empty elements do not count"),
        ];
        for (lines, want, why) in cases {
            let headers = headers(lines);
            assert_eq!(
                quoted_elements(&headers, &NAME).collect::<Vec<_>>(),
                *want,
                "{why}"
            );
        }
    }
}
