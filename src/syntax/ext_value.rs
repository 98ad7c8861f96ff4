//! Text beyond ASCII in parameters: `filename*=UTF-8''na%C3%AFve.txt` (RFC 8187).

use std::fmt::Write;

use percent_encoding::percent_decode;

use crate::syntax::charset::Charset;

/// `ext-value = charset "'" [ language ] "'" value-chars` (RFC 8187 §3.2.1)
pub(crate) fn decode(value: &[u8]) -> Option<String> {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    let (charset, _, encoded) = (parts.next()?, parts.next()?, parts.next()?);
    if charset.is_empty() {
        return None;
    }
    let escapes = encoded.split(|byte| *byte == b'%').skip(1);
    let is_hex = |escape: &[u8]| escape.len() >= 2 && escape[..2].iter().all(u8::is_ascii_hexdigit);
    if !escapes.into_iter().all(is_hex) {
        return None;
    }
    let bytes = percent_decode(encoded);
    // The predecessor of RFC 8187 allowed it next to UTF-8.
    if charset.eq_ignore_ascii_case(b"ISO-8859-1") {
        return Some(bytes.map(char::from).collect());
    }
    let charset = Charset::of(charset);
    if matches!(charset, Charset::Unknown(_)) {
        return None;
    }
    let bytes: Vec<u8> = bytes.collect();
    let text = charset.decode_strictly(&bytes).ok()??;
    Some(text.into_owned())
}

/// Appends a text as UTF-8.
pub(crate) fn push(line: &mut String, text: &str) {
    line.push_str("UTF-8''");
    for byte in text.bytes() {
        if is_attr_char(byte) {
            line.push(char::from(byte));
        } else {
            // Writing to a `String` does not fail.
            let _ = write!(line, "%{byte:02X}");
        }
    }
}

/// `attr-char` (RFC 8187 §3.2.1)
const fn is_attr_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_comes_back() {
        arbtest::arbtest(|u| {
            let text: &str = u.arbitrary()?;
            let mut line = String::new();
            push(&mut line, text);
            assert!(
                line.is_ascii() && !line.contains(['"', ';', ',', ' ']),
                "{line}"
            );
            assert_eq!(decode(line.as_bytes()).as_deref(), Some(text));
            Ok(())
        });
    }

    #[test]
    fn what_is_not_one_is_refused() {
        #[rustfmt::skip]
        let cases = [
            ("UTF-8''%e2%82%ac%20rates",  Some("€ rates"), "the example of RFC 8187"),
            ("iso-8859-1'en'%A3%20rates", Some("£ rates"), "the example of its predecessor"),
            ("UTF-8''",                   Some(""),        "an empty text"),
            ("UTF-8'a",                   None,            "one quote"),
            ("''a",                       None,            "no charset"),
            ("UTF-8''%e2%82",             None,            "half a character"),
            ("UTF-8''%zz",                None,            "no digits"),
            ("UTF-8''a%2",                None,            "one digit"),
            ("nonsense''a",               None,            "no such charset"),
        ];
        for (value, want, why) in cases {
            assert_eq!(decode(value.as_bytes()).as_deref(), want, "{value}: {why}");
        }
    }
}
