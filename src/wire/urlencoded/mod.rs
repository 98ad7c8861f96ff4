//! `application/x-www-form-urlencoded`, the pairs of queries and forms: bytes in, pairs out.
//!
//! It follows the [URL standard](https://url.spec.whatwg.org/#urlencoded-parsing): only `&` separates, `+` is
//! a space, a `%` without two hex digits stays literal, and invalid UTF-8 becomes U+FFFD. The crate
//! `form_urlencoded` writes pairs. Reading is tested against that crate, but implemented here: a dictionary
//! stores text without an allocation for each pair, a view decodes only on request, and a caller can ask
//! whether everything decodes.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::slice;

use crate::base::multi_dict::MultiDict;
#[cfg(feature = "form")]
use crate::syntax::charset::Charset;
#[cfg(feature = "form")]
use crate::syntax::charset::UnknownCharset;

mod encode;

pub(crate) use encode::encode;

/// The reason why pairs were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UrlencodedError {
    /// There are more pairs than this.
    TooMany(usize),
    /// A `%` is not followed by two hex digits.
    BadEscape,
    /// The decoded bytes are not valid UTF-8.
    NotUtf8,
}

impl fmt::Display for UrlencodedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany(limit) => write!(f, "there are more than {limit} pairs"),
            Self::BadEscape => f.write_str("a `%` is not followed by two hex digits"),
            Self::NotUtf8 => f.write_str("it is not UTF-8"),
        }
    }
}

impl StdError for UrlencodedError {}

/// A name or a value, as sent.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'r> {
    bytes: &'r [u8],
    /// Whether anything must be decoded.
    escaped: bool,
}

/// Returns the pairs, as sent.
pub(crate) fn pairs(bytes: &[u8]) -> Pairs<'_> {
    Pairs { rest: bytes }
}

/// See [`pairs`].
#[derive(Clone)]
pub(crate) struct Pairs<'r> {
    rest: &'r [u8],
}

impl<'r> Iterator for Pairs<'r> {
    type Item = (Raw<'r>, Raw<'r>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let (mut name, mut escaped, mut end) = (None, false, self.rest.len());
            for (index, byte) in self.rest.iter().enumerate() {
                match byte {
                    b'&' => {
                        end = index;
                        break;
                    }
                    b'=' if name.is_none() => {
                        name = Some((index, escaped));
                        escaped = false;
                    }
                    b'%' | b'+' => escaped = true,
                    _ => {}
                }
            }
            let pair = &self.rest[..end];
            self.rest = self.rest.get(end + 1..).unwrap_or_default();
            if pair.is_empty() {
                continue;
            }
            // A name alone has an empty value.
            let (name_end, name_escaped) = name.unwrap_or((end, escaped));
            let name = Raw {
                bytes: &pair[..name_end],
                escaped: name_escaped,
            };
            let value = Raw {
                bytes: pair.get(name_end + 1..).unwrap_or_default(),
                escaped,
            };
            return Some((name, value));
        }
        None
    }
}

impl<'r> Raw<'r> {
    /// Decodes the text.
    pub(crate) fn decode(self) -> Cow<'r, str> {
        if !self.escaped {
            return lossy(self.bytes);
        }
        text(self.unescaped()).into()
    }

    /// Decodes the bytes.
    fn unescaped(self) -> Vec<u8> {
        let (mut decoded, mut rest) = (Vec::with_capacity(self.bytes.len()), self.bytes);
        while !rest.is_empty() {
            let (special, after) = plain(&mut decoded, rest, |byte| matches!(byte, b'%' | b'+'));
            rest = special.map_or(after, |special| decode(&mut decoded, special, after));
        }
        decoded
    }

    /// Whether it decodes to this text.
    pub(crate) fn is(self, text: &str) -> bool {
        if self.escaped {
            self.decode() == text
        } else {
            self.bytes == text.as_bytes() || (text.contains('\u{fffd}') && self.decode() == text)
        }
    }

    /// Whether it decodes without loss.
    fn check_piece(self) -> Result<(), UrlencodedError> {
        let escapes = self.bytes.split(|byte| *byte == b'%').skip(1);
        if escapes.map(escape).any(|byte| byte.is_none()) {
            return Err(UrlencodedError::BadEscape);
        }
        let decoded: Vec<u8> = percent_encoding::percent_decode(self.bytes).collect();
        match std::str::from_utf8(&decoded) {
            Ok(_) => Ok(()),
            Err(_) => Err(UrlencodedError::NotUtf8),
        }
    }
}

/// Converts bytes to text; `from_utf8` is the fast path if nothing must be replaced.
fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Converts decoded bytes to text.
fn text(decoded: Vec<u8>) -> String {
    String::from_utf8(decoded)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Copies the bytes before the next special byte, and returns that byte and the rest.
fn plain<'r>(
    decoded: &mut Vec<u8>,
    bytes: &'r [u8],
    is_special: impl Fn(u8) -> bool,
) -> (Option<u8>, &'r [u8]) {
    let end = bytes.iter().position(|byte| is_special(*byte));
    let (plain, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
    decoded.extend_from_slice(plain);
    match rest.split_first() {
        Some((special, after)) => (Some(*special), after),
        None => (None, rest),
    }
}

/// Decodes a `+`, or a `%` with the digits after it, and returns the rest. Any other byte stays literal.
fn decode<'r>(decoded: &mut Vec<u8>, special: u8, after: &'r [u8]) -> &'r [u8] {
    match (special, escape(after)) {
        (b'%', Some(byte)) => {
            decoded.push(byte);
            return &after[2..];
        }
        (b'+', _) => decoded.push(b' '),
        _ => decoded.push(special),
    }
    after
}

/// Returns the byte that two hex digits encode.
fn escape(digits: &[u8]) -> Option<u8> {
    let value = |byte: &u8| char::from(*byte).to_digit(16);
    let (high, low) = (value(digits.first()?)?, value(digits.get(1)?)?);
    u8::try_from(high * 16 + low).ok()
}

/// The bytes that separate or need decoding. It is a table, since every byte is looked up.
const IS_SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    table[b'&' as usize] = true;
    table[b'=' as usize] = true;
    table[b'%' as usize] = true;
    table[b'+' as usize] = true;
    table
};

/// Decodes a pair. It also finds the end of its name, and returns whether the pair is the last.
///
/// It works byte by byte, since runs of plain bytes are usually short.
fn next_pair(
    rest: &mut slice::Iter<'_, u8>,
    decoded: &mut [u8],
    length: &mut usize,
    name_end: &mut Option<usize>,
) -> bool {
    while let Some(byte) = rest.next() {
        let mut byte = *byte;
        if IS_SPECIAL[byte as usize] {
            match byte {
                b'&' => return false,
                b'=' if name_end.is_none() => {
                    *name_end = Some(*length);
                    continue;
                }
                b'%' => {
                    if let Some(escaped) = escape(rest.as_slice()) {
                        byte = escaped;
                        rest.nth(1);
                    }
                }
                b'+' => byte = b' ',
                _ => {}
            }
        }
        decoded[*length] = byte;
        *length += 1;
    }
    true
}

/// Decodes all pairs, if there are no more than `limit`.
///
/// They are decoded into one text. If that text is not valid UTF-8, each name and value is repaired
/// separately.
pub(crate) fn to_dict(bytes: &[u8], limit: usize) -> Result<MultiDict, UrlencodedError> {
    let (mut decoded, mut length, mut ends) = (vec![0; bytes.len()], 0, Vec::new());
    let (mut rest, mut is_last) = (bytes.iter(), false);
    while !is_last {
        let (left, mut name_end) = (rest.len(), None);
        is_last = next_pair(&mut rest, &mut decoded, &mut length, &mut name_end);
        let taken = left - rest.len() - usize::from(!is_last);
        if taken > 0 {
            if ends.len() == limit {
                return Err(UrlencodedError::TooMany(limit));
            }
            // A name alone has an empty value.
            ends.push((name_end.unwrap_or(length), length));
        }
    }
    decoded.truncate(length);
    let repair = || pairs(bytes).map(|(name, value)| (name.decode(), value.decode()));
    Ok(MultiDict::from_parts(decoded, ends).unwrap_or_else(|| repair().collect()))
}

/// Decodes all pairs of a form in a charset other than UTF-8.
#[cfg(feature = "form")]
pub(crate) fn to_dict_in(charset: &Charset, bytes: &[u8]) -> Result<MultiDict, UnknownCharset> {
    let mut dict = MultiDict::new();
    for (name, value) in pairs(bytes) {
        let (name, value) = (name.unescaped(), value.unescaped());
        dict.add(&charset.decode(&name)?, &charset.decode(&value)?);
    }
    Ok(dict)
}

/// Whether everything decodes without loss.
pub(crate) fn check_pairs(bytes: &[u8]) -> Result<(), UrlencodedError> {
    pairs(bytes).try_for_each(|(name, value)| {
        name.check_piece()?;
        value.check_piece()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(raw: &[u8]) -> String {
        let decoded =
            pairs(raw).map(|(name, value)| format!("{}={}", name.decode(), value.decode()));
        decoded.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn reads_pairs_as_the_url_standard_says() {
        #[rustfmt::skip]
        let cases: [(&[u8], &str, &str); 22] = [
            (b"",               "",            "nothing"),
            (b"&&",             "",            "empty pairs are skipped"),
            (b"a=1&a=2",        "a=1|a=2",     "repeated, in order"),
            (b"a",              "a=",          "a name alone"),
            (b"a=",             "a=",          "an empty value"),
            (b"=1",             "=1",          "an empty name"),
            (b"=",              "=",           "both empty"),
            (b"a=b=c",          "a=b=c",       "the first `=` divides"),
            (b"a=1;b=2",        "a=1;b=2",     "`;` does not separate"),
            (b"a+b=c+d",        "a b=c d",     "`+` is a space"),
            (b"a%20b=%2B",      "a b=+",       "escapes"),
            (b"a=%26%3D",       "a=&=",        "escaped separators are data"),
            (b"%26=1",          "&=1",         "in names too"),
            (b"a=%zz&b=%",      "a=%zz|b=%",   "bad escapes stay literal"),
            (b"a=%4",           "a=%4",        "half an escape"),
            (b"a=%%41",         "a=%A",        "a bad one before a good one"),
            (b"a=%2541",        "a=%41",       "decoded once"),
            (b"a=%ff%fe",       "a=\u{fffd}\u{fffd}", "not UTF-8"),
            (b"a=%C0%AF",       "a=\u{fffd}\u{fffd}", "an overlong slash is not a slash"),
            (b"a=\xe9",         "a=\u{fffd}",  "a raw byte of Latin-1"),
            ("a=é".as_bytes(),  "a=é",         "raw UTF-8"),
            (b"a=%c3%A9",       "a=é",         "UTF-8, digits in any case"),
        ];
        for (raw, want, why) in cases {
            assert_eq!(seen(raw), want, "{}: {why}", raw.escape_ascii());
        }
    }

    #[test]
    fn strictness_names_what_is_lost() {
        #[rustfmt::skip]
        let cases: [(&[u8], Result<(), UrlencodedError>); 7] = [
            (b"a=1&b=%C3%A9", Ok(())),
            (b"a=%zz",        Err(UrlencodedError::BadEscape)),
            (b"%=1",          Err(UrlencodedError::BadEscape)),
            (b"a=%4",         Err(UrlencodedError::BadEscape)),
            (b"a=%FF",        Err(UrlencodedError::NotUtf8)),
            (b"a&%C3=1",      Err(UrlencodedError::NotUtf8)),
            (b"a=\xe9",       Err(UrlencodedError::NotUtf8)),
        ];
        for (raw, want) in cases {
            assert_eq!(check_pairs(raw), want, "{}", raw.escape_ascii());
        }
    }

    #[test]
    fn the_limit_is_a_number_of_pairs() {
        assert_eq!(to_dict(b"a&&b&c", 3).map(|dict| dict.len()), Ok(3));
        assert_eq!(to_dict(b"a&b&c&d", 3), Err(UrlencodedError::TooMany(3)));
    }

    #[test]
    fn agrees_with_form_urlencoded_on_any_bytes() {
        arbtest::arbtest(|u| {
            let mut raw = Vec::new();
            for _ in 0..u.int_in_range(0..=40)? {
                raw.extend_from_slice(u.choose(&[
                    &b"&"[..],
                    b"=",
                    b"+",
                    b"%",
                    b"4",
                    b"1",
                    b"c3",
                    b"A9",
                    b"x",
                    b"\xff",
                    b";",
                    b" ",
                ])?);
            }
            let want: Vec<_> = form_urlencoded::parse(&raw).collect();
            let got: Vec<_> = pairs(&raw)
                .map(|(name, value)| (name.decode(), value.decode()))
                .collect();
            assert_eq!(got, want);
            let dict = to_dict(&raw, 1000).expect("few");
            assert!(
                dict.iter()
                    .eq(want.iter().map(|(name, value)| (&**name, &**value)))
            );
            for (name, _) in pairs(&raw) {
                assert!(name.is(&name.decode()));
            }
            Ok(())
        });
    }
}
