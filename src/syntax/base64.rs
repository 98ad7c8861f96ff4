//! Base64 with padding (RFC 4648 §4), for names and passwords.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let six = (bits >> (18 - 6 * place)) as usize & 63;
            text.push(if place <= group.len() {
                char::from(LETTERS[six])
            } else {
                '='
            });
        }
    }
    text
}

/// Decodes a text; `None` if it has another character, an invalid length, no padding, or unused bits that are not zero.
/// So each value has only one encoding.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let groups = text.len() / 4;
    for (index, group) in text.chunks(4).enumerate() {
        let length = group.iter().position(|byte| *byte == b'=').unwrap_or(4);
        let is_padded = group[length..].iter().all(|byte| *byte == b'=');
        if length < 2 || !is_padded || (length < 4 && index + 1 < groups) {
            return None;
        }
        let mut bits = 0_u32;
        for byte in &group[..length] {
            bits = bits << 6 | value(*byte)?;
        }
        bits <<= 6 * (4 - u32::try_from(length).ok()?);
        let [_, decoded @ ..] = bits.to_be_bytes();
        if decoded[length - 1..].iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend(&decoded[..length - 1]);
    }
    Some(bytes)
}

fn value(letter: u8) -> Option<u32> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_the_rfc() {
        // RFC 4648 §10, and bytes that encode to the last letters of the alphabet.
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg=="),
            (b"fooba", "Zm9vYmE="),
            (b"foobar", "Zm9vYmFy"),
            (b"\xfb\xff\xfe", "+//+"),
        ] {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text.as_bytes()).as_deref(), Some(bytes), "{text}");
        }
    }

    #[test]
    fn there_is_one_spelling() {
        for (text, why) in [
            ("Zg", "no padding"),
            ("Zg=", "half of it"),
            ("Zh==", "bits that stand for nothing"),
            ("Zm9=", "the same in two letters"),
            ("Z===", "one letter"),
            ("====", "none"),
            ("Zg==Zg==", "padding within"),
            ("Z=g=", "a letter behind padding"),
            ("Zm9v\n", "a line end"),
            ("Zm-_", "the alphabet of URLs"),
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text:?}: {why}");
        }
    }

    #[test]
    fn any_bytes_come_back() {
        arbtest::arbtest(|u| {
            let bytes: &[u8] = u.arbitrary()?;
            assert_eq!(decode(encode(bytes).as_bytes()).as_deref(), Some(bytes));
            if let Some(decoded) = decode(bytes) {
                assert_eq!(encode(&decoded).as_bytes(), bytes);
            }
            Ok(())
        });
    }
}
