//! `Content-Disposition` of a part, which names the field.
//!
//! Anything that two readers could read as different names is refused: two names, a quote that does not
//! close, text after a quoted value, a name that is neither quoted nor a token. Unreadable text that does not
//! affect the name is skipped.

use std::ops::Range;

use crate::syntax::Parameter;
use crate::syntax::Parameters;
use crate::syntax::charset::Charset;
use crate::syntax::escaped;
use crate::syntax::ext_value;
use crate::syntax::is_token;

use super::multipart_error::Fault;
use super::text::Text;

/// The content of a `Content-Disposition`.
#[derive(Debug)]
pub(super) struct Disposition {
    pub(super) name: Text,
    /// As sent, but decoded; from `filename*` if both are present.
    pub(super) filename: Option<Text>,
}

impl Disposition {
    /// Whether another line has the same content.
    pub(super) fn says(&self, other: &Self, block: &[u8]) -> bool {
        let filename = |disposition: &Self| {
            let filename = disposition.filename.as_ref()?;
            Some(filename.as_str(block).to_owned())
        };
        self.name.as_str(block) == other.name.as_str(block) && filename(self) == filename(other)
    }
}

/// Parses the value at `value` in `block`.
///
/// RFC 7578 §4.2, RFC 8187 §3.2, and the WHATWG's "multipart/form-data encoding
/// algorithm" for the escapes.
pub(super) fn parse(
    block: &[u8],
    value: Range<usize>,
    charset: &Charset,
) -> Result<Disposition, Fault> {
    let text = &block[..value.end];
    let (kind, parameters) = Parameters::after(text, value.start);
    if !is_type(kind) {
        return Err(Fault::NoType);
    }
    let (mut name, mut name_again) = (None, None);
    let (mut filename, mut extended) = (None, None);
    for parameter in parameters {
        let parameter = parameter.map_err(|_| Fault::Parameter)?;
        let key = &text[parameter.name.clone()];
        if key.eq_ignore_ascii_case(b"name") {
            once(&mut name, decode_name(text, parameter, charset)?, text)?;
        } else if key.eq_ignore_ascii_case(b"name*") {
            let value = ext_value::decode(&text[parameter.value]).ok_or(Fault::OtherName)?;
            once(&mut name_again, Text::Decoded(value), text)?;
        } else if is_piece_of_name(key) {
            return Err(Fault::OtherName);
        } else if key.eq_ignore_ascii_case(b"filename") {
            if !parameter.is_sound {
                return Err(Fault::Parameter);
            }
            filename = Some(decode(text, parameter, charset)?);
        } else if key.eq_ignore_ascii_case(b"filename*") {
            // RFC 8187 §3.2.1: a value that cannot be decoded may be ignored.
            let value = ext_value::decode(&text[parameter.value]);
            extended = value.map(Text::Decoded).or(extended);
        }
    }
    let mut name = Some(name.ok_or(Fault::NoName)?);
    if let Some(again) = name_again {
        once(&mut name, again, text)?;
    }
    Ok(Disposition {
        name: name.ok_or(Fault::NoName)?,
        filename: extended.or(filename),
    })
}

/// Clients send `attachment`, `file` or `"form-data"` for forms too.
fn is_type(text: &[u8]) -> bool {
    let quoted = || text.strip_prefix(b"\"")?.strip_suffix(b"\"");
    text == b"form-data" || is_token(quoted().unwrap_or(text))
}

/// Stores a name; a second one must be equal.
fn once(place: &mut Option<Text>, found: Text, text: &[u8]) -> Result<(), Fault> {
    match place {
        Some(known) if known.as_str(text) != found.as_str(text) => Err(Fault::TwoNames),
        Some(_) => Ok(()),
        None => {
            *place = Some(found);
            Ok(())
        }
    }
}

/// Whether this is a piece of a name (`name*0`, `name*1*`) as RFC 2231 defines. RFC 8187 removed pieces, but
/// some readers join them.
fn is_piece_of_name(key: &[u8]) -> bool {
    let stem = key.split(|byte| *byte == b'*').next().unwrap_or_default();
    stem.len() < key.len() && stem.eq_ignore_ascii_case(b"name")
}

fn decode_name(text: &[u8], parameter: Parameter, charset: &Charset) -> Result<Text, Fault> {
    let value = &text[parameter.value.clone()];
    if !parameter.is_sound {
        return Err(Fault::Parameter);
    }
    // Some readers end it at the first character that is not allowed in a token, others at the semicolon.
    if !parameter.is_quoted && !is_token(value) {
        return Err(Fault::BareName);
    }
    if !is_plain(value) && value.iter().any(|byte| is_line_end(*byte)) {
        // Some readers keep the line end, others do not.
        return Err(Fault::FoldedName);
    }
    decode(text, parameter, charset)
}

/// Whether nothing has to be decoded.
fn is_plain(value: &[u8]) -> bool {
    let is_special = |byte: &u8| matches!(byte, b'%' | b'\\' | b'\r' | b'\n');
    !value.iter().any(is_special)
}

/// Decodes the escapes of a name: a backslash before a quote or a backslash, and the three that browsers
/// write. No other `%` is an escape, since browsers do not escape `%`. The line end of a folded line is
/// removed, and its blanks stay.
fn decode(text: &[u8], parameter: Parameter, charset: &Charset) -> Result<Text, Fault> {
    let value = &text[parameter.value.clone()];
    if is_plain(value) {
        return Text::of(text, parameter.value, charset).map_err(|_| Fault::NameCharset);
    }
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(first) = rest.first() {
        let (byte, length) = match rest {
            [byte, after @ ..] if is_line_end(*byte) => {
                rest = after;
                continue;
            }
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
    let decoded = charset.decode(&decoded).map_err(|_| Fault::NameCharset)?;
    Ok(Text::Decoded(decoded.into_owned()))
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
