//! Escapes data from clients for a line of a log.

use std::fmt;
use std::fmt::Display;
use std::str;

/// Bytes as Apache writes them (`ap_escape_logitem`): `"`, `\` and everything that is not printable ASCII are escaped.
pub(super) struct Quoted<'a>(pub(super) &'a [u8]);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .chunk_by(|a, b| is_plain(*a) && is_plain(*b))
            .try_for_each(|run| match *run {
                [b'"'] => f.write_str(r#"\""#),
                [b'\\'] => f.write_str(r"\\"),
                [0x08] => f.write_str(r"\b"),
                [b'\t'] => f.write_str(r"\t"),
                [b'\n'] => f.write_str(r"\n"),
                [0x0b] => f.write_str(r"\v"),
                [b'\r'] => f.write_str(r"\r"),
                [byte] if !is_plain(byte) => write!(f, r"\x{byte:02x}"),
                _ => f.write_str(str::from_utf8(run).expect("plain bytes are ASCII")),
            })
    }
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')
}

/// A field without quotes, in which a space is escaped: `-` for an absent value, `""` for an empty one.
pub(super) struct Word<'a>(pub(super) Option<&'a str>);

impl Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("-"),
            Some("") => f.write_str(r#""""#),
            Some(text) => text.split(' ').enumerate().try_for_each(|(number, part)| {
                f.write_str(if number == 0 { "" } else { r"\x20" })?;
                Quoted(part.as_bytes()).fmt(f)
            }),
        }
    }
}

/// A JSON string (RFC 8259 §7) with its quotes. All control characters are escaped, even those that JSON allows,
/// because some above ASCII begin a control sequence of a terminal, like ESC.
pub(super) struct JsonString<'a>(pub(super) &'a str);

impl Display for JsonString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for part in self.0.split_inclusive(must_be_escaped) {
            let mut plain = part.chars();
            match plain.next_back().filter(|last| must_be_escaped(*last)) {
                None => f.write_str(part)?,
                Some(last) => {
                    f.write_str(plain.as_str())?;
                    match last {
                        '"' => f.write_str(r#"\""#)?,
                        '\\' => f.write_str(r"\\")?,
                        '\t' => f.write_str(r"\t")?,
                        '\n' => f.write_str(r"\n")?,
                        '\r' => f.write_str(r"\r")?,
                        control => write!(f, "\\u{:04x}", u32::from(control))?,
                    }
                }
            }
        }
        f.write_str("\"")
    }
}

fn must_be_escaped(c: char) -> bool {
    c.is_control() || matches!(c, '"' | '\\')
}
