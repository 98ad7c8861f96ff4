//! `Content-Disposition` of a part: what names the field.
//!
//! Anything that two readers could take for different names is refused:
//! two names, a quote that does not close, text after a quoted value.

use std::ops::Range;

use percent_encoding::percent_decode;

use super::error::Kind;
use super::parameters::Parameter;
use super::parameters::Parameters;
use super::parameters::escaped;
use super::text::Text;

/// What a part says about itself.
#[derive(Debug)]
pub(super) struct Disposition {
    pub(super) name: Text,
    /// As sent, but decoded; `filename*` where both are there.
    pub(super) filename: Option<Text>,
}

/// Reads the value that stands at `value` in `block`.
///
/// RFC 7578 §4.2, RFC 8187 §3.2, and the WHATWG's "multipart/form-data encoding
/// algorithm" for the escapes.
pub(super) fn parse(block: &[u8], value: Range<usize>) -> Result<Disposition, Kind> {
    let text = &block[..value.end];
    let (kind, parameters) = Parameters::after(text, value.start);
    if !kind.eq_ignore_ascii_case(b"form-data") {
        return Err(Kind::NotFormData);
    }
    let (mut name, mut filename, mut extended) = (None, None, None);
    for parameter in parameters {
        let parameter = parameter.map_err(|_| Kind::Parameter)?;
        let key = &text[parameter.name.clone()];
        if key.eq_ignore_ascii_case(b"name") {
            once(&mut name, decode(text, parameter), Kind::TwoNames)?;
        } else if key.eq_ignore_ascii_case(b"filename") {
            once(&mut filename, decode(text, parameter), Kind::TwoFilenames)?;
        } else if key.eq_ignore_ascii_case(b"filename*") {
            let value = decode_extended(&text[parameter.value])?;
            once(&mut extended, Text::Decoded(value), Kind::TwoFilenames)?;
        } else if is_piece(key) {
            return Err(Kind::Continuation);
        }
    }
    Ok(Disposition {
        name: name.ok_or(Kind::NoName)?,
        filename: extended.or(filename),
    })
}

fn once(place: &mut Option<Text>, text: Text, twice: Kind) -> Result<(), Kind> {
    match place.replace(text) {
        None => Ok(()),
        Some(_) => Err(twice),
    }
}

/// `name*`, `filename*0`, `filename*1*`: RFC 2231's pieces, which RFC 8187 took
/// out. Read by some, and a file without a name to others.
fn is_piece(key: &[u8]) -> bool {
    let stem = key.split(|byte| *byte == b'*').next().unwrap_or_default();
    stem.len() < key.len()
        && (stem.eq_ignore_ascii_case(b"name") || stem.eq_ignore_ascii_case(b"filename"))
}

/// A name without its escapes: a backslash before a quote or a backslash, and
/// the three that browsers write. No other `%` is one: theirs is not escaped.
fn decode(text: &[u8], parameter: Parameter) -> Text {
    let value = &text[parameter.value.clone()];
    if !value.iter().any(|byte| matches!(byte, b'%' | b'\\')) {
        return Text::lossy(text, parameter.value);
    }
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(first) = rest.first() {
        let (byte, length) = match rest {
            [b'%', b'2', b'2', ..] => (b'"', 3),
            [b'%', b'0', b'D', ..] => (b'\r', 3),
            [b'%', b'0', b'A', ..] => (b'\n', 3),
            _ => match escaped(rest) {
                Some(byte) if parameter.is_quoted => (byte, 2),
                _ => (*first, 1),
            },
        };
        decoded.push(byte);
        rest = &rest[length..];
    }
    Text::Decoded(String::from_utf8_lossy(&decoded).into_owned())
}

/// `ext-value = charset "'" [ language ] "'" value-chars` (RFC 8187 §3.2.1)
fn decode_extended(value: &[u8]) -> Result<String, Kind> {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    let (Some(charset), Some(_), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Kind::ExtendedValue);
    };
    let bytes = percent_decode(encoded);
    if charset.eq_ignore_ascii_case(b"UTF-8") {
        Ok(bytes.decode_utf8_lossy().into_owned())
    } else if charset.eq_ignore_ascii_case(b"ISO-8859-1") {
        Ok(bytes.map(char::from).collect())
    } else {
        Err(Kind::ExtendedValue)
    }
}
